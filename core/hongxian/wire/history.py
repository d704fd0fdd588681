"""A record's history, as the hub's journal tells it: a JSON list, newest first."""

from __future__ import annotations

from marshmallow.fields import Boolean, Dict, Raw

from hongxian.text import Text
from hongxian.wire.message import Message, Word, integer, string, text, told, word
from hongxian.words.values import Values


class Origin(Word):
    """From whom a change came to the hub."""

    PUSHED = "pushed", "From the laptop that wrote it."
    OFFERED = (
        "offered",
        "From a laptop that still had it after the hub lost it: a whole record, its stamps too.",
    )


class HistoryEntry(Message):
    """One change of the record."""

    seq: int = told(integer(), "The hub's number for it.")
    stamp: str = told(string(), "Its stamp, 63 bits in decimal.")
    at: int = told(integer(), "When it was written, in milliseconds since 1970.")
    device: int = told(
        integer(),
        "The number of the laptop that wrote it, whoever brought it; 0 where that is not plain.",
    )
    who: Text = told(text(), "What that laptop is called.")
    how: Origin = told(word(Origin), "From whom it came.")
    before: Values = told(
        Dict(string(), Raw(allow_none=True)),
        "The values that it replaced, by field; integers beyond 2^53 as strings.",
    )
    after: Values = told(
        Dict(string(), Raw(allow_none=True)),
        "The values that it wrote, by field; of a tally, set or quota the writer's part.",
    )
    forgotten: bool = told(
        Boolean(),
        "Whether the hub keeps what it wrote no more: the values are null.",
        default=False,
    )
