"""Mediation: the law's steps and no others, names that never leave the mediators' laptops."""

import io
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest

import hongxian_plugins.mediation as mediation
from command_line import joined, new_hub, serving
from hongxian import Refused, Text
from hongxian.errors import Invalid, NotAllowed, OnlyMovesForward, Taken
from hongxian.kit.duties import due_between
from hongxian.plugins.offering import find_offer, offers
from hongxian.plugins.offers import Action, Document, View
from hongxian.records import Device, same_id
from hongxian.wire.page import read_stream
from hongxian_client.replica.replica import Replica
from hongxian_client.review import attention, conflicts
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_plugins.mediation import (
    Agreement,
    Case,
    Figure,
    Note,
    Party,
    Reading,
    Session,
    Visit,
)
from hongxian_plugins.mediation.demo import OPEN
from hongxian_plugins.mediation.figure import draw_figures
from hongxian_testing.laptop import open_laptop
from hongxian_testing.told import in_both, refusing
from laptops import problems_of
from meeting import Meeting, meeting
from offering import LEADER, ask, fits

DAY = date(2026, 3, 2)
ASKED = {
    "committee": "示例社区人民调解委员会",
    "kind": "neighbours",
    "summary": "示例：楼上漏水",
    "applicant": "示例·甲001",
    "respondent": "示例·乙002",
}
TERMS = {
    "form": "written",
    "facts": "示例：水管渗漏",
    "dispute": "示例：修缮费用",
    "responsibility": "示例：各半",
    "terms": "示例：各付一半",
    "way": "示例：一次付清",
    "perform_by": date(2026, 4, 1),
}
ROAD = ("registered", "consented", "chosen", "in_session", "agreed", "checked", "archived")


@pytest.fixture
def laptop(tmp_path):
    with open_laptop(tmp_path / "laptop", mediation, teams={"team-1": "老娘舅"}) as laptop:
        yield laptop
        assert not problems_of(laptop)


Two = tuple[Meeting, Replica, Replica]


@pytest.fixture
def two(tmp_path: Path, database_url: str | None) -> Iterator[Two]:
    """A hub and the laptops of two mediators; whatever the plugin does wrong fails the test."""
    with meeting(tmp_path, mediation, url=database_url) as all_:
        all_.team("老娘舅"), all_.team("红马甲管家团")
        first, second = all_.laptop("老娘舅"), all_.laptop("老娘舅")
        yield all_, first, second
        for store in (all_.hub, *all_.laptops):
            assert not problems_of(store)


def do(store: Replica, name: str, id: str | None = None, **values: Any) -> Text:
    """Do it as the command line and the pages will: asked for, and offered for this record."""
    with store:
        assert (
            values.keys() <= find_offer(store, Action, f"mediation.{name}", LEADER).columns.keys()
        )
        if id is not None:
            assert fits(store, Action, f"mediation.{name}", id), f"{name} is not offered"
        return ask(store, Action, f"mediation.{name}", id, **values)


def view(store: Replica, name: str, id: str | None = None, **values: Any) -> Any:
    with store:
        return ask(store, View, f"mediation.{name}", id, **values)


def paper(store: Replica, name: str, id: str, **values: Any) -> str:
    with store:
        return ask(store, Document, f"mediation.{name}", id, **values)


def edit(model: Any, id: str, **values: Any) -> None:
    model.update(**values).where(model.id == id).execute()


def case_at(store: Replica, state: str = "registered", day: date = DAY, **values: Any) -> str:
    """A new case, brought so far by the actions that lead there."""
    do(store, "accept", day=day, **{**ASKED, **values})
    with store:
        id = Case.select(Case.id).order_by(Case.id.desc()).scalar()
    further(store, id, state, day)
    return id


def case_of_both(two: Two, state: str = "registered", **values: Any) -> str:
    """A case of the first laptop, which has let the second in; both hold all of it."""
    all_, first, second = two
    id = case_at(first, state, **values)
    all_.sync(first)
    do(first, "share", id, laptop=device_of(first, second))
    all_.sync(first, second)
    return id


def device_of(store: Replica, other: Replica) -> str:
    """What a laptop knows another by."""
    with other:
        number = other.writer().number
    with store:
        return Device.get(Device.number == number).id


def further(store: Replica, id: str, state: str, day: date = DAY) -> None:
    with store:
        now = ROAD.index(Case.get_by_id(id).state)
    steps: dict[str, Any] = {
        "consented": ("consent", {}),
        "chosen": ("choose", {"mediators": "示例·调解员一、示例·调解员二", "chosen_by": "parties"}),
        "in_session": ("hold", {"at": datetime(day.year, day.month, day.day, 14), "record": "谈"}),
        "agreed": ("agree", TERMS),
        "checked": ("check", {"performance": "done"}),
        "archived": ("archive", {}),
    }
    for step in ROAD[now + 1 : ROAD.index(state) + 1]:
        name, values = steps[step]
        do(store, name, id, **values, **({} if name == "hold" else {"day": day}))


