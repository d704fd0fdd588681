"""Mediation between laptops: nothing lost, one end, and names that never leave the laptops of the case."""

from collections.abc import Iterator
from datetime import date, datetime

import pytest

import hongxian_plugins.mediation as mediation
from hongxian import Refused, Text
from hongxian.errors import Taken
from hongxian.records import same_id
from hongxian_plugins.mediation import (
    Agreement,
    Case,
    Figure,
    Note,
    Party,
    Reading,
    Session,
    Setting,
    Visit,
)
from hongxian_plugins.mediation.figure import draw_figures
from hongxian_testing import Desk, Laptop, Neighbourhood, refusing
from mediating import (
    ASKED,
    DAY,
    TEAM,
    TERMS,
    case_at,
    case_of_both,
    device_of,
    do,
    edit,
    further,
    held,
    mediators,
    number_of,
    sync,
    terminate,
    view,
)

pytestmark = [pytest.mark.plugins(mediation), pytest.mark.teams(TEAM)]
Two = tuple[Laptop, Laptop]


@pytest.fixture
def two(neighbourhood: Neighbourhood) -> Iterator[Two]:
    """The laptops of two mediators; whatever the plugin does wrong fails the test."""
    first, second = mediators(neighbourhood)
    yield first, second
    for each in neighbourhood.laptops:
        assert not each.errors
    assert not [error for plugin in neighbourhood.hub.plugins.all for error in plugin.errors]


def test_two_mediators_offline_each_do_a_part_and_nothing_is_lost(two):
    first, second = two
    id = case_of_both(*two, "chosen")
    do(first, "hold", id, record="第一次谈", held_at=datetime(2026, 3, 3, 9))
    do(second, "hold", id, record="另一次谈", held_at=datetime(2026, 3, 3, 9))
    further(first, id, "agreed", date(2026, 3, 4))
    sync(first, second, first)
    for laptop in two:
        assert held(laptop, id).state == "agreed"
        with laptop:
            assert {each.record for each in Session.select()} == {"第一次谈", "另一次谈"}
        assert not laptop.attention
        assert not laptop.conflicts


@pytest.mark.either_database
@pytest.mark.parametrize("first_to_arrive", ["agreed", "terminated"])
def test_of_two_ends_the_first_at_the_hub_stands_and_the_other_waits_whole(two, first_to_arrive):
    agreeing, ending = two
    id = case_of_both(*two, "in_session")
    further(agreeing, id, "archived", date(2026, 3, 5))
    terminate(ending, id, day=date(2026, 3, 4))
    do(ending, "archive", id, archive_number="2026-009", archived_on=date(2026, 3, 5))
    agreed_first = first_to_arrive == "agreed"
    winner, loser = (agreeing, ending) if agreed_first else (ending, agreeing)
    sync(winner, loser, winner, loser)
    case = held(winner, id)
    assert case.outcome == first_to_arrive
    assert (case.agreed_on is not None) == agreed_first
    assert (case.ended_on is None) == agreed_first
    assert not winner.attention
    assert "ends once" in loser.refused[0].en or "stays" in loser.refused[0].en
    with winner:
        assert Agreement.select().exists() == agreed_first
    while loser.attention:
        loser.discard()
    loser.sync()
    assert held(loser, id).__data__ == held(winner, id).__data__


def test_two_agreements_never_mix_their_terms(two):
    first, second = two
    id = case_of_both(*two, "in_session")
    do(first, "agree", id, **{**TERMS, "terms": "示例：甲方案"}, agreed_on=DAY)
    do(second, "agree", id, **{**TERMS, "terms": "示例：乙方案"}, agreed_on="2026-03-03")
    sync(second, first)
    [waiting] = first.attention
    assert waiting.taken is not None
    assert held(second, id).agreed_on == date(2026, 3, 3)
    with second:
        assert [each.terms for each in Agreement.select()] == ["示例：乙方案"]
        with pytest.raises(Taken):
            Agreement.create(case=id, **TERMS)


def test_a_content_that_two_wrote_differently_is_a_conflict_for_a_person(two):
    first, second = two
    id = case_of_both(*two)
    for laptop, text in ((first, "示例：甲说"), (second, "示例：乙说")):
        with laptop:
            edit(Case, id, summary=text)
    sync(first, second, first)
    [conflict] = first.conflicts
    assert {conflict.kept, conflict.lost} == {'"示例：甲说"', '"示例：乙说"'}


def test_an_archive_number_is_given_once_by_laptops_that_see_each_others_cases_nowhere(two):
    first, second = two
    cases = {laptop: case_at(laptop, "checked") for laptop in two}
    for _ in range(2):
        sync(*two)
    for laptop, case in cases.items():
        do(laptop, "archive", case, archived_on=DAY)
    sync(*two)
    numbers = {held(laptop, case).archive_number for laptop, case in cases.items()}
    assert len(numbers) == 2
    assert not [*first.attention, *second.attention]


