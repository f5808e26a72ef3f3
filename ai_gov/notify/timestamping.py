"""時刻認証局への依頼: RFC 3161 over HTTP (its section 3.4). The answer is signed, so plain HTTP is as good as HTTPS."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

import httpx2

from ai_gov.service.audit_timestamps import TimestampFailed

SECONDS: Final = 15.0
MOST: Final = 128 * 1024
"""Bytes of an answer at most: a token with a chain of certificates is some 6 kB."""


class HttpAuthority:
    """時刻認証局: service.audit_timestamps.Authority."""

    def __init__(self, url: str, *, seconds: float = SECONDS) -> None:
        self._url = url
        self._seconds = seconds

    @property
    def name(self) -> str:
        """Host and path; a name and a password in the address stay out."""
        parts = urlsplit(self._url)
        port = f":{parts.port}" if parts.port else ""
        return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"

    def answer(self, query: bytes) -> bytes:
        """POST it. Raises TimestampFailed, which does not name what is secret in the address."""
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            with (
                httpx2.Client(timeout=self._seconds, follow_redirects=False, trust_env=False) as client,
                client.stream("POST", self._url, content=query, headers=headers) as reply,
            ):
                if not reply.is_success:
                    raise self._failed(f"応答が {reply.status_code} です")
                body = b""
                for piece in reply.iter_bytes():
                    body += piece
                    if len(body) > MOST:
                        raise self._failed("応答が長すぎます")
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            raise self._failed(f"接続できません（{type(error).__name__}）") from None
        return body

    def _failed(self, why: str) -> TimestampFailed:
        return TimestampFailed(
            f"時刻認証局 {self.name} から時刻印を得られません: {why}。チェックポイントはそのまま残っています。"
            "アドレスと通信の許可を確かめて、あとでもう一度実行してください。"
        )
