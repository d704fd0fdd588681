"""Releases of plugins and of the program: what a laptop runs, what the hub orders for it, and one part by part."""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Sequence

import orjson
from marshmallow import validate
from marshmallow.fields import Dict, List, String

from hongxian.errors import PageRefused
from hongxian.releases.manifest import NAME
from hongxian.releases.program import PROGRAM_BYTES, SYSTEMS, is_for
from hongxian.releases.release import RELEASE_BYTES
from hongxian.releases.sound_zip import SHA256, VERSION
from hongxian.security.keys import PUBLIC_KEY
from hongxian.text import Text
from hongxian.wire.message import Message, integer, part, string, text, told

MOST_PLUGINS = 200
MOST_FAILED = 10
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


class Failed(Message):
    """A version of the program that was tried in vain, or could not be put in place."""

    version: str = told(_matches(VERSION), "Which.")
    why: Text = told(text(), "Its last words.")


class ProgramRunning(Message):
    """The program as a laptop has it, whose launcher changes its versions."""

    version: str = told(_matches(VERSION), "The one that runs.")
    system: str = told(_matches(rf"(?:{'|'.join(SYSTEMS)})\Z"), "What it runs on.")
    next: str = told(
        _matches(rf"\Z|{VERSION}"), "The one that is in place for its next start.", default=""
    )
    failed: list[Failed] = told(
        List(part(Failed), validate=validate.Length(max=MOST_FAILED)),
        "Versions from which it went back, or that it does not take.",
        default_factory=list,
    )
    processor: str = told(
        _matches(r"[a-z0-9_]{0,20}\Z"), "Of the machine; a laptop of 0.3.0 tells none.", default=""
    )

    def takes(self, system: str) -> bool:
        """Whether a program file that is for a system, or for a processor of it, runs there."""
        return is_for(system, self.system, self.processor)


class PluginsRequest(Message):
    """What a laptop runs."""

    running: list[Running] = told(
        List(part(Running), validate=validate.Length(max=MOST_PLUGINS)), "All its plugins."
    )
    program: ProgramRunning | None = told(
        part(ProgramRunning, allow_none=True),
        "The program itself; null where no launcher changes its versions.",
        default=None,
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


class ProgramOrder(Message):
    """That a laptop is to change over to a version of the program at a start of its own."""

    version: str = told(_matches(VERSION), "Which, later than the one that runs.")
    sha256: str = told(_matches(SHA256), "Of its program file.")
    size: int = told(integer(1, PROGRAM_BYTES), "Of that, in bytes.")
    publisher: str = told(_matches(PUBLIC_KEY), "The public key that signed it.")


class PluginsReply(Message):
    """All that the hub orders for the laptop that asks; plugins that are not named stay as they are."""

    orders: list[Order] = told(
        List(part(Order), validate=validate.Length(max=MOST_PLUGINS)), "Each plugin once."
    )
    program: ProgramOrder | None = told(
        part(ProgramOrder, allow_none=True),
        "The program; null where it stays as it is.",
        default=None,
    )


class ReleasePartRequest(Message):
    """Some bytes of a release, or of a program file, that was ordered for the laptop that asks."""

    sha256: str = told(_matches(SHA256), "Of the file.")
    start: int = told(integer(most=PROGRAM_BYTES), "The first byte.")
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
