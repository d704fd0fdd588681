"""Whatever somebody does on a laptop is undone as a whole; what anybody wrote since stays."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from peewee import CharField

from command_line import Place
from hongxian import QuotaField, Record
from hongxian.errors import HongxianError
from hongxian.merges import adding, plus
from hongxian.quotas import grant, spend
from hongxian.records import COMMUNITY
from hongxian.writing.putting_back import Way
from hongxian_client.replica.deeds import Deed, DeedPart
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.restamp import restamp
from hongxian_client.replica.undoing import (
    NotUndone,
    last_deed,
    lately,
    undo,
    what_undoing_would_do,
)
from hongxian_plugins import roster
from hongxian_server.history.erasing import erase
from hongxian_testing.laptop import open_laptop
from meeting import Meeting, meeting
from samples import PEOPLE, SAMPLE, Person, Thing, plugin


class Shelf(Record):
    """Shelves."""

    name = CharField(max_length=20)
    stock = QuotaField(unit="件")

    class Meta:
        collection = "undoing.shelf"
        scope = COMMUNITY


@pytest.fixture
def met(tmp_path: Path) -> Iterator[Meeting]:
    with meeting(tmp_path, SAMPLE, PEOPLE, plugin("undoing", Shelf)) as met:
        met.team("east")
        met.laptop("east")
        met.laptop("east")
        yield met


def last(laptop: Replica) -> Deed:
    """What was done last on a laptop."""
    return lately(1)[0]


def undo_last(laptop: Replica) -> Any:
    with laptop:
        return undo(laptop, last(laptop))


def thing(laptop: Replica, id: str) -> Thing | None:
    with laptop:
        return Thing.get_or_none(Thing.id == id)


def made(laptop: Replica, **values: Any) -> str:
    with laptop:
        return str(Thing.create(**values).id)


def test_an_edit_is_undone_before_and_after_it_went_out_and_so_is_its_undoing(met: Meeting) -> None:
    one, two = met.laptops
    id = made(one, name="旧", note="一")
    met.agree()
    for syncs in (False, True):
        with one:
            one.edit(Thing, {id: {"name": "新", "note": "二"}})
        if syncs:
            met.agree()
        undo_last(one)
        assert (thing(one, id).name, thing(one, id).note) == ("旧", "一")
        if syncs:
            met.agree()
        undo_last(one)
        assert (thing(one, id).name, thing(one, id).note) == ("新", "二")
        undo_last(one)
        met.agree()
        assert (thing(two, id).name, thing(two, id).note) == ("旧", "一")


def test_what_somebody_wrote_since_stays_and_is_told(met: Meeting) -> None:
    one, two = met.laptops
    id = made(one, name="旧", note="一")
    met.agree()
    with one:
        one.edit(Thing, {id: {"name": "新", "note": "二"}})
    met.agree()
    with two:
        two.edit(Thing, {id: {"name": "别人的"}})
    met.agree()
    with one:
        would = what_undoing_would_do(one, last(one))
        assert would.steps[0].values == {"note": "一"}
        assert list(would.steps[0].stays) == ["name"]
    undo_last(one)
    met.agree()
    assert (thing(two, id).name, thing(two, id).note) == ("别人的", "一")


def test_several_deeds_are_undone_one_after_the_other_down_to_the_making(met: Meeting) -> None:
    one, _ = met.laptops
    id = made(one, name="甲")
    with one:
        one.edit(Thing, {id: {"name": "乙"}})
        one.edit(Thing, {id: {"name": "丙"}})
        done = [deed.id for deed in lately(3)]
        for name, deed in zip(("乙", "甲"), done, strict=False):
            undo(one, Deed[deed])
            assert thing(one, id).name == name
        undo(one, Deed[done[2]])
    assert thing(one, id) is None


def test_what_was_made_goes_and_what_was_deleted_comes_back_as_it_was(met: Meeting) -> None:
    one, two = met.laptops
    id = made(one, name="甲", note="一")
    met.agree()
    with one:
        one.delete(Thing, [id])
    met.agree()
    assert thing(two, id) is None
    undo_last(one)
    met.agree()
    assert thing(two, id).note == "一" == thing(one, id).note
    undo_last(one)
    met.agree()
    assert thing(two, id) is None
    other = made(one, name="乙")
    met.agree()
    undo_last(one)
    met.agree()
    assert thing(two, other) is None
    undo_last(one)
    met.agree()
    assert thing(two, other).name == "乙"


def test_what_was_made_stays_once_somebody_wrote_on_it(met: Meeting) -> None:
    one, two = met.laptops
    id = made(one, name="甲")
    met.agree()
    with two:
        two.edit(Thing, {id: {"note": "别人的"}})
    met.agree()
    with one, pytest.raises(NotUndone):
        undo(one, last(one))
    assert thing(one, id).note == "别人的"


def test_counts_members_and_spent_rights_are_given_back_beside_those_of_others(
    met: Meeting,
) -> None:
    one, two = met.laptops
    id = made(one, name="甲", people=1)
    with one:
        shelf = Shelf.create(name="毛巾", stock=10)
    met.agree()
    with one, one.transaction():
        one.edit(Thing, {id: {"people": plus(5), "skills": adding("磨刀")}})
        spend(Shelf[shelf.id], "stock", 2)
    with two:
        two.edit(Thing, {id: {"people": plus(30)}})
    met.agree()
    undo_last(one)
    met.agree()
    assert (thing(two, id).people, thing(two, id).skills) == (31, frozenset())
    with two:
        assert Shelf[shelf.id].stock.left == 10
    undo_last(one)
    met.agree()
    with two:
        assert Shelf[shelf.id].stock.left == 8
    assert (thing(two, id).people, thing(two, id).skills) == (36, {"磨刀"})


def test_what_does_not_go_back_is_known_before_and_told(met: Meeting) -> None:
    one, _ = met.laptops
    id = made(one, name="甲", most=1)
    with one:
        shelf = Shelf.create(name="毛巾", stock=1)
        one.edit(Thing, {id: {"most": 5}})
        assert what_undoing_would_do(one, last(one)).why_not is not None
        one.edit(Thing, {id: {"day": "2026-03-01"}})
        assert what_undoing_would_do(one, last(one)).why_not is not None
        grant(Shelf[shelf.id], "stock", 5)
        with pytest.raises(NotUndone):
            undo(one, last(one))
        assert Shelf[shelf.id].stock.left == 6


def test_what_the_rules_refuse_is_known_before_and_nothing_is_written_by_asking(
    met: Meeting,
) -> None:
    one, two = met.laptops
    id = made(one, name="甲")
    met.agree()
    with two:
        two.create(Thing, [{"name": "乙", "other": id}])
    met.agree()
    with one:
        deed, before = last(one), Deed.select().count()
        assert what_undoing_would_do(one, deed).why_not is not None
        with pytest.raises(HongxianError):
            undo(one, deed)
        assert Deed.select().count() == before
    assert thing(one, id) is not None


def test_all_that_is_one_deed_is_undone_together_and_what_undoing_writes_is_told(
    met: Meeting,
) -> None:
    one, _ = met.laptops
    with one:
        with one.one_deed():
            ids = [one.create(Thing, [{"name": f"第{number}"}])[0] for number in range(3)]
            with one.separately():
                one.create(Person, [{"name": "示例·甲001"}])
        done = undo(one, last(one))
        assert [each.way for each in done.done] == [Way.DELETE] * 4
        assert not Thing.select().where(Thing.id.in_(ids)).exists()
        with pytest.raises(NotUndone):
            undo(one, Deed.get(Deed.undone_by.is_null(False)))


def test_of_an_import_what_others_use_stays_and_all_else_goes(met: Meeting) -> None:
    one, two = met.laptops
    with one, one.one_deed(), one.separately():
        ids = one.create(Thing, [{"name": f"第{number}"} for number in range(5)])
    met.agree()
    with two:
        two.create(Thing, [{"name": "指着它", "other": ids[2]}])
    met.agree()
    with one:
        would = what_undoing_would_do(one, last(one))
        done = undo(one, last(one))
        assert [step.id for step, _ in done.left] == [ids[2]] == [s.id for s, _ in would.left]
    met.agree()
    with two:
        assert {each.id for each in Thing.select() if each.other is None} == {ids[2]}


def test_what_gets_new_stamps_for_a_wrong_clock_is_undone_all_the_same(met: Meeting) -> None:
    one, two = met.laptops
    id = made(one, name="甲")
    with one:
        one.edit(Thing, {id: {"name": "乙"}})
        edit, making = lately(2)
        undo(one, edit)
        with one.upkeep():
            restamp(one, offset=90_000)
        undo(one, last(one))
        assert thing(one, id).name == "乙"
        undo(one, Deed[edit.id])
        undo(one, Deed[making.id])
    met.agree()
    assert thing(two, id) is None


def test_what_was_done_last_is_known_though_the_clock_was_put_back_since(met: Meeting) -> None:
    one, _ = met.laptops
    id, right = made(one, name="甲"), one.now
    one.now = lambda: right() - 3_600_000
    with one:
        one.edit(Thing, {id: {"name": "乙"}})
        undo(one, last_deed())
    assert thing(one, id).name == "甲"


def test_a_sync_does_nothing_that_a_person_could_undo(met: Meeting) -> None:
    one, two = met.laptops
    made(one, name="甲")
    met.agree()
    with two:
        assert lately(9) == []


def test_nothing_of_an_erased_record_is_kept_for_undoing(met: Meeting) -> None:
    one, _ = met.laptops
    with one:
        id = Person.create(name="示例·甲001", note="要忘记的").id
        one.edit(Person, {id: {"note": "现在的"}})
    met.agree()
    with one:
        assert any("要忘记的" in (part.was or "") for part in DeedPart.select())
    with met.hub:
        erase(met.hub, [("people.person", id)], by="")
    met.agree()
    with one:
        assert not DeedPart.select().where(DeedPart.record == id).exists()


WRITES = st.lists(
    st.tuples(
        st.sampled_from(("edit", "edit", "note", "count", "delete", "undo", "undo", "sync")),
        st.integers(0, 1),
        st.integers(0, 9),
    ),
    min_size=5,
    max_size=25,
)


@settings(max_examples=max(settings().max_examples // 3, 1), phases=[Phase.generate])
@given(WRITES)
def test_however_edits_syncs_and_undoings_fall_all_agree_and_others_words_stay(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int, int]]
) -> None:
    with meeting(tmp_path_factory.mktemp("undoing"), SAMPLE) as met:
        met.team("east")
        both = [met.laptop("east"), met.laptop("east")]
        ids = [made(both[0], name="甲"), made(both[0], name="乙")]
        met.agree()
        for what, number, drawn in steps:
            laptop, id = both[number], ids[drawn % 2]
            if what == "sync":
                met.sync(laptop)
            elif what == "undo":
                _undo_any(laptop, number, drawn)
            elif thing(laptop, id) is not None:
                with laptop:
                    _write(laptop, id, what, f"{'ab'[number]}{drawn}")
        met.agree()
        assert [thing(both[0], id) for id in ids] == [thing(both[1], id) for id in ids]


def _write(laptop: Replica, id: str, what: str, text: str) -> None:
    if what == "delete":
        laptop.delete(Thing, [id])
    elif what == "count":
        laptop.edit(Thing, {id: {"people": plus(3)}})
    else:
        laptop.edit(Thing, {id: {"name" if what == "edit" else "note": text}})


def _undo_any(laptop: Replica, number: int, drawn: int) -> None:
    """Undo one of its deeds: what the other laptop wrote last is there afterwards as before."""
    with laptop:
        deeds = lately(4)
        if not deeds:
            return
        theirs = {
            (each.id, name): getattr(each, name)
            for each in Thing.select()
            for name in ("name", "note")
            if str(getattr(each, name)).startswith("ba"[number])
        }
        before = _seen()
        try:
            done = undo(laptop, deeds[drawn % len(deeds)])
        except HongxianError:
            return
        there = {each.id: each for each in Thing.select()}
        assert all(
            getattr(there[id], name) == was for (id, name), was in theirs.items() if id in there
        )
        if not done.left and before != _seen():  # what is deleted comes back with the next sync
            undo(laptop, lately(1)[0])
            assert before == _seen()


def _seen() -> dict[str, tuple[str, str | None, int]]:
    return {each.id: (each.name, each.note, each.people) for each in Thing.select()}


def test_the_command_line_tells_first_and_undoes_when_it_is_told_to(tmp_path: Path) -> None:
    open_laptop(tmp_path, roster)
    place = Place(tmp_path)
    id = place.json("add", "roster.person", "name=示例·甲001")["id"]
    told = place.json("undo")
    assert (told["done"], [(each["id"], each["way"]) for each in told["records"]]) == (
        False,
        [(id, "delete")],
    )
    assert place.json("undo", "--do")["done"] is True
    assert place.json("list", "roster.person") == []
    undoing, making = place.json("undo", "--list")
    assert (undoing["undone"], making["undone"]) == (False, True)
    place.json("undo", undoing["id"], "--do")
    assert [each["id"] for each in place.json("list", "roster.person")] == [id]