def held(store: Replica, id: str) -> Case:
    with store:
        return Case.get_by_id(id)


def rejected(store: Replica) -> list[attention.Rejected]:
    with store:
        return attention.rejected_transactions()


# -- what it holds -------------------------------------------------------------------------------


def test_every_field_and_question_is_labelled_and_helped_in_both_languages(laptop):
    models = laptop.plugins.answers("hongxian_collections")
    asked = [
        (f"{model.__name__}.{name}", field.verbose_name, field.help_text)
        for _, given in models
        for model in given
        for name, field in model._meta.fields.items()
        if name in laptop.collection(model._meta.collection).columns
    ]
    for kind in (Action, View, Document):
        for each in offers(laptop, kind, LEADER).values():
            assert in_both(each.offer.title), each.name
            for name, field in each.offer.asks.items():
                asked.append((f"{each.name}.{name}", field.verbose_name, field.help_text))
    for name, label, help in asked:
        assert in_both(label), name
        assert in_both(help), name


def test_a_case_goes_the_whole_road_by_actions_and_each_is_offered_in_its_turn(laptop):
    id = case_at(laptop, "archived")
    case = held(laptop, id)
    assert case.state == "archived"
    assert (case.outcome, case.archive_number) == ("agreed", "2026-001")
    assert case.mediators == {"示例·调解员一", "示例·调解员二"}
    assert {party.answer for party in Party.select()} == {"agreed"}
    assert Agreement.get().case == Session.get().case == Visit.get().case == id
    assert held(laptop, case_at(laptop, "archived")).archive_number == "2026-002"


@pytest.mark.parametrize(
    ("state", "missing", "label"),
    [
        ("consented", "Rights told on, Consented on", "权利义务告知日期、同意调解日期"),
        ("chosen", "Chosen on, Chosen by, Mediators", "人民调解员"),
        ("in_session", "First session", "首次调解日期"),
        ("agreed", "Agreed on", "协议生效日期"),
        ("checked", "Checked on, Performance", "履行检查日期、履行情况"),
        ("archived", "Archived on, Archive number, Outcome", "卷宗编号"),
        ("terminated", "Ended on, Ended because, Remedies told", "已告知其他途径"),
    ],
)
def test_a_step_says_in_both_languages_what_it_still_needs(laptop, state, missing, label):
    before = "in_session" if state == "terminated" else ROAD[ROAD.index(state) - 1]
    id = case_at(laptop, before)
    with pytest.raises(Refused) as refused:
        edit(Case, id, state=state)
    assert missing in refused.value.text.en
    assert label in refused.value.text.zh
    with pytest.raises(Refused):
        Case.create(committee="示例", registered_on=DAY, kind="other", summary="示例", state=state)
    assert held(laptop, id).state == before


@pytest.mark.parametrize(
    ("state", "facts", "missing"),
    [
        ("consented", {"rights_told_on": DAY, "consented_on": DAY}, "applicant and a respondent"),
        ("in_session", {"first_session": DAY}, "session that was held"),
        ("agreed", {"agreed_on": DAY}, "needs an agreement"),
        ("checked", {"checked_on": DAY, "performance": "done"}, "return visit"),
    ],
)
def test_a_date_alone_does_not_stand_in_for_the_paper(laptop, state, facts, missing):
    id = case_at(laptop, ROAD[ROAD.index(state) - 1])
    if state == "consented":
        edit(Party, Party.get(Party.part == "respondent").id, part="mistaken")
    with refusing(Refused, match=missing):
        edit(Case, id, state=state, **facts)


def test_a_step_back_is_refused(laptop):
    with pytest.raises(OnlyMovesForward):
        edit(Case, case_at(laptop, "chosen"), state="registered")


def test_steps_come_in_the_order_of_their_days(laptop):
    id = case_at(laptop, "consented")
    with refusing(Refused, match=r"选定调解员日期 2026-03-01 早于同意调解日期"):
        do(laptop, "choose", id, mediators="示例", chosen_by="parties", day=date(2026, 3, 1))


# -- the law -------------------------------------------------------------------------------------


def test_a_refusal_stops_the_mediation(laptop):
    id = case_at(laptop)
    party = Party.get(Party.part == "respondent").id
    do(laptop, "refuse", id, party=party, remedies_told=True, day=DAY)
    case = held(laptop, id)
    assert (case.state, case.ended_because) == ("terminated", "refused")
    assert Party.get_by_id(party).answer == "refused"


def test_a_refusal_that_was_typed_in_by_hand_stops_it_as_well(laptop):
    id = case_at(laptop)
    edit(Party, Party.get(Party.part == "respondent").id, answer="refused", answered_on=DAY)
    with refusing(Refused, match="不得调解"):
        do(laptop, "consent", id, day=DAY)
    do(laptop, "terminate", id, because="refused", remedies_told=True, day=DAY)


