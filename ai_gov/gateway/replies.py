"""誤りの応答: one match from our errors to HTTP, in OpenAI's shape, in Japanese.

Nothing else decides on a status. No reply holds a value of the request or a trace of the program.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ai_gov.errors import (
    AiGovError,
    Blocked,
    FailClosed,
    Forbidden,
    Held,
    RequestError,
    TooMany,
    Unauthenticated,
    Unprepared,
    UpstreamBusy,
    UpstreamError,
    UpstreamModelMissing,
    UpstreamRejected,
)
from ai_gov.model import Action, Json, Level


class MethodNotAllowed(RequestError):
    """対応していない方法."""

    code = "method_not_allowed"
    status = 405


class Internal(AiGovError):
    """内部の誤り: a fault of ours. Its cause goes to the log by type and place only."""

    code = "internal_error"

    def __init__(self) -> None:
        super().__init__("内部の誤りが起きました。時間をおいて試し、続く場合は記録番号を情報担当に伝えてください。")


@dataclass(frozen=True, slots=True)
class Reply:
    """応答: status, headers (ASCII) and JSON body."""

    status: int
    body: Json = field(repr=False)
    headers: dict[str, str] = field(default_factory=dict)


def reply_to(error: AiGovError) -> Reply:
    """What a client gets for an error.

    >>> reply_to(UpstreamBusy("混んでいます。", upstream_status=429, retry_after=7)).headers["Retry-After"]
    '7'
    """
    headers: dict[str, str] = {}
    note: dict[str, Json] = {"record": error.record} if error.record else {}
    match error:
        case Unauthenticated():
            kind = "authentication_error"
            headers["WWW-Authenticate"] = "Bearer"
        case Forbidden():
            kind = "permission_error"
            note |= {"page": error.page} if isinstance(error, Unprepared) else {}
        case Blocked() | Held():
            kind = "policy_error"
            action = Action.HOLD if isinstance(error, Held) else Action.BLOCK
            note |= {"level": error.level, "action": action.value, "reasons": list(error.reasons)}
        case UpstreamBusy() | TooMany():
            kind = "rate_limit_error"
            if error.retry_after is not None:
                headers["Retry-After"] = str(error.retry_after)
        case UpstreamRejected() | UpstreamModelMissing() | RequestError():
            kind = "invalid_request_error"
        case UpstreamError():
            kind = "upstream_error"
        case FailClosed():
            kind = "service_unavailable"
        case _:
            kind = "internal_error"
    if not error.retry:
        headers["x-should-retry"] = "false"
    body = {
        "error": {"message": error.message, "type": kind, "param": error.param, "code": error.code},
        "ai_gov": note,
    }
    level = note.get("level")
    return Reply(
        error.status, body, {**headers, **about(error.record, level and Level.parse(level), note.get("action"))}
    )


LABEL: Final = "ai-draft-unreviewed"


def about(record: str, level: Level | None = None, action: str | None = None, *, label: bool = False) -> dict[str, str]:
    """The X-AI-Gov-* headers.

    >>> about("0198", Level.L3C, "redact", label=True)["X-AI-Gov-Label"]
    'ai-draft-unreviewed'
    """
    headers = {
        "X-AI-Gov-Record": record,
        "X-AI-Gov-Level": level.code if level else "",
        "X-AI-Gov-Action": action or "",
        "X-AI-Gov-Label": LABEL if label else "",
    }
    return {name: value for name, value in headers.items() if value}
