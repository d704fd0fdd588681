"""What plugins did wrong, kept in the data folder: whoever looks is another process.

A note at best effort. Nothing may stop because it could not be written. An error is gone once its plugin's
code is another: it is mended, or comes again.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import orjson

from hongxian.model.stamp import DAY_MILLISECONDS
from hongxian.storage.privacy import private
from hongxian.text import Text, packed, unpacked
from hongxian.words.values import Json, JsonObject

FILE = "plugin-errors.json"
KEPT_MILLISECONDS = 7 * DAY_MILLISECONDS
"""A trouble that has not come again for so long is let go."""
MOST = 20
"""Of each plugin."""


@dataclass(frozen=True)
class PluginError:
    """One mistake of a plugin, however often it was made."""

    message: Text
    way: tuple[str, ...] = ()
    """Through the code, the innermost last: `rules.py:12 check`. No value of any record."""
    first: int = 0
    """When it was first made, in milliseconds since 1970; 0 before it was noted."""
    last: int = 0
    times: int = 1

    def as_json(self) -> JsonObject:
        """For a program that asks."""
        return {**vars(self), "way": list(self.way)}


def read_plugin_errors(
    folder: Path, now: int, code_of: Callable[[str], str | None]
) -> dict[str, list[PluginError]]:
    """By plugin, the last one last; `code_of` tells a plugin's code as it is now, None for one that is gone."""
    recent = {
        name: [_error(each) for each in errors if each["last"] > now - KEPT_MILLISECONDS]
        for name, told in _read(folder).items()
        if (errors := told["errors"]) and told["code"] in (code_of(name), "")
    }
    return {name: errors for name, errors in recent.items() if errors}


def errors_of(made: Iterable[PluginError], noted: Iterable[PluginError]) -> list[PluginError]:
    """Those of this process, which may be of the loading and so not noted, and those that are; each once."""
    return list({each.message: each for each in (*made, *noted)}.values())


def note_plugin_error(folder: Path, plugin: str, code: str, error: PluginError, now: int) -> None:
    """Keep one; the same message again counts, and gets a new time. `code` is the plugin's as it is now."""
    held = _read(folder)
    told = held.get(plugin)
    errors = told["errors"] if told and told["code"] == code else []
    message = packed(error.message)
    same = next((each for each in errors if each["message"] == message), None)
    noted = {
        "message": message,
        "way": list(error.way),
        "first": same["first"] if same else now,
        "last": now,
        "times": same["times"] + 1 if same else 1,
    }
    kept = [*(each for each in errors if each is not same), noted][-MOST:]
    held[plugin] = {"code": code, "errors": kept}
    unfinished = folder / f"{FILE}.{os.getpid()}.part"
    with contextlib.suppress(OSError):
        with open(unfinished, "wb", opener=private) as file:
            file.write(orjson.dumps(held, option=orjson.OPT_INDENT_2))
        unfinished.replace(folder / FILE)


def _error(noted: Json) -> PluginError:
    return PluginError(
        unpacked(noted["message"]),
        tuple(noted["way"]),
        noted["first"],
        noted["last"],
        noted["times"],
    )


def _read(folder: Path) -> dict[str, JsonObject]:
    """What is noted; nothing where the file is not as this release writes it."""
    try:
        held: Json = orjson.loads((folder / FILE).read_bytes())
        return {name: told for name, told in held.items() if told.keys() >= {"code", "errors"}}
    except (OSError, orjson.JSONDecodeError, AttributeError):
        return {}