def test_nobody_refuses_in_a_case_that_is_not_theirs(laptop):
    case_at(laptop)
    other = Party.get(Party.part == "respondent").id
    with refusing(Refused, match="no party"):
        do(laptop, "refuse", case_at(laptop), party=other, remedies_told=True)
    assert Party.get_by_id(other).answer == "asked"


def test_whoever_finds_no_agreement_is_told_of_the_other_remedies(laptop):
    id = case_at(laptop, "in_session")
    with refusing(Refused, match="已告知其他途径"):
        do(laptop, "terminate", id, because="failed", remedies_told=False, day=DAY)
    do(laptop, "terminate", id, because="failed", remedies_told=True, day=DAY)
    do(laptop, "archive", id, day=DAY)
    assert held(laptop, id).outcome == "terminated"


def test_what_was_agreed_is_not_terminated_and_the_reverse(laptop):
    agreed, ended = case_at(laptop, "agreed"), case_at(laptop, "in_session")
    with refusing(Refused, match="ends once"):
        edit(Case, agreed, ended_on=DAY, ended_because="failed", remedies_told=True)
    do(laptop, "terminate", ended, because="failed", remedies_told=True, day=DAY)
    with refusing(Refused, match="ends once"):
        edit(Case, ended, agreed_on=DAY, state="agreed")


def test_a_case_is_archived_under_the_end_that_it_had(laptop):
    id = case_at(laptop, "checked")
    with refusing(Refused, match="ends once"):
        edit(
            Case,
            id,
            state="archived",
            archived_on=DAY,
            archive_number="1",
            outcome="terminated",
        )


@pytest.mark.parametrize(
    ("days", "values", "reason"),
    [
        (30, {"jointly": True}, None),
        (31, {"jointly": True}, "2026-04-01"),
        (31, {"jointly": True, "late_because": "末日为休假日"}, None),
        (3, {"jointly": False}, "共同申请"),
        (-1, {"jointly": True}, "before the agreement"),
    ],
)
def test_the_court_is_asked_jointly_within_thirty_days(laptop, days, values, reason):
    id = case_at(laptop, "agreed")
    if reason:
        with refusing(Refused, match=reason):
            do(laptop, "court", id, day=DAY + timedelta(days=days), **values)
    else:
        do(laptop, "court", id, day=DAY + timedelta(days=days), **values)
    assert (held(laptop, id).court_filed_on is None) == bool(reason)


def test_the_court_is_asked_over_an_agreement_only(laptop):
    with refusing(Refused, match="先有调解协议"):
        edit(Case, case_at(laptop, "in_session"), court_filed_on=DAY, court_jointly=True)


def test_an_agreement_not_performed_is_archived_once_the_parties_know_that_they_may_sue(laptop):
    id = case_at(laptop, "agreed")
    do(laptop, "check", id, performance="not", day=DAY)
    with refusing(Refused, match="向法院起诉"):
        do(laptop, "archive", id, day=DAY)
    do(laptop, "check", id, performance="partly", remedies_told=True, day=DAY)
    do(laptop, "archive", id, day=DAY)
    assert Visit.select().count() == 2


def test_a_risk_is_marked_at_once_and_answered_before_the_archive(laptop):
    id = case_at(laptop, "checked")
    assert "报告公安" in do(laptop, "risk", id, risk="public_order").zh
    assert "报告公安" in view(laptop, "deadlines").rows[0][2].zh
    with refusing(Refused, match="预防措施"):
        do(laptop, "archive", id, day=DAY)
    do(laptop, "risk", id, risk="public_order", measures="示例：分开劝导")
    with refusing(Refused, match="报告公安日期.*when the police were told"):
        do(laptop, "archive", id, day=DAY)
    do(laptop, "risk", id, risk="public_order", measures="示例：分开劝导", police_told_on=DAY)
    do(laptop, "archive", id, day=DAY)


def test_an_agreement_holds_all_that_the_law_asks(laptop):
    id = case_at(laptop, "in_session")
    for name in ("facts", "dispute", "responsibility", "terms", "way"):
        with refusing(Refused, match=f"“{name.capitalize()}” must be filled in"):
            do(laptop, "agree", id, **{**TERMS, name: " "}, day=DAY)
    with pytest.raises(Invalid):
        do(laptop, "agree", id, **{**TERMS, "perform_by": None}, day=DAY)
    assert held(laptop, id).state == "in_session"
    assert not Agreement.select().exists()


def test_a_case_is_voided_with_a_reason_and_nothing_is_deleted(laptop):
    id = case_at(laptop, "archived")
    for model in (Case, Party, Session, Agreement, Visit):
        with refusing(Refused, match="never deleted"):
            model.delete().execute()
    with refusing(Refused, match="Archived"):
        edit(Case, id, summary="改写")
    with refusing(Refused, match="Archived"):
        edit(Session, Session.get().id, record="改写")
    with refusing(Refused, match="Say why"):
        edit(Case, id, voided=True)
    do(laptop, "void", id, reason="示例：登错")
    assert "作废：示例：登错" in paper(laptop, "application", id)


