"""The log: one line for each event, `time level logger event name=value …`, in UTC.

Nothing that people wrote goes into it, nor a person's or a laptop's name, a code, a key: lines
hold counts, ids, names out of programs, and of an error its kind and place, for its message may
quote a value. docs/operations.md tells the levels.
"""

from __future__ import annotations

import inspect
import linecache
import logging
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = "hongxian"
LEVELS = ("ERROR", "WARNING", "INFO", "DEBUG")
"""From few lines to many."""
FRAMES, LONGEST_WAY = 4, 20
"""Of an error's way through the program, the innermost: in a line, and told whole."""


def logger(module: str) -> logging.Logger:
    """The logger of a module: `hongxian_client.sync.session` logs as `hongxian.sync.session`.

    So laptop and hub, whose rooms have the same names, log a phase under the same name.
    """
    return logging.getLogger(f"{ROOT}.{module.partition('.')[2]}")


@contextmanager
def phase(log: logging.Logger, name: str) -> Iterator[dict[str, object]]:
    """Log a phase at DEBUG, with what was put into the counts meanwhile and its milliseconds."""
    counts: dict[str, object] = {}
    began = time.perf_counter()
    try:
        yield counts
    except BaseException as error:
        counts["failed"] = type(error).__name__
        raise
    finally:
        if log.isEnabledFor(logging.DEBUG):
            counts["ms"] = round((time.perf_counter() - began) * 1000)
            told = " ".join(f"{name}={value}" for name, value in counts.items())
            log.debug("%s %s", name, told)


def blame(error: BaseException) -> str:
    """An error's kind and where it rose, without its message: `KeyError at rules.py:12:check`."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    way = "<".join(f"{Path(each.filename).name}:{each.lineno}:{each.name}" for each in frames[::-1])
    cause = error.__cause__ or error.__context__
    return f"{type(error).__name__} at {way or '?'}" + (f" from {blame(cause)}" if cause else "")


def way_of(error: BaseException) -> tuple[str, ...]:
    """An error's way through the code, the innermost last, without any value: `rules.py:12 check`."""
    frames = traceback.extract_tb(error.__traceback__)[-LONGEST_WAY:]
    return tuple(f"{Path(each.filename).name}:{each.lineno} {each.name}" for each in frames)


def stands_at(function: Callable[..., object]) -> tuple[str, ...]:
    """Where a function begins, as the way of an error that is about it: `rules.py:12 check`."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return (f"{Path(code.co_filename).name}:{code.co_firstlineno} {code.co_name}",) if code else ()


def stands_in_code(error: BaseException) -> bool:
    """Whether an error's message stands word for word in the file that raised it, so that it quotes no value."""
    frames = traceback.extract_tb(error.__traceback__)
    said = str(error.args[0]) if isinstance(error, KeyError) and error.args else str(error)
    source = "".join(linecache.getlines(frames[-1].filename)) if frames else ""
    return bool(said) and said in source


class _Line(logging.Formatter):
    converter = staticmethod(time.gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        parts = [self.formatTime(record), record.levelname, record.name, record.getMessage()]
        if record.exc_info and record.exc_info[1]:
            parts.append(f"error={blame(record.exc_info[1])}")
        return " ".join(" ".join(parts).splitlines())


def end_log() -> None:
    """Write no log any more: a command that asks for none says nothing of what it does."""
    root = logging.getLogger(ROOT)
    root.handlers = [logging.NullHandler()]
    root.setLevel(logging.NOTSET)


def start_log(level: str) -> None:
    """From now on, write lines of this level and those above it to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Line())
    root = logging.getLogger(ROOT)
    root.handlers = [handler]
    root.setLevel(level)


def has_log() -> bool:
    """Whether a log is written."""
    return any(isinstance(each, logging.StreamHandler) for each in logging.getLogger(ROOT).handlers)
