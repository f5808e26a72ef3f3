"""webhook: an alert as JSON to an address that the municipality runs or rents; signed where a secret is set."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Final

import httpx2

from ai_gov.audit.alerts import Alert
from ai_gov.service.audit_alerts import NotDelivered

SECONDS: Final = 5.0
TRIES: Final = 3
SIGNATURE: Final = "X-AI-Gov-Signature"
"""``sha256=`` and the HMAC-SHA256 of the body under the secret, in hex."""


class Webhook:
    """webhook: service.audit_alerts.Channel."""

    name = "webhook"

    def __init__(self, url: str, *, secret: str = "", seconds: float = SECONDS) -> None:
        self._url = url
        self._secret = secret.encode()
        self._seconds = seconds

    def send(self, alert: Alert) -> None:
        """POST it, up to three times. Raises NotDelivered, which names neither address nor secret."""
        body = json.dumps(alert.message(), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json; charset=utf-8"}
        if self._secret:
            headers[SIGNATURE] = f"sha256={hmac.new(self._secret, body, hashlib.sha256).hexdigest()}"
        reason = ""
        with httpx2.Client(timeout=self._seconds, follow_redirects=False, trust_env=False) as client:
            for _ in range(TRIES):
                try:
                    reply = client.post(self._url, content=body, headers=headers)
                except httpx2.HTTPError as error:
                    reason = f"接続できません（{type(error).__name__}）"
                    continue
                if reply.is_success:
                    return
                reason = f"応答が {reply.status_code} です"
                if reply.status_code < 500:
                    break
        raise NotDelivered(reason)
