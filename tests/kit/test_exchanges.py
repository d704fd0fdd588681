"""Exchanges: what one plugin gives another takes once, however it arrives, and neither knows the other."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import BooleanField, CharField, IntegerField

from hongxian import Record, Reference, Refused, Seen, Store, Text, gives, rule, takes
from hongxian.contracts import Hours
from hongxian.errors import BadHook
from hongxian.kit.exchanges.exchange import AT_ONCE
from hongxian.kit.exchanges.walk import walk
from hongxian.records import COMMUNITY, Values, new_id, same_id
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_testing import Laptop, Neighbourhood, refusing
from hongxian_testing.laptop import with_only
from hongxian_testing.neighbourhood import open_neighbourhood
from laptops import problems_of
from samples import plugin

DAY, BREAKS, TOO_MANY = date(2026, 5, 1), 13, 999


class Round(Record):
    """Rounds."""

    drill = BooleanField(default=False)

    class Meta:
        collection = "rounds.round"
        title = Text("巡逻", "Rounds")


class Walk(Record):
    """Walks."""

    round = Reference("rounds.round", null=True)
    person = CharField(max_length=36)
    minutes = IntegerField()
    confirmed = BooleanField(default=True)

    class Meta:
        collection = "rounds.walk"
        title = Text("走了", "Walks")


@gives(Hours, of=Walk, through=("round",))
def hours_of(record: Walk, seen: Seen) -> Hours | None:
    of_round = seen.get(Round, record.round)
    if record.minutes == BREAKS:
        raise KeyError(record.minutes)
    if not record.confirmed or (of_round is not None and of_round.drill):
        return None
    return Hours(person=record.person, day=DAY, minutes=record.minutes)


class Card(Record):
    """Cards."""

    person = CharField(max_length=36)
    hearts = IntegerField()

    class Meta:
        collection = "cards.card"
        scope = COMMUNITY
        title = Text("卡", "Cards")


@takes(Hours, into=Card)
def card_for(hours: Hours) -> Values | None:
    return {"person": hours.person, "hearts": hours.minutes // 30} if hours.minutes >= 30 else None


@rule(of=Card)
def is_not_too_kind(card: Card, before: Card | None, seen: Seen) -> None:
    if card.hearts >= TOO_MANY // 30:
        raise Refused(Text("太多了。", "Too many."))


class Line(Record):
    """Lines."""

    source = CharField(max_length=36)
    minutes = IntegerField()

    class Meta:
        collection = "lines.line"
        scope = COMMUNITY
        title = Text("账", "Lines")


@takes(Hours)
def book(store: Store, source: str, hours: Hours | None) -> None:
    id = same_id("lines.line", source)
    if hours is not None and not Line.with_deleted().where(Line.id == id).exists():
        Line.create(id=id, source=source, minutes=hours.minutes, scope=COMMUNITY)


def declared(name: str, models: tuple[type[Record], ...], *marked: Callable[..., Any]) -> Any:
    made = plugin(name, *models)
    for each in marked:
        setattr(made, each.__name__, each)
    return made


ROUNDS = declared("rounds", (Round, Walk), hours_of)
CARDS = declared("cards", (Card,), card_for, is_not_too_kind)
LINES = declared("lines", (Line,), book)
ALL = (ROUNDS, CARDS, LINES)
pytestmark = pytest.mark.plugins(*ALL)


def walked(minutes: int = 90, **values: Any) -> Walk:
    return Walk.create(person=new_id(), minutes=minutes, **values)


def hearts() -> list[int]:
    return sorted(each.hearts for each in Card.select())


def all_sync(met: Neighbourhood) -> None:
    """Until all have heard of all; one without the taker holds less than the hub."""
    for each in met.laptops * 2:
        assert not each.sync().refused


def walk_through(hub: Hub, times: int = 2) -> None:
    with hub:
        for _ in range(times):
            walk(hub.exchanges, HubState.read().seq)


# -- on one laptop ---------------------------------------------------------------------------------


def test_what_is_given_is_taken_in_the_same_transaction(laptop: Laptop) -> None:
    with laptop.store.transaction():
        walked()
        assert not Card.select().exists()
    [card], [source] = Card.select(), Walk.select()
    assert (card.person, card.hearts, card.scope) == (source.person, 3, COMMUNITY)
    assert card.stamp == source.stamp


def test_changing_and_voiding_follow_and_so_does_coming_back(laptop: Laptop) -> None:
    source = walked()
    [id] = [each.id for each in Card.select()]
    for values, expected in (
        ({"minutes": 60}, [2]),
        ({"confirmed": False}, []),
        ({"confirmed": True, "minutes": 120}, [4]),
        ({"minutes": 10}, []),
    ):
        Walk.update(**values).where(Walk.id == source.id).execute()
        assert hearts() == expected
    Walk.update(minutes=30).where(Walk.id == source.id).execute()
    assert [each.id for each in Card.select()] == [id], "one record all along"
    Walk.delete().where(Walk.id == source.id).execute()
    assert hearts() == []


def test_nobody_makes_by_hand_what_is_worked_out(laptop: Laptop) -> None:
    with pytest.raises(Refused):
        Card.create(person=new_id(), hearts=99)
    walked(90)
    assert hearts() == [3]


def test_where_people_write_such_records_too_they_are_made_by_hand(
    neighbourhood: Neighbourhood,
) -> None:
    class Sheet(Record):
        """Sheets."""

        minutes = IntegerField()
        source = CharField(max_length=36, null=True)

        class Meta:
            collection = "sheets.sheet"
            scope = COMMUNITY
            title = Text("单", "Sheets")

    @takes(Hours, into=Sheet, also_by_hand=True)
    def sheet_for(hours: Hours, source: str) -> Values:
        return {"minutes": hours.minutes, "source": source}

    laptop = neighbourhood.laptop(plugins=(*ALL, declared("sheets", (Sheet,), sheet_for)))
    with laptop:
        Sheet.create(minutes=5)
        source = walked(90).id
        made = {each.minutes: each.source for each in Sheet.select()}
    assert made == {5: None, 90: source}, "it may say to whom it is to answer"


def test_what_a_giver_looks_at_has_it_asked_again(laptop: Laptop) -> None:
    of_round = Round.create()
    walked(round=of_round.id)
    walked()
    Round.update(drill=True).where(Round.id == of_round.id).execute()
    assert hearts() == [3]


def test_what_refers_to_something_that_has_not_arrived_is_not_asked_about_yet(
    laptop: Laptop,
) -> None:
    of_round = Round.create()
    source = walked(round=of_round.id)
    Walk.update(round=new_id(), minutes=300).where(Walk.id == source.id).execute()
    assert hearts() == [3], "as it was"
    Walk.update(round=None).where(Walk.id == source.id).execute()
    assert hearts() == [10]


def test_many_that_are_imported_are_each_taken(laptop: Laptop) -> None:
    with laptop.store.separately():
        for _ in range(30):
            walked()
    assert hearts() == [3] * 30
    assert Line.select().count() == 30
    assert not problems_of(laptop.store)


def test_what_the_taker_may_not_keep_is_refused_with_its_source(laptop: Laptop) -> None:
    with pytest.raises(Refused, match="Too many"):
        walked(TOO_MANY)
    assert not Walk.select().exists()


class Slip(Record):
    """Slips."""

    minutes = IntegerField()

    class Meta:
        collection = "slips.slip"
        title = Text("条子", "Slips")


@takes(Hours, into=Slip)
def slip_for(hours: Hours) -> Values:
    return {"minutes": hours.minutes}


class Note(Record):
    """Notes."""

    to = CharField(max_length=36)

    class Meta:
        collection = "notes.note"
        title = Text("便条", "Notes")


@takes(Hours)
def answer_by_hand(store: Store, source: str, hours: Hours | None, scope: str) -> None:
    id = same_id("notes.note", source)
    if hours is not None and not Note.select().where(Note.id == id).exists():
        Note.create(id=id, to=source, scope=scope)


@pytest.mark.plugins(ROUNDS, declared("notes", (Note,), answer_by_hand))
def test_who_takes_by_hand_may_learn_where_the_source_lies(neighbourhood: Neighbourhood) -> None:
    both = neighbourhood.laptop("甲队", "乙队")
    second = neighbourhood.team("乙队")
    with both:
        walk = Walk.create(person=new_id(), minutes=60, scope=second)
        assert (Note.get().to, Note.get().scope) == (walk.id, second)


@pytest.mark.plugin_errors
@pytest.mark.plugins(ROUNDS)
def test_a_taker_that_asks_for_what_it_never_gets_is_left_out_with_words(laptop: Laptop) -> None:
    @takes(Hours, into=Slip)
    def odd(hours: Hours, weather: str) -> Values:
        return {}

    with refusing(BadHook, match="weather"):
        laptop.store.plugins.add(declared("odd", (Slip,), odd))


@pytest.mark.plugins(ROUNDS, declared("slips", (Slip,), slip_for))
def test_what_is_taken_goes_along_with_its_source_to_another_team(
    neighbourhood: Neighbourhood,
) -> None:
    both, left = neighbourhood.laptop("甲队", "乙队"), neighbourhood.laptop("甲队")
    first, second = neighbourhood.team("甲队"), neighbourhood.team("乙队")
    with both:
        source = walked(scope=first)
    neighbourhood.meet()
    with left:
        assert [each.minutes for each in Slip.select()] == [90]
    with both:
        Walk.update(scope=second, minutes=60).where(Walk.id == source.id).execute()
        assert [(each.scope, each.minutes) for each in Slip.select()] == [(second, 60)]
    neighbourhood.meet()
    with left:
        assert not Walk.select().exists()
        assert not Slip.select().exists(), "nor what it is worth from then on"


@pytest.mark.plugin_errors
def test_a_giver_that_breaks_stops_nobody_and_takes_nothing_away(laptop: Laptop) -> None:
    source = walked()
    Walk.update(minutes=BREAKS).where(Walk.id == source.id).execute()
    walked()
    assert hearts() == [3, 3]
    assert "hours_of" in laptop.errors[0].en


@pytest.mark.plugin_errors
def test_who_takes_by_hand_and_breaks_does_not_undo_what_was_given(laptop: Laptop) -> None:
    broken = declared("broken", ())

    @takes(Hours)
    def breaks(store: Store, source: str, hours: Hours | None) -> None:
        Line.create(id=new_id(), source="half", minutes=1, scope=COMMUNITY)
        raise Refused(Text("今天不记账。", "Not today."))

    broken.breaks = breaks
    laptop.store.plugins.add(broken)
    walked()
    assert hearts() == [3]


# -- where the taker is away -------------------------------------------------------------------------


def test_the_hub_takes_what_a_laptop_without_the_taker_gives(neighbourhood: Neighbourhood) -> None:
    bare, whole = neighbourhood.laptop(plugins=(ROUNDS,)), neighbourhood.laptop()
    with bare:
        source = walked()
    bare.sync()
    whole.sync()
    with whole:
        assert hearts() == [3]
    with bare:
        Walk.update(confirmed=False).where(Walk.id == source.id).execute()
    bare.sync()
    whole.sync()
    with whole:
        assert hearts() == []


@pytest.mark.plugin_errors
def test_what_the_taker_refuses_ends_no_sync_of_a_laptop_that_lacks_it(
    neighbourhood: Neighbourhood,
) -> None:
    bare = neighbourhood.laptop(plugins=(ROUNDS,))
    with bare:
        walked(60)
        walked(TOO_MANY)
        walked()
    report = bare.sync()
    assert (report.sent, report.refused) == (3, 0)
    walk_through(neighbourhood.hub, 3)
    with neighbourhood.hub as hub:
        assert Walk.select().count() == 3
        assert hearts() == [2, 3]
        assert any("card_for" in e.en for plugin in hub.plugins.all for e in plugin.errors)


def test_a_taker_that_is_installed_later_takes_all_that_is_there(
    neighbourhood: Neighbourhood,
) -> None:
    laptop, hub = neighbourhood.laptop(plugins=(ROUNDS,)), neighbourhood.hub
    for each in hub.plugins.all[1:]:
        hub.plugins.remove(each)
    with laptop:
        for minutes in (30, 60, 90):
            walked(minutes)
        walked(confirmed=False)
    laptop.sync()
    with hub:
        assert not Card.select().exists()
    later = Hub.open(neighbourhood.hub.folder, plugins=with_only(ALL))
    walk_through(later, 1)
    with later:
        assert hearts() == [1, 2, 3]
        assert Line.select().count() == 3
    walk_through(later, 3)
    with later:
        assert hearts() == [1, 2, 3]
        assert not problems_of(later)


def test_what_has_just_come_is_left_to_the_laptop_that_may_still_bring_what_came_of_it(
    neighbourhood: Neighbourhood,
) -> None:
    bare = neighbourhood.laptop(plugins=(ROUNDS,))
    walk_through(neighbourhood.hub, 1)
    with bare:
        walked()
    bare.sync()
    with neighbourhood.hub as hub:
        walk_through(hub, 1)
        assert not Line.select().exists()
        walk_through(hub, 1)
        assert Line.select().count() == 1


def test_a_hub_that_is_filled_again_takes_nothing_and_makes_it_up_afterwards(hub: Hub) -> None:
    def say_recovering(yes: bool) -> None:
        with hub.upkeep(), HubState.changing() as state:
            state.recovering = yes

    with hub:
        say_recovering(True)
        walked(scope="t-1")
        walk_through(hub)
        assert not Card.select().exists()
        assert not Line.select().exists()
        say_recovering(False)
        walk_through(hub)
        assert hearts() == [3]
        assert Line.select().count() == 1


# -- however it arrives ------------------------------------------------------------------------------

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["bare", "first", "second"]),
        st.sampled_from(["walk", "longer", "void", "again", "sync"]),
        st.integers(0, 3),
    ),
    max_size=14,
)


@given(STEPS)
def test_it_is_taken_once_however_it_arrives(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, str, int]]
) -> None:
    with open_neighbourhood(tmp_path_factory.mktemp("exchange"), *ALL) as met:
        laptops = {
            "bare": met.laptop(plugins=(ROUNDS,)),
            "first": met.laptop(),
            "second": met.laptop(),
        }
        for who, what, which in steps:
            laptop = laptops[who]
            if what == "sync":
                laptop.sync()
                continue
            with laptop:
                ids = [each.id for each in Walk.select().order_by(Walk.id)]
                if what == "walk":
                    walked(30 * (which + 1))
                elif ids:
                    values = {"void": {"confirmed": False}, "again": {"confirmed": True}}
                    change = values.get(what) or {"minutes": 30 * (which + 2)}
                    Walk.update(**change).where(Walk.id == ids[which % len(ids)]).execute()
        all_sync(met)
        walk_through(met.hub)
        all_sync(met)
        for store in (met.hub, laptops["first"].store, laptops["second"].store):
            with store:
                walks = list(Walk.select())
                expected = {each.person: each.minutes // 30 for each in walks if each.confirmed}
                assert {each.person: each.hearts for each in Card.select()} == expected
                assert Card.select().count() == len(expected)
                lines = [each.source for each in Line.select()]
                assert len(set(lines)) == len(lines)
                assert {each.id for each in walks if each.confirmed} <= set(lines)


def test_all_that_one_transaction_gave_is_taken_though_it_is_more_than_the_hub_looks_at_at_once(
    neighbourhood: Neighbourhood,
) -> None:
    """The records of a transaction bear one seq."""
    bare, hub, many = neighbourhood.laptop(plugins=(ROUNDS,)), neighbourhood.hub, 2 * AT_ONCE + 1
    for each in hub.plugins.all[1:]:
        hub.plugins.remove(each)
    with bare:
        Walk.insert_many([{"person": new_id(), "minutes": 30} for _ in range(many)]).execute()
    bare.sync()
    later = Hub.open(hub.folder, plugins=with_only(ALL))
    walk_through(later, 1)
    with later:
        assert len(hearts()) == many
