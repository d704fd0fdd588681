"""A refusal: how the hub says over HTTP that it did not do what was asked."""

from __future__ import annotations

from marshmallow.fields import Dict, Raw

from hongxian.values import JsonObject
from hongxian.wire.message import Message, part, string, told


class Sentences(Message):
    """The same in both languages."""

    zh: str = told(string(), "In Chinese.")
    en: str = told(string(), "In English.")


class Refusal(Message):
    """What happened, to which thing, and what to do."""

    error: str = told(string(), "The error's class, as in docs/errors.md.")
    message: Sentences = told(part(Sentences), "For people.")
    facts: JsonObject = told(
        Dict(string(), Raw(allow_none=True)),
        "What the message is made of, by name; integers beyond 2^53 as strings.",
    )
