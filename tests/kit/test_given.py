"""What is given by a contract is asked for by person and days, whether or not anybody takes it."""

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from peewee import CharField, DateField, DateTimeField

import hongxian_plugins.roster as roster
from hongxian import Record, Reference, Seen, gives
from hongxian.contracts import Hours, Slot
from hongxian.contracts import given as all_given
from hongxian.doubles import join_doubles
from hongxian.errors import BadHook, BadPlugin
from hongxian.kit.exchanges.giving import of_day
from hongxian_plugins.roster import Person
from hongxian_testing.laptop import open_laptop, with_only
from hongxian_testing.neighbourhood import open_neighbourhood
from samples import plugin


class Turn(Record):
    """Turns at a place."""

    person = CharField(max_length=36)
    begins = DateTimeField()
    shift = Reference("turns.shift", null=True)

    class Meta:
        collection = "turns.turn"


class Shift(Record):
    """Days of turns."""

    day = DateField()

    class Meta:
        collection = "turns.shift"


ASKED: list[str] = []


@gives(Slot, of=Turn, person="person", day="begins")
def slot_of(turn: Turn) -> Slot:
    ASKED.append(turn.person)
    return Slot(begins=turn.begins, ends=turn.begins, title="岗", person=turn.person)


@gives(Hours, of=Turn, through=("shift",), day="shift.day")
def hours_of_turn(turn: Turn, seen: Seen) -> Hours | None:
    ASKED.append(turn.person)
    shift = seen.get(Shift, turn.shift)
    return Hours(person=turn.person, day=shift.day, minutes=60) if shift else None


TURNS = plugin("turns", Turn, Shift, slot_of=slot_of, hours_of_turn=hours_of_turn)


@pytest.mark.either_database
def test_what_is_given_is_asked_for_by_person_and_days_and_nobody_need_take_it(
    tmp_path: Path, database_url: str | None
) -> None:
    with open_neighbourhood(tmp_path, TURNS, roster, database=database_url) as all_:
        laptop = all_.laptop("示例·红队")
        with laptop:
            first, again, other = (Person.create(name=f"示例·{n}").id for n in "甲乙丙")
            shifts = [Shift.create(day=date(2026, 5, day)).id for day in (1, 2, 3)]
            for person, day in ((first, 1), (again, 2), (other, 2), (first, 3)):
                begins = datetime(2026, 5, day, 23, 59)
                Turn.create(person=person, begins=begins, shift=shifts[day - 1])
            Turn.create(person=other, begins=datetime(2026, 5, 9))
            join_doubles("roster.person", first, again)
        all_.meet()
        for store in (laptop.store, all_.hub):
            with store:
                told = [each for _, each in all_given(store, Hours)]
                assert [each.day.day for each in told if each] == [1, 2, 2, 3]
                assert None in told, "without bounds also what is nothing any more"
                days = {"since": date(2026, 5, 2), "until": date(2026, 5, 2)}
                assert asked_for(store, Hours, **days) == {(again, 2), (other, 2)}
                assert set(ASKED) == {again, other}, "the others were not read"
                assert asked_for(store, Hours, person=again) == {(first, 1), (again, 2), (first, 3)}
                assert other in ASKED, "this giver does not say where the person stands"
                assert asked_for(store, Slot, person=first, until=date(2026, 5, 2)) == {
                    (first, 1),
                    (again, 2),
                }
                assert other not in ASKED


def asked_for(store: Any, contract: type, **bounds: Any) -> set[tuple[str, int]]:
    ASKED.clear()
    found = [each for _, each in all_given(store, contract, **bounds)]
    return {(each.person, getattr(each, of_day(contract)).day) for each in found}


def test_more_records_than_one_slice_are_given_each_once(tmp_path: Path) -> None:
    with open_neighbourhood(tmp_path, TURNS) as all_:
        laptop = all_.laptop("示例·红队")
        with laptop:
            rows = [{"person": str(n), "begins": datetime(2026, 5, 1)} for n in range(450)]
            Turn.insert_many(rows).execute()
            people = [each.person for _, each in all_given(laptop.store, Slot)]
            assert sorted(people) == sorted(str(n) for n in range(450))


def test_by_what_a_contract_does_not_tell_nobody_asks(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Sound:
        loud: int

    with (
        pytest.raises(BadPlugin, match="Sound tells no person"),
        open_laptop(tmp_path, TURNS) as laptop,
    ):
        list(all_given(laptop, Sound, person="x"))


def test_what_gives_by_no_field_is_told_at_its_line() -> None:
    @gives(Hours, of=Turn, person="peson", day="shfit.day")
    def odd(turn: Turn) -> None:
        return None

    with pytest.raises(BadHook, match="@gives names peson, shfit, which are no fields of Turn"):
        with_only((plugin("turns", Turn, Shift, odd=odd),))
