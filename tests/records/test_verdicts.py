"""A record that the hub will not have steps aside, with the reason by field, and stops no other."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import CharField, TextField

from hongxian import Record, Refused, Seen, rule
from hongxian.collections.builtin import Conflict
from hongxian.collections.rights import Writer
from hongxian.errors import Invalid
from hongxian.model.record import new_id
from hongxian.model.stamp import make_stamp
from hongxian.plugins.loading import Plugins
from hongxian.records import COMMUNITY
from hongxian.text import Text
from hongxian.wire.digest import digests
from hongxian.wire.page import Page, PageKind
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent import outbox
from hongxian_client.review import attention
from hongxian_client.sync.enrol import join
from hongxian_client.sync.report import Report
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_server.hub import Hub
from hongxian_server.intake.validate import _HUBS_OWN, Reading
from hongxian_server.membership import devices
from hongxian_testing.laptop import open_laptop
from listening import served
from meeting import meeting
from samples import SAMPLE, Thing, Visit, plugin

MANY = 5_000
NOW = 1_772_323_200_000
"""Milliseconds since 1970: 2026-03-01."""


class StricterVisit(Record):
    """The same collection in the hub's release, which allows shorter notes."""

    name = CharField(max_length=40)
    note = TextField(null=True, choices=[("好", "好"), ("差", "差")])

    class Meta:
        collection = "sample.visit"


@rule(of=Visit)
def is_not_number_7(visit: Visit, before: Visit | None, seen: Seen) -> None:
    if visit.name == "示例·7":
        raise Refused(Text("第七号不行。", "Not number 7."))


STRICTER = plugin("sample", Thing, StricterVisit)
RULED = plugin("sample", Thing, Visit, is_not_number_7=is_not_number_7)


def of(module: ModuleType) -> Plugins:
    plugins = Plugins(installed=False)
    plugins.add(module)
    return plugins


@contextmanager
def hub_and_laptop(folder: Path, module: ModuleType) -> Iterator[tuple[Hub, Replica]]:
    """A hub with its own release of the plugin, and a laptop that joined it; both open."""
    hub = Hub.init(folder / "hub", "示例社区", plugins=of(module))
    with hub:
        devices.add_team(hub, "甲队")
        code, _ = devices.make_code(hub, ["甲队"])
    laptop = Replica.open(folder / "laptop", plugins=of(SAMPLE))
    with served(hub) as address, laptop:
        join(laptop, address, code)
        yield hub, laptop


def synced(laptop: Replica) -> Report:
    return sync(laptop, post_to_hub(laptop))


@pytest.mark.parametrize(
    ("module", "more", "reasons"),
    [
        (STRICTER, {"note": "中"}, {"note": [Text("只能是：好、差。", "Must be one of: 好, 差.")]}),
        (RULED, {}, {"": [Text("第七号不行。", "Not number 7.")]}),
    ],
    ids=["the hub's schema", "the hub's plugin"],
)
def test_one_bad_record_among_five_thousand_steps_aside_alone(
    tmp_path: Path, module: ModuleType, more: dict[str, Any], reasons: dict[str, list[str]]
) -> None:
    rows = [{"name": f"示例·{number}", "note": "好"} for number in range(MANY)]
    rows[7] |= more
    with hub_and_laptop(tmp_path, module) as (hub, laptop):
        with laptop.separately():
            Visit.insert_many(rows).execute()
        report = synced(laptop)
        assert (report.sent, report.refused, report.differs) == (MANY - 1, 1, [])
        [rejected] = attention.rejected_transactions()
        [change] = attention.as_json(laptop, rejected)["changes"]
        assert (rejected.state, rejected.reasons) == ("refused", reasons)
        assert change["values"]["name"] == "示例·7"
        assert outbox.count(outbox.EntryState.UNSENT) == 0
        assert len(held(hub)) == MANY - 1
        Visit.update(name="示例·改", note="差").where(Visit.name == "示例·7").execute()
        assert synced(laptop).sent == 1
        assert attention.rejected_transactions() == []
        assert sorted(held(hub)) == sorted(visit.name for visit in Visit.select())
        mine = digests()
        with hub:
            assert digests() == mine


def held(hub: Hub) -> list[str]:
    with hub:
        return [row.values["name"] for row in hub.collection("sample.visit").rows("1 = 1")]


def test_a_laptop_gives_no_record_an_id_that_the_hub_would_refuse(tmp_path: Path) -> None:
    laptop = open_laptop(tmp_path, SAMPLE)
    with laptop, pytest.raises(Invalid) as refused:
        Visit.insert_many([{"name": "示例·甲"}, {"name": "示例·乙", "id": "乙"}]).execute()
    assert refused.value.facts["reasons"] == {"id": [Text("不是编号。", "Not an id.")]}


# -- any value in any field -----------------------------------------------------------------------

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(("5", "甲", "later")), inner, max_size=2)
    ),
    max_leaves=6,
)
"""What a frame may hold."""
FIELDS = sorted({"id", "scope", "deleted", "later", *Thing._meta.fields} - {"stamp", *_HUBS_OWN})
"""What a laptop may write; a stamp that is none leaves nothing by which to tell of its record."""


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Hub:
    return Hub.init(tmp_path_factory.mktemp("hub"), "示例社区", plugins=of(SAMPLE), now=lambda: NOW)


@given(
    name=st.sampled_from(FIELDS),
    kind=st.sampled_from((PageKind.NEW, PageKind.EDIT)),
    value=JSON,
    place=st.integers(0, 2),
)
def test_whatever_one_record_holds_the_others_are_read(
    hub: Hub, name: str, kind: PageKind, value: Any, place: int
) -> None:
    stamps = [make_stamp(NOW, count, 5) for count in range(3)]
    given: dict[str, list[Any]] = {
        "id": [new_id() for _ in stamps],
        "stamp": stamps,
        "scope": ["team-1"] * 3,
        "name": ["示例·甲", "示例·乙", "示例·丙"],
        "people": [{"5": [1, 0]}] * 3,
        "skills": [{}] * 3,
        "ready": [False] * 3,
        "state": ["open"] * 3,
        "deleted": [False] * 3,
    }
    given[name] = [*given.get(name, [None] * 3)]
    given[name][place] = value
    page = Page("sample.thing", kind, list(given), list(given.values()))
    with hub:
        reading = Reading(hub, Writer(5, "laptop-5", frozenset({"team-1"})))
        reading.read([page])
        read = {stamp for fresh in reading.fresh for stamp in fresh.columns[1]}
        read |= {change.stamp for _, change in reading.changes}
    others = set(stamps) - {stamps[place]}
    assert others <= read
    assert not others & reading.bad.keys()


def test_who_edits_and_deletes_has_not_seen_what_others_wrote_meanwhile(tmp_path: Path) -> None:
    with meeting(tmp_path, SAMPLE) as met:
        met.team("east")
        one, other = met.laptop("east"), met.laptop("east")
        with one:
            id = Thing.create(name="磨石", scope=COMMUNITY).id
        met.agree()
        with one:
            Thing.update(note="要紧").where(Thing.id == id).execute()
        with other:
            Thing.update(name="改").where(Thing.id == id).execute()
            Thing.delete().where(Thing.id == id).execute()
        met.agree()
        for store in (met.hub, one, other):
            with store:
                assert Thing.get_by_id(id).note == "要紧"
                assert [each.field for each in Conflict.select()] == ["deleted"]
