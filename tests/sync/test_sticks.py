"""Rounds by stick that come late, again, in another order, or from a copy of the laptop."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from consoles import last_act
from hongxian.errors import FileRefused
from hongxian.merges import plus
from hongxian.model.record import COMMUNITY
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.todo import Todo, TodoKind, put_down, to_be_done
from hongxian_client.replica.unsent.outbox import EntryState, count
from hongxian_client.sync.bundle import bundle_in, bundle_out
from hongxian_server.history.erasing import erase, receipts
from hongxian_server.hub_state import HubState
from hongxian_server.ops.scrub import scrub
from hongxian_server.sync.bundle import answer_bundle
from hongxian_server.tables.damaged import all_damaged
from hongxian_server.tables.keeper_log import Act
from hongxian_testing.laptop import with_only
from meeting import Meeting, meeting
from samples import PEOPLE, SAMPLE, Person, Thing

MODULES = (SAMPLE, PEOPLE)


@pytest.fixture
def met(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, *MODULES) as met:
        met.team("east")
        with met.laptop("east"):
            Thing.create(name="磨石", people=1, scope=COMMUNITY)
        met.agree()
        yield met


def out(met: Meeting, laptop: Replica, name: str) -> Path:
    path = met.folder / name
    bundle_out(laptop, path)
    return path


def answered(met: Meeting, path: Path) -> Path:
    """The hub's reply to a stick; each time another file."""
    number = len(list(met.folder.glob(f"{path.name}-reply-*")))
    reply = path.with_name(f"{path.name}-reply-{number}")
    answer_bundle(met.hub, path, reply)
    return reply


def people(met: Meeting) -> int:
    with met.hub:
        return int(Thing.get(Thing.name == "磨石").people)


def test_sticks_that_come_after_the_network_again_or_in_another_order_make_no_copy(
    met: Meeting,
) -> None:
    [laptop] = met.laptops
    with laptop:
        incarnation = laptop.writer().incarnation
        Person.create(name="示例·一")
    first = out(met, laptop, "first")
    with laptop:
        Person.create(name="示例·二")
    second = out(met, laptop, "second")
    met.sync()
    for stick in (second, first, first, second):
        bundle_in(laptop, answered(met, stick))
        assert last_act(met.hub)[0] == Act.BUNDLE
        with laptop:
            Person.create(name="示例·又")
        met.sync()
        bundle_in(laptop, answered(met, stick))
    met.agree()
    with laptop:
        assert laptop.writer().incarnation == incarnation
        assert count(EntryState.UNSENT) == 0
    with met.hub:
        assert Person.select().count() == 6


def test_a_stick_that_somebody_changed_is_refused_by_the_hub_and_by_the_laptop(
    met: Meeting,
) -> None:
    [laptop] = met.laptops
    with laptop:
        Thing.update(people=plus(5)).execute()
    stick = out(met, laptop, "stick")
    reply = answered(met, stick)
    for path, read in (
        (stick, lambda path: answered(met, path)),
        (reply, lambda path: bundle_in(laptop, path)),
    ):
        changed = path.with_name(f"{path.name}-changed")
        data = bytearray(path.read_bytes())
        data[-1] ^= 1
        changed.write_bytes(data)
        with pytest.raises(FileRefused, match="damaged, or not from this"):
            read(changed)


def test_a_laptop_that_uses_sticks_alone_goes_on_with_each(met: Meeting) -> None:
    [laptop] = met.laptops
    for amount in (5, 3):
        with laptop:
            Thing.update(people=plus(amount)).execute()
        bundle_in(laptop, answered(met, out(met, laptop, f"stick-{amount}")))
    assert people(met) == 9


