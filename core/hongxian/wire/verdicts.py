"""Verdicts: what the hub makes of each transaction that it was sent."""

from __future__ import annotations

from typing import Any

from marshmallow.fields import Dict, List, Raw, String

from hongxian.text import Text
from hongxian.wire.message import LARGEST, Message, Word, integer, part, string, text, told, word
from hongxian.words.values import Json, Value

SeqRange = tuple[int, int]
"""Seqs after the first, up to and with the second."""


class VerdictKind(Word):
    """What became of a transaction that its laptop cannot tell by itself."""

    MERGED = "merged", "Accepted; its rows come with the feed."
    REFUSED = "refused", "By rights, rules or a plugin: its people must see to it."
    BUMPED = "bumped", "Another record holds a key that it claims: its people must see to it."
    PLUGIN = (
        "plugin",
        "The hub lacks its plugin, or what it follows on waits for one; it is sent again then.",
    )
    LATER = "later", "The hub is being refilled and cannot decide on it yet; it is sent again then."
    CLOCK = (
        "clock",
        "Its stamp is of a time to come, or another's; it is sent again under a new one.",
    )
    HELD = (
        "held",
        "It deletes more than a laptop may by itself: the hub's keeper is to say; it is sent again then.",
    )
    AGAIN = (
        "again",
        "It goes on from a count or a use of a quota that was refused; it is built and sent anew.",
    )


class TakenKey(Message):
    """The key that a bumped transaction wanted, who holds it, and what is free."""

    collection: str = told(string(), "The collection whose claim it is.")
    fields: list[str] = told(List(string()), "The claim's fields, in order.")
    key: list[Value] = told(List(Raw(allow_none=True)), "Their values.")
    holder: str | None = told(
        String(allow_none=True), "The id of the record that holds it, if this laptop may see that."
    )
    free: list[list[Value]] = told(
        List(List(Raw(allow_none=True))), "Keys near it that nobody holds."
    )


class Verdict(Message):
    """What became of one transaction that is not plain."""

    stamp: int = told(integer(), "Which transaction.")
    verdict: VerdictKind = told(word(VerdictKind), "What became of it.")
    seq: int = told(integer(), "Of a merged one: its rows have this seq or a later one.", default=0)
    reasons: dict[str, list[Text]] = told(
        Dict(string(), List(text())),
        'Why, in sentences by field; under "" what concerns no single one.',
        default_factory=dict,
    )
    taken: TakenKey | None = told(
        part(TakenKey, allow_none=True), "Of a bumped one: what it wanted.", default=None
    )


def as_merged(stamp: int, seq: int) -> Verdict:
    """That one was taken in."""
    return Verdict(stamp=stamp, verdict=VerdictKind.MERGED, seq=seq)


def refused(stamp: int, reasons: dict[str, list[Text]]) -> Verdict:
    """A refusal, with its sentences by field."""
    return Verdict(stamp=stamp, verdict=VerdictKind.REFUSED, reasons=reasons)


class _Verdicts(List[Any]):
    """After a large merge nearly all are merged: such are taken at one look; on all else
    marshmallow has the word."""

    def __init__(self) -> None:
        super().__init__(part(Verdict))

    def _deserialize(self, value: Json, *args: Any, **more: Any) -> Any:  # Any: marshmallow's
        if type(value) is list and all(map(_is_merged, value)):
            merged = VerdictKind.MERGED
            return [Verdict(stamp=v["stamp"], verdict=merged, seq=v["seq"]) for v in value]
        return super()._deserialize(value, *args, **more)


def _is_merged(value: object) -> bool:
    return (
        type(value) is dict
        and value.get("verdict") == VerdictKind.MERGED
        and type(value.get("stamp")) is int
        and 0 <= value["stamp"] <= LARGEST
        and type(value.get("seq")) is int
        and 0 <= value["seq"] <= LARGEST
        and value.get("reasons", {}) == {}
        and value.get("taken") is None
    )


class Outcome(Message):
    """What became of a request's transactions.

    Plain are those after which the sender knows the rows exactly; in the order of their stamps
    they have the seqs from `first_seq` on. All others are told one by one.
    """

    first_seq: int = told(integer(), "The first plain transaction's seq.", default=0)
    plain: int = told(integer(), "How many transactions are plain.", default=0)
    others: list[Verdict] = told(_Verdicts(), "All others.", default_factory=list)

    @property
    def plain_seqs(self) -> SeqRange:
        """The seqs of the plain transactions."""
        return self.first_seq - 1, self.first_seq - 1 + self.plain
