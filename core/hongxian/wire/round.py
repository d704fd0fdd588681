"""A round: where a laptop stands and what it sends; what the hub says of that, and what comes next."""

from __future__ import annotations

from marshmallow import validate
from marshmallow.fields import Boolean, Dict, List, String, Tuple

from hongxian.wire.by_scope import KINDS, Cursors, SeqsByScope, TotalsByScope
from hongxian.wire.digest import Totals
from hongxian.wire.incarnation import PRINT
from hongxian.wire.message import Message, Word, integer, part, short, string, told, word
from hongxian.wire.verdicts import Outcome, SeqRange

PROTOCOL = 1
FormerStamp = tuple[int, str, int]
"""A stamp that a transaction had before, its print then, and its stamp now."""


class Place(Message):
    """Where a laptop is in its chain of rounds, so that a copied or restored one is noticed."""

    number: int = told(integer(), "How many rounds the hub had counted at the last answer.")
    id: str = told(
        string(most=80),
        'New in every request that carries anything; "" in one that carries nothing, which is no'
        " link of the chain and asks for no place on a disk.",
    )
    previous: str = told(string(most=80), "The round whose answer was last taken in.")
    attempts: list[str] = told(
        List(short(), validate=validate.Length(max=1_000)),
        "The rounds asked since then without an answer: the hub's last must be one of these.",
        default_factory=list,
    )


class RoundRequest(Message):
    """Transactions go out in the pages behind it, and pages come back."""

    protocol: int = told(integer(PROTOCOL, PROTOCOL), "The protocol's version.")
    device: int = told(integer(), "The device number.")
    epoch: str = told(string(most=80), "The hub's life, as last told.")
    round: Place = told(part(Place), "The laptop's place in its chain of rounds.")
    clock: int = told(integer(), "The laptop's time, in milliseconds since 1970.")
    version: str = told(string(most=40), "Its release and system.", default="")
    heads: list[str] = told(
        List(
            String(validate=validate.Regexp(r"[0-9]{1,18}-[0-9a-f]{64}\Z")),
            validate=validate.Length(max=100),
        ),
        "Newest blocks of the hub's journal as answers told them, the last first. A hub without the"
        " first of them was restored; the first that it has tells to what time.",
        default_factory=list,
    )
    collections: list[str] = told(
        List(short(), validate=validate.Length(max=KINDS)),
        "The collections that the laptop has; it is sent no others.",
    )
    cursors: Cursors = told(
        SeqsByScope(), "How far it has read, as seqs by scope and collection.", default_factory=dict
    )
    own_seqs: list[SeqRange] = told(
        List(Tuple((integer(), integer())), validate=validate.Length(max=1_000)),
        "Seqs that this device wrote plainly since its cursors: after the first of each pair, up to"
        " and with the second.",
        default_factory=list,
    )
    former: list[FormerStamp] = told(
        List(
            Tuple((integer(), String(validate=PRINT), integer())),
            validate=validate.Length(max=1_000_000),
        ),
        "Of transactions in this request that had other stamps before: that stamp, the print under"
        " it (16 hex digits), and the stamp now.",
        default_factory=list,
    )
    unsent: int = told(integer(), "Changes that are still to go out.", default=0)
    refused: int = told(
        integer(), "Changes that were refused and wait for the laptop's people.", default=0
    )
    due: bool = told(
        Boolean(),
        "Whether records are to be mended still, of collections whose plugin is missing on a side.",
        default=False,
    )
    pull: bool = told(Boolean(), "False to have verdicts only.", default=True)
    whole: bool = told(Boolean(), "On a stick: all pages, instead of one helping.", default=False)


class Status(Word):
    """Whether laptop and hub are in the lives that each takes the other to be in."""

    OK = "ok", "They are."
    EPOCH = "epoch", "The hub has a new life: its database was restored, or lost."
    STALE = "stale", "The laptop was restored or copied."
    BELOW = "below", "Tombstones that the laptop has not seen are gone at the hub."


class RoundReply(Message):
    """The hub's answer; pages of the feed stand behind it. Only "ok" has an outcome and a feed."""

    status: Status = told(word(Status), "Whether both are in the same lives.")
    epoch: str = told(string(), "The hub's present life.")
    clock: int = told(integer(), "The hub's time, in milliseconds since 1970.")
    round: int = told(integer(), "How many rounds of this device it has counted.", default=0)
    head: str = told(string(), "The newest block of its journal.", default="")
    community: str = told(string(), "The community's name.", default="")
    scopes: dict[str, str] = told(Dict(string(), string()), "The device's teams by scope.")
    collections: list[str] = told(List(string()), "The hub's collections.")
    recovering: bool = told(
        Boolean(), "Whether it takes offers: while it is refilled, and until this laptop was back."
    )
    gc_horizon: int = told(integer(), "The newest seq of a deletion that it has let go.", default=0)
    outcome: Outcome = told(
        part(Outcome), "What became of the transactions.", default_factory=Outcome
    )
    cursors: Cursors = told(
        SeqsByScope(), "How far the pages reach, by scope and collection.", default_factory=dict
    )
    complete: bool = told(Boolean(), "Whether that was all that there is.", default=False)
    digests: Totals | None = told(
        TotalsByScope(), "When complete: what the hub holds at that moment.", default=None
    )
    version: str = told(string(), "The hub's release.", default="")