def test_a_copys_stick_is_refused_and_what_it_counted_comes_by_the_network(met: Meeting) -> None:
    [laptop] = met.laptops
    shutil.copytree(laptop.folder, met.folder / "copy", ignore=shutil.ignore_patterns("*.lock"))
    with laptop:
        Thing.update(people=plus(5)).execute()
    bundle_in(laptop, answered(met, out(met, laptop, "own")))
    copy = Replica.open(met.folder / "copy", plugins=with_only(MODULES))
    with copy:
        Thing.update(people=plus(3)).execute()
    reply = answered(met, out(met, copy, "copys"))
    with pytest.raises(FileRefused, match="sync once over the network"):
        bundle_in(copy, reply)
    assert people(met) == 6
    [report] = met.sync(copy)
    assert "restored or copied" in report.notes[0].en
    assert people(met) == 9


def test_what_the_hubs_disk_has_changed_a_laptop_gives_back_by_stick(met: Meeting) -> None:
    """The answer asks for it, and the next stick brings it, an edit of it too."""
    [laptop] = met.laptops
    with met.hub, met.hub.upkeep():
        met.hub.database.execute_sql("UPDATE sample_thing SET name = '被硬盘改动'")
    with met.hub:
        scrub(met.hub, whole=True)
        assert all_damaged()
    with laptop:
        Thing.update(note="照样能改").execute()
    bundle_in(laptop, answered(met, out(met, laptop, "first")))
    with met.hub:
        assert Thing.get().note is None, "nothing is built on a row that is not as it was"
    reply = answered(met, out(met, laptop, "second"))
    with met.hub:
        assert not all_damaged()
        assert (Thing.get().name, Thing.get().note) == ("磨石", "照样能改")
        assert HubState.read().mended == 1
    bundle_in(laptop, reply)
    with laptop:
        assert not to_be_done(TodoKind.GIVE)
        assert count(EntryState.UNSENT) == 0
    met.agree()


def test_what_stands_on_a_stick_as_a_copy_and_is_none_changes_nothing(met: Meeting) -> None:
    [laptop] = met.laptops
    with laptop, laptop.upkeep():
        id = Thing.get().id
        put_down([Todo(kind=TodoKind.GIVE, collection="sample.thing", record=id)])
        row = laptop.collections["sample.thing"].rows_by_id([id])[id]
        row.put("name", "别的名字", row.stamp + 1)
        laptop.collections["sample.thing"].put_rows([row])
    answered(met, out(met, laptop, "stick"))
    with met.hub:
        assert Thing.get().name == "磨石"


def test_what_was_erased_leaves_the_files_of_a_laptop_that_uses_sticks(met: Meeting) -> None:
    [laptop] = met.laptops
    with laptop:
        id = Person.create(name="示例·被遗忘者").id
    met.agree()
    with met.hub:
        erase(met.hub, [("people.person", id)], "示例管理员")
    bundle_in(laptop, answered(met, out(met, laptop, "stick")))
    held = [path for path in laptop.folder.rglob("*") if path.is_file()]
    assert not any("示例·被遗忘者".encode() in path.read_bytes() for path in held)
    answered(met, out(met, laptop, "later"))
    with met.hub:
        [receipt] = receipts(met.hub)
        assert receipt.waits_for == []


def test_an_answer_that_is_read_while_a_plugin_is_missing_loses_nothing(met: Meeting) -> None:
    [laptop] = met.laptops
    other = met.laptop("east")
    met.agree()
    with laptop:
        Thing.update(people=plus(5)).execute()
        Person.create(name="示例·一")
    with other:
        Thing.create(name="别处", scope=COMMUNITY)
    met.sync(other)
    reply = answered(met, out(met, laptop, "stick"))
    away = Replica.open(laptop.folder, plugins=with_only((PEOPLE,)))
    bundle_in(away, reply)
    with away:
        assert count(EntryState.UNSENT) == 1
    met.laptops[0] = Replica.open(laptop.folder, plugins=with_only(MODULES))
    met.agree()
    with met.laptops[0]:
        assert count(EntryState.UNSENT) == 0
        assert {each.name for each in Thing.select()} == {"磨石", "别处"}
    assert people(met) == 6
