"""A round: where a laptop stands and what it sends; what the hub says of that, and what comes next."""

from __future__ import annotations

from marshmallow import validate
from marshmallow.fields import Boolean, Dict, List, String, Tuple

from hongxian.model.stamp import LATEST
from hongxian.model.transaction_id import Run, TransactionId
from hongxian.wire.by_scope import KINDS, Cursors, SeqsByScope, TotalsByScope
from hongxian.wire.digest import Totals
from hongxian.wire.hub.head import BLOCK, HEAD
from hongxian.wire.message import Message, Word, integer, part, short, string, told, word
from hongxian.wire.releases import MOST_PLUGINS, Running
from hongxian.wire.transactions import RUNS, run, transaction_id
from hongxian.wire.verdicts import Outcome, SeqRange

PROTOCOL = 2
PORTION = 4 * 2**20
"""Bytes of pages in one request or answer, at most, but for what cannot be parted: a line of 8 KB/s carries
as much in the time that a hub gives it."""
LEAST_PORTION = 256
"""Few enough for one transaction, or one record, to be alone."""
LONGEST_GRANT = 200_000
"""Characters of what a laptop was told of its teams and circles."""
ATTEMPTS = 1_000
"""Transactions that a lineage names, at most."""


class Lineage(Message):
    """What a laptop last sent, so that a copied or restored one is noticed.

    The last transaction that the hub was sent must be one that the laptop knows of.
    """

    after: TransactionId | None = told(
        transaction_id(allow_none=True),
        "The last transaction of the last request that was answered; null before the first.",
        default=None,
    )
    attempts: list[TransactionId] = told(
        List(transaction_id(), validate=validate.Length(max=ATTEMPTS)),
        "The last transactions of the requests since then, this one too, and of some before: of each"
        " prefix the one with the largest count, which stands for those before it.",
        default_factory=list,
    )


class RoundRequest(Message):
    """Transactions go out in the pages behind it, and pages come back."""

    protocol: int = told(integer(PROTOCOL, PROTOCOL), "The protocol's version.")
    epoch: str = told(string(most=80), "The hub's life, as last told.")
    lineage: Lineage = told(part(Lineage), "What the laptop last sent.")
    clock: int = told(integer(most=LATEST), "The laptop's time, in milliseconds since 1970.")
    version: str = told(string(most=40), "Its release and system.", default="")
    name: str = told(
        string(most=80),
        "What its people want it to be called, until they are told that it is; empty where it stays.",
        default="",
    )
    head: str = told(
        String(validate=validate.Regexp(rf"\Z|{HEAD}")),
        'The last that an answer told, word for word; "" before the first. A hub that signed it and'
        " has no such block was restored.",
        default="",
    )
    heads: list[str] = told(
        List(String(validate=validate.Regexp(BLOCK)), validate=validate.Length(max=100)),
        "Seq and hash of earlier ones, the last first: the first that a restored hub has tells to"
        " what time it went back.",
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
        "Seqs that this laptop wrote plainly since its cursors: after the first of each pair, up to"
        " and with the second.",
        default_factory=list,
    )
    transactions: list[Run] = told(
        List(run(), validate=validate.Length(max=RUNS)),
        "The ids of the transactions in the pages, in the order of their stamps: prefix, first"
        " count, and how many.",
        default_factory=list,
    )
    grant: str = told(
        string(most=LONGEST_GRANT),
        "What it was told of its teams, as the last answer with a grant had it.",
        default="",
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
    sweeping: bool = told(
        Boolean(),
        "Whether its files may still hold text of records that it let go: it has acknowledged"
        " nothing new before that is done.",
        default=False,
    )
    pull: bool = told(Boolean(), "False to have verdicts only.", default=True)
    portion: int = told(
        integer(LEAST_PORTION),
        "Bytes of pages that the answer may carry, about; what shares a seq is never parted.",
        default=PORTION,
    )
    whole: bool = told(Boolean(), "On a stick: all pages, instead of one helping.", default=False)
    files: bool = told(
        Boolean(), "On a stick: whether files go along, and are to come along.", default=False
    )
    running: list[Running] | None = told(
        List(part(Running), allow_none=True, validate=validate.Length(max=MOST_PLUGINS)),
        "On a stick: the plugins that the laptop runs.",
        default=None,
    )


class Status(Word):
    """Whether laptop and hub are in the lives that each takes the other to be in."""

    OK = "ok", "They are."
    EPOCH = "epoch", "The hub has a new life: its database was restored, or lost."
    STALE = "stale", "The laptop was restored or copied."


class RoundReply(Message):
    """The hub's answer; pages of the feed stand behind it. Only "ok" has an outcome and a feed."""

    status: Status = told(word(Status), "Whether both are in the same lives.")
    epoch: str = told(string(), "The hub's present life.")
    clock: int = told(integer(most=LATEST), "The hub's time, in milliseconds since 1970.")
    head: str = told(
        string(),
        "How far its journal has come, signed: life, seq, hash of the newest block, highest stamp.",
    )
    community: str = told(string(), "The community's name.", default="")
    number: int = told(integer(), "What people may call the laptop by.")
    scopes: dict[str, str] = told(Dict(string(), string()), "The laptop's teams by scope.")
    circles: dict[str, bool] = told(
        Dict(string(), Boolean()),
        "By scope the circles that the hub knows of: whether the laptop is of it, or no more. One that"
        " it does not know of is of the laptop that began it.",
        default_factory=dict,
    )
    grant: str = told(
        string(),
        "To be kept and told again: what a hub that was restored learns this laptop's teams from;"
        " empty where it is as was told.",
        default="",
    )
    collections: list[str] = told(List(string()), "The hub's collections.")
    sent_out: list[str] = told(
        List(string()),
        "Those of them that the laptop has not and whose plugin comes by a release: which laptop is to have"
        " which, the hub's keeper says, and nothing is amiss.",
        default_factory=list,
    )
    recovering: bool = told(
        Boolean(), "Whether it takes offers: while it is refilled, and until this laptop was back."
    )
    held: bool = told(
        Boolean(),
        "Whether the keeper has still to say of anything that this laptop deleted.",
        default=False,
    )
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
    wanted: dict[str, list[str]] = told(
        Dict(string(), List(string())),
        "Ids by collection of records of which the hub asks for a copy, because its disk changed its"
        " own: to be offered, as a repair, where the laptop's fits its hash.",
        default_factory=dict,
    )
    version: str = told(string(), "The hub's release.", default="")
    plugins: str | None = told(
        String(allow_none=True, validate=validate.Length(max=40)),
        "Stands for all releases of plugins that are ordered for the laptop, which asks for them where it is"
        " another than it was told last; empty where none is.",
        default=None,
    )
    news: str = told(
        string(),
        "When complete: stands for all that a round would tell this laptop, until it asks for news with it"
        " and is told another; empty where only a round can tell.",
        default="",
    )
