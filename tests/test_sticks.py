"""Rounds by stick that come late, again, in another order, or from a copy of the laptop."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from hongxian import plus
from hongxian.errors import FileRefused
from hongxian.record import COMMUNITY
from hongxian_client.replica.outbox import EntryState, count
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.bundle import bundle_in, bundle_out
from hongxian_server.sync.bundle import answer_bundle
from meeting import Meeting, meeting, plugins_of
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
    copy = Replica.open(met.folder / "copy", plugins=plugins_of(MODULES))
    with copy:
        Thing.update(people=plus(3)).execute()
    reply = answered(met, out(met, copy, "copys"))
    with pytest.raises(FileRefused, match="sync once over the network"):
        bundle_in(copy, reply)
    assert people(met) == 6
    [report] = met.sync(copy)
    assert "restored or copied" in report.notes[0].en
    assert people(met) == 9


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
    away = Replica.open(laptop.folder, plugins=plugins_of((PEOPLE,)))
    bundle_in(away, reply)
    with away:
        assert count(EntryState.UNSENT) == 1
    met.laptops[0] = Replica.open(laptop.folder, plugins=plugins_of(MODULES))
    met.agree()
    with met.laptops[0]:
        assert count(EntryState.UNSENT) == 0
        assert {each.name for each in Thing.select()} == {"磨石", "别处"}
    assert people(met) == 6
