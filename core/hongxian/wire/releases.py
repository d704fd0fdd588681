"""Plugins' releases: what a laptop runs, what the hub orders for it, and a release part by part."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Sequence

import orjson
from marshmallow import validate
from marshmallow.fields import Dict, List, String

from hongxian.errors import PageRefused
from hongxian.releases.manifest import NAME
from hongxian.releases.release import RELEASE_BYTES
from hongxian.releases.sound_zip import SHA256, VERSION
from hongxian.security.keys import PUBLIC_KEY
from hongxian.text import Text
from hongxian.wire.message import Message, integer, part, string, text, told

MOST_PLUGINS = 200
LONGEST_ERROR = 1_000
"""Characters of what went wrong with a plugin, in each language."""
_TOKEN_LETTERS = 16


def _matches(pattern: str) -> String:
    return String(validate=validate.Regexp(pattern))


class Running(Message):
    """One plugin as a laptop has it."""

    name: str = told(string(1, 80), "What it is called.")
    version: str = told(string(most=40), "Its version; empty where it takes no part.")
    sha256: str = told(
        _matches(rf"\Z|{SHA256}"), "Of its release's file; empty for one that came otherwise."
    )
    error: Text | None = told(text(allow_none=True), "What went wrong with it last.", default=None)


class PluginsRequest(Message):
    """What a laptop runs."""

    running: list[Running] = told(
        List(part(Running), validate=validate.Length(max=MOST_PLUGINS)), "All its plugins."
    )


class Order(Message):
    """That a laptop is to run a release from its next start on."""

    name: str = told(_matches(NAME), "The plugin's name.")
    version: str = told(
        _matches(rf"\Z|{VERSION}"), "The release's; empty where it is to run none of that name."
    )
    sha256: str = told(_matches(rf"\Z|{SHA256}"), "Of the release's file.", default="")
    size: int = told(integer(most=RELEASE_BYTES), "Of that, in bytes.", default=0)
    publisher: str = told(
        _matches(rf"\Z|{PUBLIC_KEY}"), "The public key that signed it.", default=""
    )


class PluginsReply(Message):
    """All that the hub orders for the laptop that asks; plugins that are not named stay as they are."""

    orders: list[Order] = told(
        List(part(Order), validate=validate.Length(max=MOST_PLUGINS)), "Each plugin once."
    )


class ReleasePartRequest(Message):
    """Some bytes of a release that was ordered for the laptop that asks."""

    sha256: str = told(_matches(SHA256), "Of the release's file.")
    start: int = told(integer(most=RELEASE_BYTES), "The first byte.")
    most: int = told(integer(1, RELEASE_BYTES), "How many, at most.")


class ReleasePart(Message):
    """Bytes of a release."""

    content: str = told(string(), "The bytes, in base64.")

    def as_bytes(self) -> bytes:
        """The bytes; raises `PageRefused`."""
        return as_bytes(self.content)


CARRIED = Dict(String(), String(), validate=validate.Length(max=MOST_PLUGINS))
"""Whole releases, in base64 by SHA-256, as a stick carries them."""


def as_text(content: bytes) -> str:
    """Bytes as they travel."""
    return b64encode(content).decode()


def as_bytes(content: str) -> bytes:
    """What travelled, as bytes; raises `PageRefused`."""
    try:
        return b64decode(content, validate=True)
    except ValueError:
        raise PageRefused(detail="a part of a release that is no base64") from None


def token_of(told: Sequence[Message], *further: str) -> str:
    """What stands for all of this, to be compared; "" for nothing."""
    if not told:
        return ""
    return hashlib.sha256(orjson.dumps([*further, *told])).hexdigest()[:_TOKEN_LETTERS]
