"""What plugins did wrong, kept in the data folder: whoever looks is another process.

A note at best effort. Nothing may stop because it could not be written.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import orjson

from hongxian.stamp import DAY_MILLISECONDS
from hongxian.storage.privacy import private
from hongxian.text import Text, packed, unpacked
from hongxian.values import Json

FILE = "plugin-errors.json"
KEPT_MILLISECONDS = 7 * DAY_MILLISECONDS
"""A trouble that has not come again for so long is let go."""
MOST = 20
"""Of each plugin."""


def read_plugin_errors(folder: Path, now: int) -> dict[str, dict[Text, int]]:
    """`{plugin: {message: when last (ms since 1970)}}`, newest last."""
    try:
        held: Json = orjson.loads((folder / FILE).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    recent = {
        name: {
            unpacked(message): at
            for message, at in messages.items()
            if at > now - KEPT_MILLISECONDS
        }
        for name, messages in held.items()
    }
    return {name: messages for name, messages in recent.items() if messages}


def note_plugin_error(folder: Path, plugin: str, message: Text, now: int) -> None:
    """Keep one; the same message again only gets a new time."""
    plugin_errors = read_plugin_errors(folder, now)
    messages = plugin_errors.setdefault(plugin, {})
    messages.pop(message, None)
    messages[message] = now
    plugin_errors[plugin] = dict(list(messages.items())[-MOST:])
    kept = {
        name: {packed(message): at for message, at in messages.items()}
        for name, messages in plugin_errors.items()
    }
    unfinished = folder / f"{FILE}.{os.getpid()}.part"
    with contextlib.suppress(OSError):
        with open(unfinished, "wb", opener=private) as file:
            file.write(orjson.dumps(kept, option=orjson.OPT_INDENT_2))
        unfinished.replace(folder / FILE)