def test_identity_numbers_are_kept_to_their_last_four(laptop):
    id = case_at(laptop)
    with refusing(Refused, match="identity number"):
        edit(Case, id, summary="某人 11010119900307000X 说")
    with refusing(Refused, match="identity number"):
        Note.create(day=DAY, about="110101199003070000")
    party = Party.get().id
    for wrong in ({"id_last4": "110101"}, {"id_last4": "12x4"}, {"phone": "12"}, {"age": 200}):
        with pytest.raises(Invalid):
            edit(Party, party, **wrong)
    edit(Party, party, id_last4="012X", phone="10000000001", age=60)


# -- several mediators' laptops ------------------------------------------------------------------


def test_two_mediators_offline_each_do_a_part_and_nothing_is_lost(two):
    all_, first, second = two
    id = case_of_both(two, "chosen")
    do(first, "hold", id, record="第一次谈", at=datetime(2026, 3, 3, 9))
    do(second, "hold", id, record="另一次谈", at=datetime(2026, 3, 3, 9))
    further(first, id, "agreed", date(2026, 3, 4))
    all_.sync(first, second, first)
    for laptop in (first, second):
        assert held(laptop, id).state == "agreed"
        with laptop:
            assert {each.record for each in Session.select()} == {"第一次谈", "另一次谈"}
        assert not rejected(laptop)


@pytest.mark.either_database
@pytest.mark.parametrize("first_to_arrive", ["agreed", "terminated"])
def test_of_two_ends_the_first_at_the_hub_stands_and_the_other_waits_whole(two, first_to_arrive):
    all_, agreeing, ending = two
    id = case_of_both(two, "in_session")
    further(agreeing, id, "archived", date(2026, 3, 5))
    do(ending, "terminate", id, because="failed", remedies_told=True, day=date(2026, 3, 4))
    do(ending, "archive", id, number="2026-009", day=date(2026, 3, 5))
    agreed_first = first_to_arrive == "agreed"
    order = (agreeing, ending) if agreed_first else (ending, agreeing)
    all_.sync(*order, *order)
    winner, loser = order
    case = held(winner, id)
    assert case.outcome == first_to_arrive
    assert (case.agreed_on is not None) == agreed_first
    assert (case.ended_on is None) == agreed_first
    assert not rejected(winner)
    assert "ends once" in str(rejected(loser)[0].reasons) or "Archived" in str(
        rejected(loser)[0].reasons
    )
    with winner:
        assert Agreement.select().exists() == agreed_first
    with loser:
        while waiting := attention.rejected_transactions():
            kept = attention.discard(loser, waiting[0].number)
            assert kept.exists()
    all_.sync(loser)
    assert held(loser, id).__data__ == held(winner, id).__data__


def test_two_agreements_never_mix_their_terms(two):
    all_, first, second = two
    id = case_of_both(two, "in_session")
    do(first, "agree", id, **{**TERMS, "terms": "示例：甲方案"}, day=DAY)
    do(second, "agree", id, **{**TERMS, "terms": "示例：乙方案"}, day=DAY + timedelta(days=1))
    all_.sync(second, first)
    [waiting] = rejected(first)
    assert waiting.state == attention.BUMPED
    assert held(second, id).agreed_on == DAY + timedelta(days=1)
    with second:
        assert [each.terms for each in Agreement.select()] == ["示例：乙方案"]
    with second, pytest.raises(Taken):
        Agreement.create(case=id, **TERMS)


def test_a_content_that_two_wrote_differently_is_a_conflict_for_a_person(two):
    all_, first, second = two
    id = case_of_both(two)
    for laptop, text in ((first, "示例：甲说"), (second, "示例：乙说")):
        with laptop:
            edit(Case, id, summary=text)
    all_.sync(first, second, first)
    with first:
        [conflict] = conflicts.open_conflicts()
        assert {orjson.loads(conflict.kept), orjson.loads(conflict.lost)} == {
            "示例：甲说",
            "示例：乙说",
        }


def test_an_archive_number_is_given_once(two):
    all_, first, second = two
    one, other = case_at(first, "checked"), case_at(second, "checked")
    all_.sync()
    do(first, "archive", one, day=DAY), do(second, "archive", other, day=DAY)
    all_.sync(first, second)
    [waiting] = rejected(second)
    assert waiting.taken.free[0] == ["2026-002"]
    with second:
        edit(Case, other, archive_number="2026-002")
    all_.sync(second)
    assert not rejected(second)


