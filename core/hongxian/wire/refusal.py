"""A refusal: how the hub says over HTTP that it did not do what was asked."""

from __future__ import annotations

from marshmallow.fields import Dict, Raw

from hongxian.text import Text
from hongxian.wire.message import Message, string, text, told
from hongxian.words.values import JsonObject


class Refusal(Message):
    """What happened, to which thing, and what to do."""

    error: str = told(string(), "The error's class, as in docs/errors.md.")
    message: Text = told(text(), "For people.")
    facts: JsonObject = told(
        Dict(string(), Raw(allow_none=True)),
        "What the message is made of, by name; integers beyond 2^53 as strings.",
    )
