"""What the kit brings, and a laptop that keeps none of its rules: the hub asks again, whatever it sends."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import pytest
from peewee import BooleanField, CharField, DateField, IntegerField

from adversary import Adversary, Answer, edit_of, new_of, new_row_id, rows_of
from hongxian import (
    Book,
    Keep,
    Mark,
    Record,
    SeriesField,
    Settings,
    State,
    StateField,
    Text,
    Transition,
    Workflow,
    gives,
    rule,
    takes,
)
from hongxian.collections.builtin import Alias, CircleMember, member_id
from hongxian.contracts import Hours
from hongxian.kit.rules import own as own_rules
from hongxian.kit.rules import standing
from hongxian.merges.standing import LAST_TURN
from hongxian.model.circle import begun_by, new_circle
from hongxian.model.stamp import DAY_MILLISECONDS, make_stamp, wall_clock
from hongxian.records import COMMUNITY, Consent, Task, Values, same_id
from hongxian_server.history.keeping import erase_what_is_over
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.tables import membership
from hongxian_server.tables.membership import circles_of, laptops_holding
from hongxian_testing.laptop import with_only
from listening import served
from samples import plugin
from signing import enrolled

ALIAS, MEMBER, CONSENT = "hongxian.alias", "hongxian.circle_member", "hongxian.consent"


class Person(Record):
    """People."""

    name = CharField(max_length=20)

    class Meta:
        collection = "kitted.person"
        scope = "any"


class Key(Record):
    """What its maker alone may write."""

    name = CharField(max_length=20)

    class Meta:
        collection = "kitted.key"
        scope = "any"
        writers = "maker"


class Rules(Settings):
    """Rules."""

    points = IntegerField(default=1)

    class Meta:
        collection = "kitted.rules"
        writers = "team"


class SlipBook(Book):
    """Books."""

    class Meta:
        collection = "kitted.slip_book"
        scope = COMMUNITY


class Slip(Record):
    """Slips."""

    number = SeriesField(SlipBook, null=True)

    class Meta:
        collection = "kitted.slip"
        scope = COMMUNITY


class Shift(Record):
    """Shifts."""

    minutes = IntegerField()
    confirmed = BooleanField(default=True)

    class Meta:
        collection = "kitted.shift"


class Card(Record):
    """Cards, which nobody writes by hand."""

    hearts = IntegerField()
    note = CharField(max_length=20, null=True)

    class Meta:
        collection = "kitted.card"
        scope = COMMUNITY


class Case(Record):
    """Cases."""

    name = CharField(max_length=20)

    class Meta:
        collection = "kitted.case"
        scope = "circle"


class Note(Record):
    """Notes, which are kept to a day."""

    ends = DateField(null=True)

    class Meta:
        collection = "kitted.note"
        scope = COMMUNITY
        keep = Keep(until="ends")


STEPS = Workflow(
    State("open", Text("在办", "Open")),
    State("done", Text("办结", "Done")),
    Transition("close", Text("办结", "Close"), "open", "done"),
    Transition("reopen", Text("重办", "Reopen"), "done", "open"),
)


class Job(Record):
    """Jobs."""

    state = StateField(STEPS)

    class Meta:
        collection = "kitted.job"


@rule(of=Job)
def is_whose(job: Job) -> Mark:
    return Mark("没有人办。", "Nobody does it.")


@gives(Hours, of=Shift)
def hours_of(shift: Shift) -> Hours | None:
    if not shift.confirmed:
        return None
    return Hours(person="", day=date(2026, 5, 1), minutes=shift.minutes)


@takes(Hours, into=Card)
def card_for(hours: Hours) -> Values | None:
    return {"hearts": hours.minutes // 30} if hours.minutes >= 30 else None


KITTED = plugin("kitted", Person, Key, Rules, SlipBook, Slip, Shift, Card, Case, Note, Job)
KITTED.hours_of, KITTED.card_for, KITTED.is_whose = hours_of, card_for, is_whose  # type: ignore[attr-defined]


@dataclass
class Scene:
    """A hub, one laptop whose holder is up to no good, and one of another team too."""

    hub: Hub
    ours: str
    theirs: str
    adversary: Adversary
    other: Adversary


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    hub = Hub.init(tmp_path / "hub", "示例社区", plugins=with_only((KITTED,)))
    with hub:
        ours, theirs = (devices.add_team(hub, name) for name in ("甲队", "乙队"))
    with served(hub) as address:
        adversary = Adversary(address, enrolled(hub, "甲队"))
        yield Scene(hub, ours, theirs, adversary, Adversary(address, enrolled(hub, "甲队", "乙队")))


def verdicts(answer: Answer) -> list[str]:
    """What the hub said of the transactions that it did not take in as they were."""
    assert answer.status == 200, answer.text
    return [each["verdict"] for each in answer.message["outcome"]["others"]]


def made(by: Adversary, what: str, scope: str, **values: Any) -> str:
    """A record that the hub took in; its id."""
    id = new_row_id()
    assert said(by, what, id, scope, **values) == []
    return id


def said(by: Adversary, what: str, id: str, scope: str, **values: Any) -> list[str]:
    """What the hub says of a new record."""
    return verdicts(by.round(new_of(what, id, by.stamp(), scope, values)))


def changes(by: Adversary, what: str, id: str, scope: str, **values: Any) -> list[str]:
    """What the hub says of an edit by one that has seen all there is."""
    seen = {"collections": [what], "cursors": {scope: {what: 10**6}}}
    newest = rows_of(by.given.hub)[what, id].newest
    return verdicts(by.round(edit_of(what, id, by.stamp(), values, newest), **seen))


def there(hub: Hub, model: type[Record]) -> list[Any]:
    with hub:
        return list(model.select())


# -- doubles -----------------------------------------------------------------------------------------


def people(by: Adversary, count: int, scope: str) -> list[str]:
    return sorted(made(by, "kitted.person", scope, name=f"示例{n}") for n in range(count))


def alias(collection: str, one: str, other: str) -> tuple[str, Values]:
    id = same_id(ALIAS, collection, one, other)
    return id, {"collection": collection, "one": one, "other": other}


def joins(
    by: Adversary, one: str, other: str, scope: str, collection: str = "kitted.person"
) -> list[str]:
    id, values = alias(collection, *sorted((one, other)))
    return said(by, ALIAS, id, scope, **values)


def test_who_may_write_two_records_of_one_scope_joins_and_parts_them(scene: Scene) -> None:
    a, b = people(scene.adversary, 2, scene.ours)
    assert joins(scene.adversary, a, b, scene.ours) == []
    id, _ = alias("kitted.person", a, b)
    assert changes(scene.adversary, ALIAS, id, scene.ours, deleted=True) == []
    assert there(scene.hub, Alias) == []


def test_nobody_joins_what_it_may_not_see_nor_what_is_not_there(scene: Scene) -> None:
    [mine], [theirs], [shared] = (
        people(scene.adversary, 1, scene.ours),
        people(scene.other, 1, scene.theirs),
        people(scene.other, 1, COMMUNITY),
    )
    for pair in ((mine, theirs), (mine, shared), (theirs, shared), (mine, new_row_id())):
        for scope in (scene.ours, COMMUNITY):
            assert joins(scene.adversary, *pair, scope) == ["refused"]
    assert joins(scene.adversary, mine, new_row_id(), scene.ours, "away.thing") == ["refused"]
    _, values = alias("kitted.person", *people(scene.adversary, 2, scene.ours))
    assert said(scene.adversary, ALIAS, new_row_id(), scene.ours, **values) == ["refused"]
    assert there(scene.hub, Alias) == []


def test_nobody_joins_or_parts_records_that_are_their_makers(scene: Scene) -> None:
    mine = made(scene.adversary, "kitted.key", COMMUNITY, name="甲")
    a, b = sorted(made(scene.other, "kitted.key", COMMUNITY, name=each) for each in "乙丙")
    for pair in ((mine, a), (a, b)):
        assert joins(scene.adversary, *pair, COMMUNITY, "kitted.key") == ["refused"]
    assert joins(scene.other, a, b, COMMUNITY, "kitted.key") == []
    id, _ = alias("kitted.key", a, b)
    for change in ({"deleted": True}, {"other": mine}):
        assert changes(scene.adversary, ALIAS, id, COMMUNITY, **change) == ["refused"]
    assert len(there(scene.hub, Alias)) == 1


def test_no_chain_of_doubles_grows_without_end_in_one_request_or_in_many(scene: Scene) -> None:
    ids = people(scene.adversary, 30, scene.ours)
    pages = []
    for pair in pairwise(ids):
        id, values = alias("kitted.person", *pair)
        pages.append(new_of(ALIAS, id, scene.adversary.stamp(), scene.ours, values))
    first, rest = pages[:25], pages[25:]
    assert verdicts(scene.adversary.round(*first)) == ["refused"]  # the twentieth; then anew
    assert verdicts(scene.adversary.round(*rest)) == []
    assert joins(scene.adversary, ids[0], ids[29], scene.ours) == ["refused"]


# -- circles -----------------------------------------------------------------------------------------


def test_who_bears_the_beginning_of_anothers_id_begins_no_circle_that_is_there(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    victim, thief = scene.other, scene.adversary
    circle = new_circle(scene.ours, victim.given.told.laptop)
    id = made(victim, "kitted.case", circle, name="示例")
    monkeypatch.setattr(
        "hongxian.collections.rights.begun_by", lambda _laptop: begun_by(victim.given.told.laptop)
    )
    monkeypatch.setattr(
        "hongxian_server.membership.circles.begun_by", lambda _: begun_by(victim.given.told.laptop)
    )
    assert said(thief, "kitted.case", new_row_id(), circle, name="偷看") == ["refused"]
    assert changes(thief, "kitted.case", id, circle, name="偷看") == ["refused"]
    assert thief.buckets(circle, "kitted.case").status == 403
    with scene.hub:
        assert laptops_holding(circle) == {victim.given.told.laptop}
    assert [each.name for each in there(scene.hub, Case)] == ["示例"]


def test_a_laptop_begins_no_more_circles_than_it_may_be_of(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(membership, "MOST_CIRCLES", 3)
    laptop = scene.adversary.given.told.laptop
    pages = [
        new_of(
            "kitted.case",
            new_row_id(),
            scene.adversary.stamp(),
            new_circle(scene.ours, laptop),
            {"name": str(number)},
        )
        for number in range(5)
    ]
    assert verdicts(scene.adversary.round(*pages)) == ["refused"] * 2
    circle = new_circle(scene.ours, laptop)
    assert said(scene.adversary, "kitted.case", new_row_id(), circle, name="多") == ["refused"]
    with scene.hub:
        assert len(circles_of(laptop)) == 3
    again = there(scene.hub, Case)[0].scope
    assert said(scene.adversary, "kitted.case", new_row_id(), again, name="再") == []


def members(hub: Hub) -> set[tuple[str, bool]]:
    return {(each.laptop, each.inside) for each in there(hub, CircleMember)}


def test_nobody_of_a_circle_takes_itself_from_the_list_to_be_let_out_no_more(scene: Scene) -> None:
    one, other = scene.adversary, scene.other
    mine, theirs = (each.given.told.laptop for each in (one, other))
    circle = new_circle(scene.ours, mine)
    made(one, "kitted.case", circle, name="示例")
    said(one, MEMBER, member_id(circle, theirs), circle, laptop=theirs, wanted=True)
    assert members(scene.hub) == {(mine, True), (theirs, True)}
    for by in (one, other):
        for change in ({"deleted": True}, {"laptop": "ab" * 16}):
            assert changes(by, MEMBER, member_id(circle, theirs), circle, **change) == ["refused"]
    assert said(other, MEMBER, new_row_id(), circle, laptop=theirs, wanted=True) == ["refused"]
    assert members(scene.hub) == {(mine, True), (theirs, True)}


# -- keeping -----------------------------------------------------------------------------------------


def test_no_laptop_rewrites_what_the_keeper_put_down_of_a_consent(scene: Scene) -> None:
    person = made(scene.other, "kitted.person", COMMUNITY, name="示例")
    with scene.hub:
        id = Consent.create(person=person, kind="notes").id
    for change in ({"given": False}, {"person": new_row_id()}, {"deleted": True}):
        assert changes(scene.adversary, CONSENT, id, COMMUNITY, **change) == ["refused"]
    own = made(scene.adversary, CONSENT, COMMUNITY, person=person, kind="notes", given=True)
    assert "refused" not in changes(scene.other, CONSENT, own, COMMUNITY, given=False)


def test_what_one_laptop_has_end_of_much_waits_and_can_be_put_right(scene: Scene) -> None:
    by, day = scene.adversary, "2020-01-01"
    ids = [made(by, "kitted.note", COMMUNITY, ends=None) for _ in range(30)]
    for id in ids:
        assert "refused" not in changes(by, "kitted.note", id, COMMUNITY, ends=day)
    for _ in range(3):
        with scene.hub:
            erase_what_is_over(scene.hub)
    assert len(there(scene.hub, Note)) == 10  # so many as it may delete within a day
    assert len(there(scene.hub, Task)) == 1
    kept = there(scene.hub, Note)[:4]
    with scene.hub:
        scene.hub.edit(Note, {each.id: {"ends": None} for each in kept})
    later = scene.hub.now() + 4 * DAY_MILLISECONDS
    scene.hub.now = lambda: later
    with scene.hub:
        erase_what_is_over(scene.hub)
    assert {each.id for each in there(scene.hub, Note)} == {each.id for each in kept}


# -- states ------------------------------------------------------------------------------------------


def test_a_thing_that_was_driven_to_its_last_turn_still_goes_on_and_back(scene: Scene) -> None:
    by, other = scene.adversary, scene.other
    id = made(by, "kitted.job", scene.ours, state="00>0>open")
    turns = [*range(100, LAST_TURN, 100), LAST_TURN]
    for start in range(0, len(turns), 2_000):
        some = turns[start : start + 2_000]
        pages = [edit_of("kitted.job", id, by.stamp(), {"state": f"01>{n}>done"}) for n in some]
        by.round(*pages)
    other._times = count(len(turns) + 100)  # it has heard of stamps that are ahead by now
    for name in ("open", "done", "open"):
        [job] = there(scene.hub, Job)
        with scene.hub:
            held = scene.hub.collections["kitted.job"].rows_by_id([id])[id].values["state"]
        column = scene.hub.collections["kitted.job"].columns["state"]
        written = column.part(held, name, other.given.incarnation)
        assert job.state != name
        assert "refused" not in changes(other, "kitted.job", id, scene.ours, state=written)
        assert [each.state for each in there(scene.hub, Job)] == [name]


# -- settings ----------------------------------------------------------------------------------------


def version(by: Adversary, days_ago: float, points: int) -> tuple[str, list[str]]:
    at = wall_clock() - int(days_ago * DAY_MILLISECONDS)
    id, stamp = new_row_id(), make_stamp(at, 0, by.given.incarnation)
    values = {"points": points, "changed": "points"}
    return id, verdicts(by.round(new_of("kitted.rules", id, stamp, COMMUNITY, values)))


def test_settings_reach_back_for_a_week_and_no_further(scene: Scene) -> None:
    assert version(scene.adversary, 8, 1_000)[1] == ["refused"]
    assert version(scene.adversary, 400, 1_000)[1] == ["refused"]
    assert version(scene.adversary, 6, 5)[1] == []
    with scene.hub:
        assert Rules.now(scene.hub).points == 5


def test_no_version_is_rewritten_nor_taken_back_long_after(scene: Scene) -> None:
    id, answer = version(scene.adversary, 1, 5)
    assert answer == []
    early = make_stamp(wall_clock() - 2 * DAY_MILLISECONDS, 0, scene.adversary.given.incarnation)
    rewritten = edit_of("kitted.rules", id, early, {"points": 9})
    assert verdicts(scene.adversary.round(rewritten)) == ["refused"]
    later = wall_clock() + 8 * DAY_MILLISECONDS
    scene.hub.now = lambda: later
    assert changes(scene.adversary, "kitted.rules", id, COMMUNITY, deleted=True) == ["refused"]
    assert [each.points for each in there(scene.hub, Rules)] == [5]


def test_settings_have_no_versions_without_end(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_rules, "MOST_VERSIONS", 3)
    answers = [version(scene.adversary, 0, points)[1] for points in range(5)]
    assert answers == [[], [], [], ["refused"], ["refused"]]
    newest = max(there(scene.hub, Rules), key=lambda each: each.stamp)
    assert changes(scene.adversary, "kitted.rules", newest.id, COMMUNITY, deleted=True) == []
    assert version(scene.adversary, 0, 9)[1] == []


# -- marks -------------------------------------------------------------------------------------------


def test_who_takes_the_ids_of_a_marks_tasks_before_does_not_keep_it_from_being_told(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(standing, "MOST_TIMES", 3)
    by, id = scene.adversary, new_row_id()
    for number in range(3):
        parts = ("kitted.job.is_whose", id, "没有人办。", "Nobody does it.", str(number))
        task = {"text": '{"zh": "别的", "en": "x"}', "collection": None, "record": None}
        taken = same_id("hongxian.mark", *parts)
        told = said(by, "hongxian.task", taken, scene.ours, **task, done=True, rule=None)
        assert told == []
    assert said(by, "kitted.job", id, scene.ours, state="00>0>open") == []
    assert [each.record for each in there(scene.hub, Task) if not each.done] == [id]


def test_nobody_keeps_a_double_number_from_being_told_by_a_task_of_its_own(scene: Scene) -> None:
    by, ids = scene.adversary, sorted((new_row_id(), new_row_id()))
    task = {"text": '{"zh": "别的", "en": "x"}', "collection": "kitted.slip", "record": ids[1]}
    rule = "hongxian.double_number.number"
    for id in (new_row_id(), same_id("hongxian.double_number", "kitted.slip", "number", ids[1])):
        assert said(by, "hongxian.task", id, COMMUNITY, **task, done=True, rule=rule) == []
    for id in ids:
        assert "refused" not in said(scene.other, "kitted.slip", id, COMMUNITY, number="7")
    assert [each.record for each in there(scene.hub, Task) if not each.done] == [ids[1]]


# -- what is taken -----------------------------------------------------------------------------------


def card_of(shift: str) -> str:
    return same_id("hongxian.exchange", "Hours", "kitted.card", shift)


def hearts(hub: Hub) -> list[int]:
    return sorted(each.hearts for each in there(hub, Card))


def shift_and_card(by: Adversary, minutes: int, hearts: int, scope: str) -> tuple[str, list[str]]:
    """Both in one transaction, as a laptop writes them."""
    id, stamp = new_row_id(), by.stamp()
    shift = new_of("kitted.shift", id, stamp, scope, {"minutes": minutes, "confirmed": True})
    card = new_of("kitted.card", card_of(id), stamp, COMMUNITY, {"hearts": hearts, "note": None})
    return id, verdicts(by.round(shift, card))


def test_what_follows_from_no_source_is_refused(scene: Scene) -> None:
    by = scene.adversary
    for id in (new_row_id(), card_of(new_row_id())):
        assert said(by, "kitted.card", id, COMMUNITY, hearts=99, note=None) == ["refused"]
    # nor from one that is refused itself, nor from one that is written later
    stamp, later, shift = by.stamp(), by.stamp(), new_row_id()
    card = new_of("kitted.card", card_of(shift), stamp, COMMUNITY, {"hearts": 9, "note": None})
    values = {"minutes": 90, "confirmed": True}
    for scope, at in ((scene.theirs, stamp), (scene.theirs, later), (scene.ours, later)):
        source = new_of("kitted.shift", shift, at, scope, values)
        assert "refused" in verdicts(by.round(source, card))
    # the hub has made what follows from the shift that was taken in last
    assert hearts(scene.hub) == [3]


def test_what_follows_from_a_source_says_what_the_taker_says(scene: Scene) -> None:
    by = scene.adversary
    assert shift_and_card(by, 90, 3, scene.ours)[1] == []
    shift, _ = shift_and_card(by, 60, 99, scene.ours)
    assert hearts(scene.hub) == [2, 3]
    card = card_of(shift)
    for change in ({"hearts": 99}, {"deleted": True}):
        for each in (by, scene.other):
            changes(each, "kitted.card", card, COMMUNITY, **change)
            assert hearts(scene.hub) == [2, 3]
    assert "refused" not in changes(by, "kitted.card", card, COMMUNITY, note="已发")
    assert {each.note for each in there(scene.hub, Card)} == {None, "已发"}
    assert "refused" not in changes(by, "kitted.shift", shift, scene.ours, confirmed=False)
    assert hearts(scene.hub) == [3]
    changes(by, "kitted.card", card, COMMUNITY, deleted=False, hearts=99)
    assert hearts(scene.hub) == [3]


def test_what_an_import_brings_in_another_request_follows_all_the_same(scene: Scene) -> None:
    by = scene.adversary
    shift = made(by, "kitted.shift", scene.ours, minutes=120, confirmed=True)
    assert hearts(scene.hub) == [4]
    id = card_of(shift)
    assert said(by, "kitted.card", id, COMMUNITY, hearts=4, note=None) == ["merged"]
    assert hearts(scene.hub) == [4]


# -- books -------------------------------------------------------------------------------------------


def book(by: Adversary, first: int, many: int) -> tuple[str, list[str]]:
    id, mine = new_row_id(), str(by.given.incarnation)
    values = {"period": "", "first": first, "numbers": {mine: {"g": many}} if many else {}}
    return id, verdicts(by.round(new_of("kitted.slip_book", id, by.stamp(), COMMUNITY, values)))


def test_the_hub_alone_says_where_a_book_begins_and_how_far_it_goes(scene: Scene) -> None:
    by = scene.adversary
    for first, many in ((10**6, 50), (-5, 50), (0, 10**9), (0, 0)):
        assert book(by, first, many)[1] == ["refused"]
    id, answer = book(by, 0, 50)
    assert answer == []
    [numbered] = there(scene.hub, SlipBook)
    assert numbered.first == 1
    mine = str(by.given.incarnation)
    torn = {mine: {"g": 50, "s": 3, "b": {"g": 50}}}
    assert changes(by, "kitted.slip_book", id, COMMUNITY, numbers=torn) == []
    before = {"b": {"g": 50, "s": 3}}
    for change in (
        {"first": 10**6},
        {"period": "1999"},
        {"deleted": True},
        {"numbers": {mine: {"g": 60, "s": 3, **before}}},
        {"numbers": {mine: {"g": 50, "r": 2, "s": 3, **before}}},
    ):
        assert changes(by, "kitted.slip_book", id, COMMUNITY, **change) == ["refused"], change
    [kept] = there(scene.hub, SlipBook)
    assert (kept.first, kept.numbers.granted, kept.numbers.left) == (1, 50, 47)