def test_a_refused_party_stops_the_case_that_another_laptop_moved_on(two):
    all_, first, second = two
    id = case_of_both(two)
    with second:
        edit(Party, Party.get(Party.part == "respondent").id, answer="refused", answered_on=DAY)
    do(first, "consent", id, day=DAY)
    all_.sync(second, first)
    [waiting] = rejected(first)
    assert "不得调解" in str(waiting.reasons)


# -- what others may know ------------------------------------------------------------------------


@pytest.mark.either_database
def test_another_teams_laptop_gets_counts_and_deadlines_and_not_one_letter_of_a_name(
    two,
):
    all_, first, second = two
    stranger = all_.laptop("红马甲管家团")
    id = case_of_both(two, "agreed", applicant="示例·密戊戌", respondent="示例·密己亥")
    case_at(second)
    with first:
        Note.create(day=DAY, about="示例：密谈广场舞")
        first.plugins.tell(
            "hongxian_record_was_read", store=first, collection="mediation.case", id=id, how="show"
        )
    all_.sync(first, second)
    for laptop in (first, second):  # one conflict over contents
        with laptop:
            edit(Case, id, request=f"示例：密请{laptop.writer().number}")
    received = bytearray()
    for _ in range(2):
        all_.sync(first, second)
        with stranger:
            listening = _listening(post_to_hub(stranger), received)
            sync(stranger, listening)
    secrets = [
        "密戊戌",
        "密己亥",
        "密谈",
        "漏水",
        "水管",
        "各付一半",
        "调解员一",
        "人民调解委员会",
        id,
    ]
    mine, theirs = _bytes_of(first), _bytes_of(stranger)
    for secret in secrets:
        assert secret.encode() in mine, secret
        assert secret.encode() not in theirs, secret
        assert secret.encode() not in received, secret
        assert orjson.dumps(secret)[1:-1] not in received, secret
    with first:
        assert conflicts.count_open() == 1
    assert b"mediation.figure" in received
    with stranger:
        assert not any(
            model.with_deleted().exists()
            for model in (Case, Party, Session, Agreement, Visit, Note, Reading)
        )
    assert view(stranger, "figures", month="2026-04").rows == []
    [row] = view(stranger, "figures", month="2026-03").rows
    assert row[:6] == ("2026-03", Text("邻里", "Neighbours"), 2, 1, 1, 0)
    with stranger:
        known = Figure.get_by_id(same_id("mediation.figure", id))
    assert (known.perform_by, known.court_by) == (TERMS["perform_by"], date(2026, 4, 1))


def test_a_laptop_of_the_team_that_is_not_of_the_case_holds_nothing_of_it(two: Two) -> None:
    all_, first, second = two
    third = all_.laptop("老娘舅")
    id = case_of_both(two, applicant="示例·密戊戌", respondent="示例·密己亥")
    with second:
        second.plugins.tell(
            "hongxian_record_was_read", store=second, collection="mediation.case", id=id, how="show"
        )
    all_.sync(second, first)
    received = bytearray()
    with third:
        sync(third, _listening(post_to_hub(third), received))
        assert not any(model.with_deleted().exists() for model in (Case, Party, Session, Reading))
    scope = held(first, id).scope
    for secret in ("密戊戌", "漏水", id, scope):
        assert secret.encode() in _bytes_of(second)
        assert secret.encode() not in _bytes_of(third)
        assert secret.encode() not in received
    assert [row[0] for row in view(third, "figures").rows] == ["2026-03"]
    assert [row[1].en for row in view(first, "laptops", id=id).rows] == ["Yes", "Yes", "No"]
    do(first, "unshare", id, laptop=device_of(first, second))
    all_.sync(first, second)
    assert "密戊戌".encode() not in _bytes_of(second)
    with refusing(Refused, match="of this team"):
        do(first, "share", id, laptop=device_of(first, first))


def test_a_case_that_the_whole_team_holds_can_be_limited_with_all_its_papers(two: Two) -> None:
    """As one that was registered with an earlier release."""
    all_, first, second = two
    with first, first.transaction():
        team = next(scope for scope, name in first.teams().items() if name == "老娘舅")
        asked = {name: value for name, value in ASKED.items() if name not in _PARTS}
        row = {"scope": team, "registered_on": DAY, **asked}
        written = _as_an_earlier_release(first, Case, row)
        for part in _PARTS:
            _as_an_earlier_release(
                first, Party, {"scope": team, "case": written, "part": part, "name": "示例·密戊戌"}
            )
    all_.sync()
    assert held(second, written).scope == team
    for laptop, text in ((first, "示例：甲密说"), (second, "示例：乙密说")):
        with laptop:
            edit(Case, written, summary=text)
    all_.sync(first, second, first)
    do(first, "plan", written, at=datetime(2026, 3, 9, 9))
    do(first, "limit", written)
    all_.sync(first, second)
    with second:
        assert not any(model.with_deleted().exists() for model in (Case, Party, Session))
    for secret in ("密戊戌", "甲密说", "乙密说"):
        assert secret.encode() not in _bytes_of(second)
    do(first, "share", written, laptop=device_of(first, second))
    all_.sync(first, second)
    with second:
        assert {each.scope for each in Party.select()} == {held(first, written).scope}
        assert Party.select().count() == 2
        assert conflicts.count_open() == 1