def test_an_archive_number_that_two_typed_is_had_by_who_comes_first(two):
    _, second = two
    cases = {laptop: case_at(laptop, "checked") for laptop in two}
    for laptop, case in cases.items():
        do(laptop, "archive", case, archive_number="2026-示例-1", archived_on=DAY)
    sync(*two)
    [waiting] = second.attention
    assert waiting.taken.free[0] == ["2026-示例-2"]
    with second:
        edit(Case, cases[second], archive_number="2026-示例-2")
    second.sync()
    assert not second.attention


def test_a_refused_party_stops_the_case_that_another_laptop_moved_on(two):
    first, second = two
    id = case_of_both(*two)
    with second:
        edit(Party, Party.get(Party.part == "respondent").id, answer="refused", answered_on=DAY)
    do(first, "consent", id)
    sync(second, first)
    assert "不得调解" in first.refused[0].zh


# -- what others may know ------------------------------------------------------------------------


@pytest.mark.either_database
def test_another_teams_laptop_gets_counts_and_deadlines_and_not_one_letter_of_a_name(
    two, neighbourhood
):
    first, second = two
    stranger = neighbourhood.laptop("红马甲管家团")
    id = case_of_both(*two, "agreed", applicant="示例·密戊戌", respondent="示例·密己亥")
    case_at(second)
    with first:
        Note.create(day=DAY, about="示例：密谈广场舞")
    Desk(first).open(f"/c/mediation.case/{id}")
    sync(*two)
    for laptop in two:  # one conflict over contents
        with laptop:
            edit(Case, id, request=f"示例：密请{number_of(laptop)}")
    for _ in range(2):
        sync(*two, stranger)
    secrets = ("密戊戌", "密己亥", "密谈", "漏水", "水管", "各付一半", "调解员一", "人民调解委员会")
    for secret in (*secrets, id):
        assert first.holds(secret), secret
        assert not stranger.holds(secret), secret
    assert len(first.conflicts) == 1
    assert stranger.holds("mediation.figure")
    with stranger:
        models = (Case, Party, Session, Agreement, Visit, Note, Reading)
        assert not any(model.with_deleted().exists() for model in models)
        known = Figure.get_by_id(same_id("mediation.figure", id))
    assert view(stranger, "figures", month="2026-04").rows == []
    [row] = view(stranger, "figures", month="2026-03").rows
    assert row[:6] == ("2026-03", Text("邻里", "Neighbours"), 2, 1, 1, 0)
    assert (known.perform_by, known.court_by) == (TERMS["perform_by"], date(2026, 4, 1))


def test_a_laptop_of_the_team_that_is_not_of_the_case_holds_nothing_of_it(two, neighbourhood):
    first, second = two
    third = neighbourhood.laptop(TEAM)
    id = case_of_both(*two, applicant="示例·密戊戌", respondent="示例·密己亥")
    Desk(second).open(f"/c/mediation.case/{id}")
    sync(second, first, third)
    with third:
        assert not any(model.with_deleted().exists() for model in (Case, Party, Session, Reading))
    for secret in ("密戊戌", "漏水", id, held(first, id).scope):
        assert second.holds(secret)
        assert not third.holds(secret)
    assert [row[0] for row in view(third, "figures").rows] == [f"{DAY:%Y-%m}"]
    assert [row[1].en for row in view(first, "laptops_case", id).rows] == ["Yes", "Yes", "No"]
    do(first, "let_out_case", id, laptop=device_of(first, second))
    sync(*two)
    with second:
        assert not Party.with_deleted().exists()
    with refusing(Refused, match="of this team"):
        do(first, "let_in_case", id, laptop=device_of(first, first))


def test_a_case_that_the_whole_team_holds_can_be_limited_with_all_its_papers(two):
    """As one that was registered with an earlier release."""
    first, second = two
    parts = ("applicant", "respondent")
    with first, first.store.transaction():
        [team] = first.store.teams()
        asked = {name: value for name, value in ASKED.items() if name not in parts}
        written = _as_an_earlier_release(first, Case, scope=team, registered_on=DAY, **asked)
        for part in parts:
            _as_an_earlier_release(
                first, Party, scope=team, case=written, part=part, name="示例·密戊戌"
            )
    sync(*two)
    assert held(second, written).scope == team
    for laptop, text in ((first, "示例：甲密说"), (second, "示例：乙密说")):
        with laptop:
            edit(Case, written, summary=text)
    sync(first, second, first)
    do(first, "plan", written, planned_at=datetime(2026, 3, 9, 9))
    do(first, "limit_case", written)
    sync(*two)
    with second:
        assert not any(model.with_deleted().exists() for model in (Case, Party, Session))
    do(first, "let_in_case", written, laptop=device_of(first, second))
    sync(*two)
    with second:
        assert {each.scope for each in Party.select()} == {held(first, written).scope}
        assert Party.select().count() == 2
    assert len(second.conflicts) == 1


def _as_an_earlier_release(laptop: Laptop, model, **row) -> str:
    """A record in a team's scope, where an earlier release of the plugin kept it."""
    collection = laptop.store.collection(model._meta.collection)
    kind, within = collection.scope_kind, collection.within
    collection.scope_kind, collection.within = "team", ""
    try:
        [id] = laptop.store.create(model, [row])
    finally:
        collection.scope_kind, collection.within = kind, within
    return id


