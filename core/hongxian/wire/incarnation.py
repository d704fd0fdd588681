"""A restored or copied laptop gets a number of its own: what it asks, and what the hub tells."""

from __future__ import annotations

from marshmallow import fields, validate

from hongxian.wire.enrol import KNOWN_NUMBER, known_number
from hongxian.wire.message import Message, integer, string, told

PRINT = validate.Regexp(r"[0-9a-f]{16}\Z")
_STAMP = validate.Regexp(r"[1-9][0-9]{0,18}\Z")
PRINTS = 2_000_000
"""Transactions that one request may name."""


class RenumberRequest(Message):
    """What a restored or copied laptop has not had acknowledged."""

    prints: dict[str, str] = told(
        fields.Dict(
            fields.String(validate=_STAMP),
            fields.String(validate=PRINT),
            validate=validate.Length(max=PRINTS),
        ),
        "The prints of its transactions (16 hex digits) by their stamps (decimal).",
    )
    known: int = told(known_number(), KNOWN_NUMBER, default=0)


class RenumberReply(Message):
    """A number and token of the laptop's own, and which of its transactions the hub has already."""

    number: int = told(integer(), "The new device number.")
    token: str = told(string(), "In place of the one that asked.")
    taken: dict[str, int] = told(
        fields.Dict(string(), integer()), "The seqs of what the hub has, by stamps (decimal)."
    )
    became: dict[str, int] = told(
        fields.Dict(string(), integer()),
        "The stamps of those that came under other ones, by the stamps asked for (decimal).",
        default_factory=dict,
    )