_PARTS = ("applicant", "respondent")


def _as_an_earlier_release(store: Replica, model: Any, row: dict[str, Any]) -> str:
    """A record in a team's scope, where an earlier release of the plugin kept it."""
    collection = store.collection(model._meta.collection)
    kind, within = collection.scope_kind, collection.within
    collection.scope_kind, collection.within = "team", ""
    try:
        [id] = store.create(model, [row])
    finally:
        collection.scope_kind, collection.within = kind, within
    return id


def _listening(post: Any, received: bytearray) -> Any:
    """The link, with all that the hub answers kept as it is once it is opened."""

    def heard(path: str, body: bytes) -> Any:
        answer = post(path, body).read()
        for frame in read_stream(io.BytesIO(answer)):
            received.extend(orjson.dumps(frame))
        return io.BytesIO(answer)

    return heard


def _bytes_of(laptop: Replica) -> bytes:
    return b"".join(each.read_bytes() for each in sorted(laptop.folder.glob("laptop.db*")))


def test_figures_follow_the_case_and_only_the_hub_writes_them(two):
    all_, first, second = two
    id = case_at(first, "in_session")
    all_.sync(first, first)
    figure = same_id("mediation.figure", id)
    standings = []
    for name, values in (
        ("terminate", {"because": "failed", "remedies_told": True, "day": DAY}),
        ("archive", {"day": DAY}),
        ("void", {"reason": "示例"}),
    ):
        do(first, name, id, **values)
        all_.sync(first, second)
        with second:
            standings.append(Figure.get_by_id(figure).standing)
    assert standings == ["terminated", "terminated", "voided"]
    assert view(second, "figures").rows == []
    with second, pytest.raises(NotAllowed):
        edit(Figure, figure, standing="open")


def test_a_later_deadline_in_the_agreement_reaches_the_figures(two):
    all_, first, second = two
    id = case_at(first, "agreed")
    all_.sync()
    with first:
        edit(Agreement, Agreement.get().id, perform_by=date(2026, 5, 1))
    all_.sync(first, second)
    with second:
        assert Figure.get().perform_by == date(2026, 5, 1)
    further(first, id, "checked")
    all_.sync(first, second)
    with second:
        assert Figure.get().perform_by is None


@pytest.mark.either_database
def test_a_hub_that_stopped_before_drawing_a_figure_catches_up_with_the_next_case(
    two,
):
    all_, first, _ = two
    stored = mediation.hongxian_record_was_stored
    [plugin] = [each for each in all_.hub.plugins.all if each.module is mediation]
    [hook] = plugin.caller("hongxian_record_was_stored").get_hookimpls()
    hook.function = lambda store, collection: None
    case_at(first)
    all_.sync(first)
    hook.function = stored
    with all_.hub:
        assert not Figure.select().exists()
    case_at(first)
    all_.sync(first)
    with all_.hub:
        assert Figure.select().count() == Case.select().count() == 2
        before = [each.seq for each in Figure.select()]
        draw_figures(all_.hub)
        assert [each.seq for each in Figure.select()] == before


def test_a_laptop_of_several_teams_keeps_a_case_and_its_papers_with_the_mediators(tmp_path):
    teams = {"team-1": "老娘舅", "team-2": "红马甲管家团"}
    with open_laptop(tmp_path, mediation, teams=teams) as laptop:
        id = case_at(laptop)
        circle = Case.get().scope
        assert circle.endswith("-team-1")
        Party.create(scope="team-2", case=id, part="applicant", name="示例·甲001")
        assert {each.scope for each in Party.select()} == {circle}
        for scope in ("team-1", "team-2"):
            with refusing((Refused, NotAllowed), match="stays"):
                edit(Case, id, scope=scope)
        do(laptop, "plan", id, at=datetime(2026, 3, 9, 9))
        assert Session.get().scope == circle


# -- the access log ------------------------------------------------------------------------------


def test_whatever_is_looked_at_in_a_case_is_in_its_access_log(two):
    all_, first, second = two
    id = case_of_both(two)
    with second:
        party = Party.get().id
        note = Note.create(day=DAY, about="示例").id
        for collection, record, how in (
            ("mediation.case", id, "show"),
            ("mediation.party", party, "export"),
            ("mediation.case", id, "print"),
            ("mediation.note", note, "show"),
            ("roster.person", id, "show"),
            ("mediation.case", note, "show"),
        ):
            second.plugins.tell(
                "hongxian_record_was_read", store=second, collection=collection, id=record, how=how
            )
    all_.sync(second, first)
    with first:
        log = list(Reading.select().order_by(Reading.id))
        assert [(each.case, each.looked_at, each.record, each.how) for each in log] == [
            (id, "mediation.case", id, "show"),
            (id, "mediation.party", party, "export"),
            (id, "mediation.case", id, "print"),
        ]
        with second:
            number = second.writer().number
        assert {each.device for each in log} == {number}
    for laptop in (first, second):
        with laptop, refusing(Refused, match="does not change"):
            edit(Reading, log[0].id, how="export", person="别人")
    with second, refusing(Refused, match="never deleted"):
        Reading.delete().execute()


