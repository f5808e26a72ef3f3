"""誤り: the tree of errors, their codes and the Japanese sentences people read.

::

    AiGovError
    ├── ConfigError        rules, policy, prompts or settings are wrong (carries every Problem)
    ├── RequestError       the request can't be read or may not be made
    │   ├── BadRequest     400  what stands where in the body
    │   ├── Unauthenticated 401
    │   ├── Forbidden      403
    │   │   └── Unprepared 403  a condition of use is not met yet (carries the page where it can be)
    │   │       └── TrainingNeeded
    │   ├── UnknownRoute   404  a route or a model
    │   ├── Conflict       409  somebody else was first, or it has gone on already
    │   ├── TooLarge       413
    │   └── TooMany        429
    ├── Stopped            403  the policy stops the prompt
    │   ├── Blocked
    │   └── Held
    ├── UpstreamError      502
    │   ├── UpstreamRejected 400  it does not take the request
    │   ├── UpstreamModelMissing 404
    │   ├── UpstreamBusy   429
    │   └── UpstreamTimeout 504
    ├── FailClosed         503  detector, policy or log can't do their work: nothing was sent
    │   ├── DetectorFailed
    │   └── StoreFailed
    ├── ClientGone             nobody waits for the reply any more
    └── VerificationFailed the audit log is not what it was

Every message says what, where and what next; none ever holds a value from a prompt.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """設定の誤り: one fault of a file that staff edit, with its place."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


class AiGovError(Exception):
    """内部の誤り: base of all. ``code`` is documented in docs/errors.md; ``status`` is what HTTP says."""

    code = "error"
    status = 500
    retry = False

    def __init__(self, message: str, *, record: str = "", param: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.record = record
        self.param = param


class ConfigError(AiGovError):
    """規則・方針・設定の誤り: all problems of a set of files at once."""

    code = "config_invalid"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class RequestError(AiGovError):
    """The request can't be accepted as it is."""

    status = 400


class BadRequest(RequestError):
    """読めない、または対応していない項目."""

    code = "bad_request"

    def __init__(self, message: str, *, param: str | None = None, code: str = "bad_request", record: str = "") -> None:
        super().__init__(message, param=param, record=record)
        self.code = code


class Unauthenticated(RequestError):
    """APIキーがない、または無効."""

    code = "unauthenticated"
    status = 401


class Forbidden(RequestError):
    """権限がない."""

    code = "forbidden"
    status = 403


class Unprepared(Forbidden):
    """利用の条件（研修の合格・ガイドラインの確認）を満たしていない. ``page`` is where the person can do it."""

    code = "not_prepared"

    def __init__(self, message: str, *, page: str, record: str = "") -> None:
        super().__init__(message, record=record)
        self.page = page


class TrainingNeeded(Unprepared):
    """研修の有効な合格がない."""

    code = "training_required"


class UnknownRoute(RequestError):
    """経路またはモデルがない."""

    code = "not_found"
    status = 404


class Conflict(RequestError):
    """今の状態ではできない."""

    code = "conflict"
    status = 409


class TooLarge(RequestError):
    """長すぎる."""

    code = "too_large"
    status = 413


class TooMany(RequestError):
    """回数の上限. ``retry_after`` seconds."""

    code = "rate_limited"
    status = 429
    retry = True

    def __init__(self, message: str, *, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Stopped(AiGovError):
    """方針により停止. ``reasons`` are the sentences, ``level`` the code of the level."""

    status = 403

    def __init__(self, message: str, *, record: str, level: str, reasons: Sequence[str]) -> None:
        super().__init__(message, record=record)
        self.level = level
        self.reasons = tuple(reasons)


class Blocked(Stopped):
    """停止."""

    code = "blocked"


class Held(Stopped):
    """所属長の許可待ち."""

    code = "held"


class UpstreamError(AiGovError):
    """生成AIサービスの異常. ``upstream_status`` is what it said, if anything."""

    code = "upstream_error"
    status = 502

    def __init__(self, message: str, *, record: str = "", upstream_status: int | None = None) -> None:
        super().__init__(message, record=record)
        self.upstream_status = upstream_status


class UpstreamRejected(UpstreamError):
    """生成AIサービスが依頼を受け付けない. ``upstream_code`` is its own code, where it is a short word."""

    code = "upstream_rejected"
    status = 400

    def __init__(self, message: str, *, upstream_status: int, upstream_code: str = "") -> None:
        super().__init__(message, upstream_status=upstream_status)
        self.upstream_code = upstream_code


class UpstreamModelMissing(UpstreamError):
    """生成AIサービスにモデルがない."""

    code = "upstream_model_missing"
    status = 404


class UpstreamBusy(UpstreamError):
    """生成AIサービスの利用上限. ``retry_after`` seconds, where it says so."""

    code = "upstream_busy"
    status = 429
    retry = True

    def __init__(self, message: str, *, upstream_status: int, retry_after: int | None = None) -> None:
        super().__init__(message, upstream_status=upstream_status)
        self.retry_after = retry_after


class UpstreamTimeout(UpstreamError):
    """生成AIサービスの時間切れ."""

    code = "upstream_timeout"
    status = 504


class FailClosed(AiGovError):
    """安全のため停止: something that must work does not, so nothing was sent."""

    code = "unavailable"
    status = 503


class DetectorFailed(FailClosed):
    """検知の異常・時間切れ."""

    code = "detector_failed"


class StoreFailed(FailClosed):
    """監査記録を書けない."""

    code = "record_failed"


class ClientGone(AiGovError):
    """利用者の切断: nobody is there to read the reply. ``recorded``: its row is written already."""

    code = "client_gone"
    status = 499

    def __init__(self, *, recorded: bool = False) -> None:
        super().__init__("利用者の側で接続が切れました。")
        self.recorded = recorded


class VerificationFailed(AiGovError):
    """監査ログの検証に失敗. ``findings`` lists each fault."""

    code = "verification_failed"

    def __init__(self, findings: Sequence[str]) -> None:
        super().__init__("\n".join(findings))
        self.findings = tuple(findings)


def exit_code(error: AiGovError) -> int:
    """The exit code of the command line: 2 wrong files, 3 refused, 4 stopped, 5 upstream, 6 fail closed, 7 log.

    >>> exit_code(StoreFailed("x"))
    6
    """
    match error:
        case ConfigError():
            return 2
        case RequestError():
            return 3
        case Stopped():
            return 4
        case UpstreamError():
            return 5
        case FailClosed():
            return 6
        case VerificationFailed():
            return 7
    return 1
