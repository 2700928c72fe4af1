"""One readable line an event, on standard output; never a person's words, number or secret."""

import contextlib
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from time import struct_time
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

from hotline.core.clock import beijing, now
from hotline.core.log_masks import scrub, scrubbed


def _stamp(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    event["time"] = beijing(now()).strftime("%H:%M:%S")
    return event


def _mask(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {name: scrubbed(value, name) for name, value in event.items()}


def _line(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    time, process, name = (event.pop(key, "") for key in ("time", "process", "event"))
    level = event.pop("level", "info")
    mark = {"warning": " !", "error": " !!"}.get(level, "")
    remedy = event.pop("remedy", "")
    trace = event.pop("exception", "")
    facts = " ".join(f"{key}={value}" for key, value in event.items())
    line = f"{time} {process:<8}{mark} {name} {facts}".rstrip()
    if remedy:
        line += f" → {remedy}"
    return f"{line}\n{trace}" if trace else line


def _beijing_clock(seconds: float | None) -> struct_time:
    return beijing(datetime.fromtimestamp(seconds or 0, UTC)).timetuple()


class _Masked(logging.Formatter):
    """What a library says, its traceback too, without numbers and secrets."""

    def format(self, record: logging.LogRecord) -> str:
        return scrub(super().format(record))


class _Lines:
    """Standard output, except that a full disk or a closed pipe ends no call for want of a line."""

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            sys.stdout.write(text.encode("utf-8", "backslashreplace").decode())
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            sys.stdout.flush()


def configure(process: str, *, as_json: bool = False) -> None:
    """Make every log line of this process carry its name; libraries speak up from warnings on."""

    def name_process(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
        event["process"] = process  # not a context variable: threads must carry it too
        return event

    last: Any = structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else _line
    structlog.configure(
        processors=[
            name_process,
            structlog.processors.add_log_level,
            _stamp,
            structlog.processors.format_exc_info,
            _mask,
            last,
        ],
        logger_factory=structlog.PrintLoggerFactory(_Lines()),  # type: ignore[arg-type]  # writes
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(_Lines())
    lines = _Masked(f"%(asctime)s {process:<8} ! %(name)s %(message)s", "%H:%M:%S")
    lines.converter = _beijing_clock
    handler.setFormatter(lines)
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    sys.excepthook = _tell
    threading.excepthook = _tell_of_thread


def _tell(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Print what ends the process, as Python would, but masked."""
    if issubclass(kind, KeyboardInterrupt):
        return
    sys.stderr.write(scrub("".join(traceback.format_exception(kind, error, trace))))


def _tell_of_thread(ended: threading.ExceptHookArgs) -> None:
    if ended.exc_value is not None and not isinstance(ended.exc_value, SystemExit):
        _tell(ended.exc_type, ended.exc_value, ended.exc_traceback)