def test_the_command_line_leads_through_a_case_and_its_sheets_are_in_the_log(tmp_path):
    hub = new_hub(tmp_path / "hub", "老娘舅")
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "laptop", "老娘舅")
    laptop.json("do", "mediation.accept", *(f"{name}={value}" for name, value in ASKED.items()))
    [case] = laptop.json("list", "mediation.case")
    refused = laptop("edit", "mediation.case", case["id"], "state=chosen")
    assert refused.code == 1
    assert "还缺" in refused.err
    laptop.json("do", "mediation.consent", case["id"])
    sheet = tmp_path / "sheet.html"
    laptop.json("print", "mediation.application", case["id"], "--to", sheet)
    assert "示例·甲001" in sheet.read_text("utf-8")
    laptop.json("show", "mediation.case", case["id"])
    log = laptop.json("list", "mediation.reading")
    assert [(each["case"], each["how"]) for each in log] == [
        (case["id"], "list"),
        (case["id"], "print"),
        (case["id"], "show"),
    ]
    assert laptop.json("view", "mediation.deadlines")["rows"] == []


# -- sheets and lists ----------------------------------------------------------------------------

SHEETS = ("application", "acceptance", "session_record", "agreement_paper", "return_visit")


@pytest.mark.parametrize("name", SHEETS)
def test_what_a_person_typed_is_escaped_on_every_sheet(laptop, name):
    nasty = "<script>alert('甲')</script>"
    id = case_at(
        laptop, "in_session", applicant=nasty, summary=nasty, committee=nasty, request=nasty
    )
    do(laptop, "hold", id, record=nasty, others=nasty, result=nasty, place=nasty)
    texts = dict.fromkeys(("facts", "dispute", "responsibility", "terms", "way"), nasty)
    do(laptop, "agree", id, **{**TERMS, **texts}, day=DAY)
    do(laptop, "check", id, performance="done", reason=nasty, found=nasty, visitor=nasty, day=DAY)
    html = paper(laptop, name, id)
    assert "&lt;script&gt;" in html
    assert "<script" not in html


@pytest.mark.parametrize(
    ("name", "asked"),
    [
        ("application", ["人民调解申请书", "示例·甲001", "纠纷简要情况", "申请事项", "自愿申请"]),
        ("acceptance", ["受理登记表", "2026年3月2日(周一)", "当事人申请", "邻里", "登记人"]),
        ("session_record", ["人民调解记录（第 1 次）", "14:00", "参加人", "调解结果", "记录人"]),
        (
            "agreement_paper",
            ["人民调解协议书", "主要事实", "争议事项", "责任", "履行方式", "2026年4月1日(周三)"],
        ),
        ("return_visit", ["回访记录（第 1 次）", "回访事由", "履行情况：已履行", "回访人"]),
    ],
)
def test_each_sheet_has_what_the_law_asks_with_places_to_sign(laptop, name, asked):
    html = paper(laptop, name, case_at(laptop, "checked"))
    for text in [*asked, "签名", "＿＿", "示例·乙002"]:
        assert text in html, text


def test_sheets_have_blanks_before_there_is_anything_to_fill_in(laptop):
    id = case_at(laptop)
    for name in ("application", "acceptance", "session_record", "return_visit"):
        assert "＿＿＿＿" in paper(laptop, name, id)
        assert "None" not in paper(laptop, name, id)
    with refusing(Refused, match="no agreement yet"):
        paper(laptop, "agreement_paper", id)
    with refusing(Refused, match="只有 0 次"):
        paper(laptop, "session_record", id, number=2)


def test_the_last_session_is_printed_or_the_one_that_is_asked_for(laptop):
    id = case_at(laptop, "in_session")
    do(laptop, "hold", id, record="又谈一次", at=datetime(2026, 3, 9, 9))
    assert "又谈一次" in paper(laptop, "session_record", id)
    first = paper(laptop, "session_record", id, number=1)
    assert "（第 1 次）" in first
    assert "又谈一次" not in first


def test_a_party_entered_by_mistake_is_on_no_sheet(laptop):
    id = case_at(laptop)
    Party.create(case=id, part="mistaken", name="示例·误录")
    assert all("误录" not in paper(laptop, name, id) for name in ("application", "session_record"))


