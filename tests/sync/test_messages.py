"""Messages: what is taken at one look is what their schemas take, and what goes out comes in."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Any

import orjson
import pytest
from marshmallow import ValidationError
from marshmallow.fields import Dict, Field, List

from hongxian.errors import PageRefused
from hongxian.text import Text
from hongxian.wire.bundle import BundleReply
from hongxian.wire.by_scope import SeqsByScope, TotalsByScope
from hongxian.wire.digest import BUCKETS, Total
from hongxian.wire.enrol import EnrolReply, EnrolRequest
from hongxian.wire.files import (
    DownloadRequest,
    FilesReply,
    FileState,
    Piece,
    PieceState,
    UploadRequest,
)
from hongxian.wire.history import HistoryEntry, Origin
from hongxian.wire.hub.identity import HubStatement
from hongxian.wire.incarnation import LeaveReply, LeaveRequest
from hongxian.wire.message import LARGEST, Message
from hongxian.wire.reconcile import BucketsReply, BucketsRequest, RepairReply, RepairRequest
from hongxian.wire.refusal import Refusal
from hongxian.wire.releases import (
    Failed,
    Order,
    PluginsReply,
    PluginsRequest,
    ProgramOrder,
    ProgramRunning,
    ReleasePart,
    ReleasePartRequest,
    Running,
)
from hongxian.wire.round import Lineage, RoundReply, RoundRequest, Status
from hongxian.wire.verdicts import Outcome, TakenKey, Verdict, VerdictKind
from places import DOCS

ODD = (None, True, 0, -1, 1.5, 2**63, LARGEST, "", "x", "x" * 80, "x" * 81, [], {}, {"": ["x"]})
SUM = {"count": 1, "sum": "0" * 16}
MERGED = {"stamp": 1, "verdict": "merged", "seq": 1, "reasons": {}, "taken": None}


def variants(sound: dict[str, Any]) -> Iterator[Any]:
    """The same; without each of its parts; with each of them odd; with one more; and odd as a whole."""
    yield sound
    for name in sound:
        yield {key: value for key, value in sound.items() if key != name}
        yield from ({**sound, name: odd} for odd in ODD)
    yield {**sound, "later": 1}
    yield from ODD


def by_scope(values: Iterable[Any]) -> Iterator[Any]:
    """These values by scope and collection; then the first of them by odd names, too often, and odd
    as a whole."""
    sound, *others = values
    for value in (sound, *others):
        yield {"t-1": {"a.b": sound, "a.c": value}}
    for name in ("", "x" * 80, "x" * 81):
        yield {"t-1": {"a.b": sound, name: sound}}
        yield {"t-1": {"a.b": sound}, name: {"a.b": sound}}
    yield {"t-1": dict.fromkeys(map(str, range(501)), sound)}
    yield {key: {"a.b": sound} for key in map(str, range(501))}
    yield from ({"t-1": odd} for odd in ODD)
    yield from ODD


def said(check: Field[Any], value: Any) -> tuple[Any, Any]:
    """What a field makes of a value, or what it has against it."""
    try:
        return check.deserialize(value), None
    except ValidationError as error:
        return None, error.messages


def test_cursors_taken_at_one_look_are_those_that_the_schema_takes() -> None:
    quick = SeqsByScope()
    slow = Dict(quick.key_field, quick.value_field, validate=quick.validate)
    for value in by_scope([1, *ODD]):
        assert said(quick, value) == said(slow, value)


def test_totals_taken_at_one_look_are_those_that_the_schema_takes() -> None:
    quick = TotalsByScope()
    slow = Dict(quick.key_field, quick.value_field, validate=quick.validate, allow_none=True)
    for value in by_scope(variants(SUM)):
        assert said(quick, value) == said(slow, value)


def test_verdicts_taken_at_one_look_are_those_that_the_schema_takes() -> None:
    quick = Outcome.schema().fields["others"]
    assert isinstance(quick, List)
    slow = List(quick.inner)
    for value in ([MERGED, each] for each in variants(MERGED)):
        assert said(quick, value) == said(slow, value)
    for value in ODD:
        assert said(quick, value) == said(slow, value)


# -- out and in ------------------------------------------------------------------------------

TAKEN = TakenKey(
    collection="umbrella.slot",
    fields=["day", "place"],
    key=["2026-03-01", None],
    holder=None,
    free=[[1, "x"]],
)
OUTCOME = Outcome(
    first_seq=7,
    plain=2,
    others=[
        Verdict(stamp=5, verdict=VerdictKind.MERGED, seq=9),
        Verdict(
            stamp=6,
            verdict=VerdictKind.BUMPED,
            reasons={"day": [Text("不行。", "No.")]},
            taken=TAKEN,
        ),
    ],
)
PREFIX = "0123456789" * 2
KEY = "0" * 64
HEAD = f"0123-4:17:{KEY}:{LARGEST}:{KEY * 2}"
LINEAGE = Lineage(after=(PREFIX, 3), attempts=[(PREFIX, 5), ("a" * 20, 1)])
PIECE = Piece(collection="a.b", record="id", sha256=KEY, size=900, offset=3, content="AAAA")
ANSWER = {
    "status": Status.OK,
    "epoch": "first",
    "head": HEAD,
    "clock": 1_772_323_200_000,
    "number": 2,
    "scopes": {"t-1": "甲队"},
    "collections": ["roster.person"],
    "recovering": False,
    "outcome": OUTCOME,
    "cursors": {"t-1": {"roster.person": LARGEST}},
    "digests": {"t-1": {"roster.person": Total(count=2, sum="f" * 16)}},
}
EXAMPLES: list[Message] = [
    TAKEN,
    *OUTCOME.others,
    OUTCOME,
    LINEAGE,
    Total(count=0, sum="0" * 16),
    RoundRequest(
        protocol=2,
        epoch="first",
        lineage=LINEAGE,
        head=HEAD,
        heads=[f"5-{KEY}", "0-"],
        clock=0,
        collections=[],
        own_seqs=[(1, 3)],
        transactions=[(PREFIX, 4, 2)],
    ),
    RoundReply(**ANSWER),
    BundleReply(**ANSWER, answers=(PREFIX, 5), plain=[5, 6]),
    BucketsRequest(scope="t-1", collection="a.b", sums=["0" * 16] * BUCKETS),
    BucketsReply(seq=1, more=False, differs={"17": [("id", "0" * 16)]}),
    RepairRequest(scope="t-1", collection="a.b", fetch=["id"]),
    RepairReply(taken=1, elsewhere=["id"]),
    Running(name="seat", version="1.0", sha256=KEY, error=Text("出错", "it broke")),
    PluginsRequest(running=[Running(name="seat", version="", sha256="")]),
    Failed(version="1.1", why=Text("打不开", "it did not come up")),
    ProgramRunning(version="1.0", system="linux", next="1.1", processor="x86_64"),
    ProgramOrder(version="1.2", sha256=KEY, size=900, publisher=KEY),
    Order(name="seat", version="1.0", sha256=KEY, size=900, publisher=KEY),
    PluginsReply(orders=[Order(name="seat", version="")]),
    ReleasePartRequest(sha256=KEY, start=0, most=500),
    ReleasePart(content="AAAA"),
    PIECE,
    PieceState(state=FileState.PART, received=3, content="AAAA"),
    UploadRequest(pieces=[PIECE]),
    DownloadRequest(pieces=[PIECE], portion=65_536),
    FilesReply(pieces=[PieceState(state=FileState.COMING)]),
    LeaveRequest(transactions=[(PREFIX, 4, 2)]),
    LeaveReply(taken=[(PREFIX, 4, 9, 6)]),
    HubStatement(identity=KEY, authority="", sealing=KEY, signature=KEY * 2),
    EnrolRequest(secret="AAAABBBB", key=KEY, sealing=KEY),
    HistoryEntry(
        seq=3,
        stamp=str(LARGEST),
        at=0,
        device=2,
        who=Text.of("甲机"),
        how=Origin.OFFERED,
        before={},
        after={"name": None},
    ),
    Refusal(error="Refused", message=Text("不行。", "No."), facts={"detail": None}),
    EnrolReply(number=2, laptop="id", teams={}, community="", epoch="first", clock=0),
]


@pytest.mark.parametrize("message", EXAMPLES, ids=lambda message: type(message).__name__)
def test_a_message_comes_in_as_it_went_out(message: Message) -> None:
    assert type(message).load(orjson.loads(orjson.dumps(message))) == message


def test_every_message_is_among_those_that_came_in_as_they_went_out() -> None:
    def all_of(kinds: Iterable[type[Message]]) -> set[type[Message]]:
        return {each for kind in kinds for each in (kind, *all_of(kind.__subclasses__()))}

    of_the_wire = {
        each
        for each in all_of(Message.__subclasses__())
        if each.__module__.startswith("hongxian.wire.")
    }
    assert {type(example) for example in EXAMPLES} == of_the_wire


def test_the_protocols_page_names_every_part_of_every_message() -> None:
    page = (DOCS / "protocol.md").read_text(encoding="utf-8")
    words = {word for code in re.findall(r"`([^`]*)`", page) for word in re.findall(r"\w+", code)}
    parts = {field.name for message in EXAMPLES for field in fields(message)}
    assert not parts - words


def test_a_message_of_a_later_release_may_say_more_and_an_earlier_one_less() -> None:
    lineage = {"after": [PREFIX, 3], "later": {"a": 1}}
    assert Lineage.load(lineage) == Lineage(after=(PREFIX, 3), attempts=[])


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"epoch": None}, "epoch"),
        ({"lineage": {"after": 1}}, "lineage"),
        ({"clock": True}, "clock"),
    ],
)
def test_what_is_wrong_with_a_message_is_told_by_its_name_and_field(
    more: dict[str, Any], field: str
) -> None:
    [request] = (each for each in EXAMPLES if isinstance(each, RoundRequest))
    with pytest.raises(PageRefused, match=rf"RoundRequest: .*{field}"):
        RoundRequest.load({**orjson.loads(orjson.dumps(request)), **more})
