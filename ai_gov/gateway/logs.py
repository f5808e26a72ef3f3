"""動作記録: one processor chain for all that the server writes to stderr, made so that no prompt can stand in it.

An exception is written as its type and the places it passed, never with its message or values: libraries put the
text they choke on into their messages. Of what other libraries log, only the first line is kept.
"""

from __future__ import annotations

import logging
import sys
import types
from typing import Any, Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from ai_gov.errors import AiGovError

_LONGEST: Final = 200
_FRAMES: Final = 12


def safe_exception(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """A processor: ``exc_info`` becomes ``error`` (a type) and ``at`` (file, line, function).

    >>> try:
    ...     int("山田太郎")
    ... except ValueError as error:
    ...     safe_exception(None, "", {"event": "x", "exc_info": error})["error"]
    'ValueError'
    """
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        if isinstance(error, AiGovError):  # these never hold a value
            event["message"] = error.message
        event["at"] = _places(error.__traceback__)
    event.pop("exc_text", None)
    event.pop("stack_info", None)
    return event


def _places(traceback: types.TracebackType | None) -> list[str]:
    places = []
    while traceback is not None:
        code = traceback.tb_frame.f_code
        file = code.co_filename.rpartition("site-packages/")[2].rpartition("/ai_gov/")[2]
        places.append(f"{file}:{traceback.tb_lineno} {code.co_name}")
        traceback = traceback.tb_next
    return places[-_FRAMES:]


def first_line(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """A processor for other libraries' lines: asyncio, for one, writes the repr of an exception on the second."""
    lines = str(event.get("event", "")).splitlines() or [""]
    event["event"] = lines[0][:_LONGEST]
    event.pop("positional_args", None)
    return event


def configure() -> None:
    """Send everything, ours and the libraries', through the chain to stderr as JSON lines."""
    stamp = structlog.processors.TimeStamper(fmt="iso", utc=True)
    own: list[Processor] = [structlog.stdlib.add_log_level, stamp, safe_exception]
    structlog.configure(
        processors=[*own, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *own, first_line],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True
    logging.getLogger("uvicorn.error").setLevel(logging.INFO)
    logging.getLogger("uvicorn.access").disabled = True  # it would write queries
    logging.captureWarnings(capture=False)
    sys.excepthook = _last_words


def _last_words(kind: type[BaseException], error: BaseException, _: types.TracebackType | None) -> Any:
    """What is written when the process dies of an exception."""
    if issubclass(kind, KeyboardInterrupt):
        return
    structlog.get_logger("ai_gov").critical("the process ends", exc_info=error)