def test_an_oral_agreement_is_registered_and_not_signed_as_a_written_one(laptop):
    id = case_at(laptop, "in_session")
    do(laptop, "agree", id, **{**TERMS, "form": "oral"}, day=DAY)
    html = paper(laptop, "agreement_paper", id)
    assert "人民调解口头协议登记表" in html
    assert "人民调解协议书" not in html


def test_a_neighbourly_settling_prints_no_statutory_sheet(laptop):
    assert {each.collection for each in offers(laptop, Document, LEADER).values()} == {
        "mediation.case"
    }


def test_the_deadlines_come_soonest_first_and_name_nobody(tmp_path):
    with open_laptop(tmp_path, mediation, teams={"team-1": "老娘舅"}) as laptop:
        laptop.now = lambda: 1_772_600_000_000  # 2026-03-04
        agreed, planned = case_at(laptop, "agreed"), case_at(laptop, "chosen")
        do(laptop, "plan", planned, at=datetime(2026, 3, 6, 9))
        case_at(laptop, "archived")
        table = view(laptop, "deadlines", days=60)
        assert [(str(row[0]), row[1]) for row in table.rows] == [
            ("2026-03-06", 2),
            ("2026-04-01", 28),
            ("2026-04-01", 28),
        ]
        assert table.ids == [planned, agreed, agreed]
        assert "示例" not in str(table)
        do(laptop, "hold", planned, record="谈", at=datetime(2026, 3, 6, 9))
        do(laptop, "court", agreed, jointly=True, day=DAY)
        assert [row[2] for row in view(laptop, "deadlines", days=60).rows] == [
            Text("履行协议（31）", "Performance")
        ]
        assert view(laptop, "deadlines", days=5).rows == []
        laptop.now = lambda: 1_777_600_000_000  # 2026-05-01
        assert [row[1] for row in view(laptop, "deadlines").rows] == [-30]


# -- demonstration -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("teams", "cases"),
    [
        ({"a": "老娘舅", "b": "青鸟"}, 30),
        ({"a": "示例调解队"}, 30),
        ({"a": "示例调解队", "b": "青鸟"}, 0),
        ({"a": "青鸟"}, 0),
    ],
)
def test_the_demo_fills_the_mediators_team_and_no_other(tmp_path, teams, cases):
    with open_laptop(tmp_path, mediation, teams=teams) as laptop:
        for _ in range(2):
            laptop.plugins.tell("hongxian_demo_was_asked", store=laptop, seed=7)
        assert not problems_of(laptop)
        assert Case.select().where(Case.state == "archived").count() == cases
        assert Case.select().count() == (cases and cases + len(OPEN))
        assert bool(view(laptop, "deadlines").rows) == bool(cases)
        assert {each.scope.rpartition("-")[2] for each in Case.select()} <= {"a"}
        assert len({each.scope for each in Case.select()}) == (cases and cases + len(OPEN))
        assert all(each.name.startswith("示例·") for each in Party.select())
        assert all(re.fullmatch(r"100\d{8}", each.phone) for each in Party.select())


def test_the_demo_is_taken_in_by_the_hub_and_counted(two):
    all_, first, second = two
    with first:
        first.plugins.tell("hongxian_demo_was_asked", store=first, seed=7)
    all_.sync(first, second)
    assert not rejected(first)
    assert sum(row[2] for row in view(second, "figures").rows) == 30 + len(OPEN)
    assert sum(row[5] for row in view(second, "figures").rows) == 5


# -- on its page and in the calendar -----------------------------------------------------------------


def test_a_cases_page_says_where_it_stands_and_what_each_next_step_needs(laptop: Replica) -> None:
    id = case_at(laptop, "consented")
    with laptop:
        table = ask(laptop, View, "mediation.road", id)
    assert [row[0] for row in table.rows] == ["✓", "→", "", "", "", "", ""]
    assert table.rows[1][1] == Text("各方同意", "Consented")
    chosen = table.rows[2]
    assert chosen[2:] == [
        Text("选定调解员日期、选定方式、人民调解员", "Chosen on, Chosen by, Mediators"),
        "19",
    ]
    do(laptop, "void", id, reason="登错了")
    with laptop:
        assert ask(laptop, View, "mediation.road", id).note == Text("已作废", "Void")


def test_a_terminated_case_has_the_short_road(laptop: Replica) -> None:
    id = case_at(laptop)
    do(laptop, "terminate", id, because="withdrawn", remedies_told=True)
    with laptop:
        table = ask(laptop, View, "mediation.road", id)
    assert [row[0] for row in table.rows] == ["✓", "→", ""]


def test_deadlines_are_in_the_calendar_and_name_nobody(laptop: Replica) -> None:
    case_at(laptop, "agreed")
    with laptop:
        day = TERMS["perform_by"]
        [entry] = due_between(laptop, laptop.teams(), day, day)
    assert "履行协议" in entry.title.zh
    assert "示例" not in entry.title.zh