def test_figures_follow_the_case_and_only_the_hub_writes_them(two):
    first, second = two
    id = case_at(first, "in_session")
    sync(first, first)
    figure = same_id("mediation.figure", id)
    standings = []
    for step, asked in (
        ("terminate", {"ended_because": "failed", "remedies_told": True}),
        ("archive", {}),
        ("void_case", {"void_reason": "示例"}),
    ):
        do(first, step, id, **asked)
        sync(*two)
        with second:
            standings.append(Figure.get_by_id(figure).standing)
    assert standings == ["terminated", "terminated", "voided"]
    assert view(second, "figures").rows == []
    with second, pytest.raises(Refused, match="only the hub"):
        edit(Figure, figure, standing="open")


def test_a_later_deadline_in_the_agreement_reaches_the_figures(two):
    first, second = two
    id = case_at(first, "agreed")
    sync(*two)
    with first:
        edit(Agreement, Agreement.get().id, perform_by=date(2026, 5, 1))
    sync(*two)
    with second:
        assert Figure.get().perform_by == date(2026, 5, 1)
    further(first, id, "checked")
    sync(*two)
    with second:
        assert Figure.get().perform_by is None


@pytest.mark.either_database
def test_a_hub_that_stopped_before_drawing_a_figure_catches_up_with_the_next_case(two, hub):
    first, _ = two
    stored = mediation.hongxian_record_was_stored
    [plugin] = [each for each in hub.plugins.all if each.module is mediation]
    [hook] = plugin.caller("hongxian_record_was_stored").get_hookimpls()
    hook.function = lambda store, collection: None
    case_at(first)
    first.sync()
    hook.function = stored
    with hub:
        assert not Figure.select().exists()
    case_at(first)
    first.sync()
    with hub:
        assert Figure.select().count() == Case.select().count() == 2
        before = [each.seq for each in Figure.select()]
        draw_figures(hub)
        assert [each.seq for each in Figure.select()] == before


@pytest.mark.teams(TEAM, "红马甲管家团")
def test_a_laptop_of_several_teams_keeps_a_case_and_its_papers_with_the_mediators(laptop):
    id = case_at(laptop)
    circle = Case.get().scope
    assert circle.endswith("-team-1")
    Party.create(scope="team-2", case=id, part="applicant", name="示例·甲001")
    assert {each.scope for each in Party.select()} == {circle}
    for scope in ("team-1", "team-2"):
        with refusing(Refused, match="stays"):
            edit(Case, id, scope=scope)
    do(laptop, "plan", id, planned_at=datetime(2026, 3, 9, 9))
    assert Session.get().scope == circle


# -- how long it is kept -------------------------------------------------------------------------


def test_an_archived_case_goes_with_all_its_papers_once_the_years_of_the_place_are_over(
    two, neighbourhood
):
    first, second = two
    first.at("2026-03-02 14:00")
    over = case_of_both(*two, "archived", applicant="示例·密戊戌")
    open_one = case_at(first, "checked")
    Desk(second).open(f"/c/mediation.case/{over}")
    sync(second)
    first.at("2036-12-31 14:00")
    neighbourhood.tidy()
    with first:
        assert Case.select().count() == 2, "for good, while nobody has said for how long"
        Setting.change(keep_years=10)
    for day, kept in (("2036-12-31 15:00", True), ("2037-01-01 09:00", False)):
        first.at(day)
        for _ in range(2):
            neighbourhood.meet()
            neighbourhood.tidy()
        neighbourhood.meet()
        for laptop in two:
            assert laptop.holds("密戊戌") or not kept
            with laptop:
                assert Case.select().where(Case.id == over).exists() == kept
                for model in (Party, Session, Agreement, Visit, Reading):
                    assert model.select().where(model.case == over).exists() == kept, model
    assert held(first, open_one).state == "checked"


# -- the access log ------------------------------------------------------------------------------


def test_whatever_is_looked_at_in_a_case_is_in_its_access_log(two):
    first, second = two
    id = case_of_both(*two)
    with second:
        party = Party.get().id
        note = Note.create(day=DAY, about="示例").id
    for path in (
        f"/c/mediation.case/{id}",
        f"/c/mediation.party/{party}",
        f"/print/mediation.application/{id}",
        f"/c/mediation.note/{note}",
    ):
        Desk(second).open(path)
    sync(second, first)
    with first:
        log = list(Reading.select().order_by(Reading.id))
    assert {(each.case, each.looked_at, each.record, each.how) for each in log} == {
        (id, "mediation.case", id, "show"),
        (id, "mediation.party", party, "show"),
        (id, "mediation.case", id, "print"),
    }
    assert {each.device for each in log} == {number_of(second)}
    for laptop in two:
        with laptop, refusing(Refused, match="stays"):
            edit(Reading, log[0].id, how="export", person="别人")
    with second, refusing(Refused, match="never deleted"):
        Reading.delete().execute()
