"""Mediation: the law's steps and no others."""

import re
from datetime import date, datetime, timedelta

import pytest

import hongxian_plugins.mediation as mediation
import hongxian_plugins.roster as roster
from hongxian import Due, Refused, Text
from hongxian_plugins.mediation import (
    Agreement,
    Case,
    Enclosure,
    Figure,
    Note,
    Party,
    Reading,
    Session,
    Setting,
    Visit,
)
from hongxian_plugins.mediation.case import ArchiveBook
from hongxian_plugins.mediation.deadlines import due_in_open_cases
from hongxian_plugins.mediation.steps import CASE
from hongxian_testing import in_both, refusing
from mediating import (
    ASKED,
    DAY,
    ROAD,
    TEAM,
    TERMS,
    case_at,
    do,
    edit,
    further,
    held,
    paper,
    terminate,
    view,
)
from places import DOCS

pytestmark = [pytest.mark.plugins(mediation), pytest.mark.teams(TEAM)]


def test_every_field_and_every_step_is_labelled_in_both_languages(laptop):
    models = (
        Case,
        Party,
        Session,
        Agreement,
        Visit,
        Enclosure,
        Reading,
        Note,
        Figure,
        ArchiveBook,
        Setting,
    )
    for model in models:
        own = laptop.store.collection(model._meta.collection).columns
        for name in own.keys() - {"changed", "period", "first", "numbers"}:
            field = model._meta.fields[name]
            assert in_both(field.verbose_name), f"{model}.{name}"
            assert in_both(field.help_text), f"{model}.{name}"
    for each in (*CASE.states, *CASE.transitions):
        assert in_both(each.title)


def test_the_manual_draws_the_road_of_a_case():
    manual = DOCS / "plugins" / "mediation.md"
    assert f"```mermaid\n{CASE.diagram('en')}\n```" in manual.read_text("utf-8")


def test_a_case_goes_the_whole_road_by_actions_and_each_is_offered_in_its_turn(laptop):
    id = case_at(laptop, "archived")
    case = held(laptop, id)
    assert (case.state, case.outcome) == ("archived", "agreed")
    assert case.mediators == {"示例·调解员一", "示例·调解员二"}
    assert {party.answer for party in Party.select()} == {"agreed"}
    assert Agreement.get().case == Session.get().case == Visit.get().case == id
    for step in CASE.transitions:
        with pytest.raises(Refused):
            do(laptop, step.name, id)


@pytest.mark.parametrize(
    ("state", "missing"),
    [
        ("consented", ["权利义务告知日期", "同意调解日期"]),
        ("chosen", ["选定调解员日期", "选定方式", "人民调解员"]),
        ("in_session", ["首次调解日期"]),
        ("agreed", ["协议生效日期"]),
        ("checked", ["履行检查日期", "履行情况"]),
        ("archived", ["归档日期", "卷宗编号", "归档结论"]),
        ("terminated", ["终止日期", "终止原因", "已告知其他途径"]),
    ],
)
def test_a_step_says_in_both_languages_what_it_still_needs(laptop, state, missing):
    before = "in_session" if state == "terminated" else ROAD[ROAD.index(state) - 1]
    id = case_at(laptop, before)
    with pytest.raises(Refused) as refused:
        edit(Case, id, state=state)
    assert in_both(refused.value.text)
    for label in missing:
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


def test_a_step_back_and_a_leap_are_refused(laptop):
    chosen = case_at(laptop, "chosen")
    for state in ("registered", "agreed"):
        with refusing(Refused, match="下一步可以是"):
            edit(Case, chosen, state=state)


def test_steps_come_in_the_order_of_their_days(laptop):
    id = case_at(laptop, "consented")
    with refusing(Refused, match="“选定调解员日期”2026-03-01 早于“同意调解日期”"):
        do(laptop, "choose", id, mediators="示例", chosen_by="parties", chosen_on="2026-03-01")


def test_a_step_is_of_today_unless_another_day_is_said(laptop):
    laptop.at("2026-03-05 10:00")
    case = held(laptop, case_at(laptop))
    do(laptop, "consent", case.id)
    assert held(laptop, case.id).consented_on == date(2026, 3, 5)


def test_a_state_that_an_earlier_release_wrote_as_its_name_alone_reads_and_goes_on(laptop):
    id = case_at(laptop, "chosen")
    with laptop.store.upkeep():
        laptop.store.database.execute_sql("UPDATE mediation_case SET state = 'chosen'")
    assert Case.select().where(Case.state == "chosen").count() == 1
    further(laptop, id, "archived")
    assert held(laptop, id).state == "archived"


# -- the law -------------------------------------------------------------------------------------


def test_a_refusal_stops_the_mediation(laptop):
    id = case_at(laptop)
    party = Party.get(Party.part == "respondent").id
    do(laptop, "refuse", id, party=party, remedies_told=True, ended_on=DAY)
    case = held(laptop, id)
    assert (case.state, case.ended_because) == ("terminated", "refused")
    assert Party.get_by_id(party).answer == "refused"


def test_a_refusal_that_was_typed_in_by_hand_stops_it_as_well(laptop):
    id = case_at(laptop)
    edit(Party, Party.get(Party.part == "respondent").id, answer="refused", answered_on=DAY)
    with refusing(Refused, match="不得调解"):
        further(laptop, id, "consented")
    terminate(laptop, id, because="refused")


def test_nobody_refuses_in_a_case_that_is_not_theirs(laptop):
    case_at(laptop)
    other = Party.get(Party.part == "respondent").id
    with refusing(Refused, match="no party"):
        do(laptop, "refuse", case_at(laptop), party=other, remedies_told=True)
    assert Party.get_by_id(other).answer == "asked"


def test_whoever_finds_no_agreement_is_told_of_the_other_remedies(laptop):
    id = case_at(laptop, "in_session")
    with refusing(Refused, match="已告知其他途径"):
        do(laptop, "terminate", id, ended_because="failed", remedies_told=False, ended_on=DAY)
    terminate(laptop, id)
    do(laptop, "archive", id, archived_on=DAY)
    assert held(laptop, id).outcome == "terminated"


def test_what_was_agreed_is_not_terminated_and_the_reverse(laptop):
    agreed, ended = case_at(laptop, "agreed"), case_at(laptop, "in_session")
    with refusing(Refused, match="ends once"):
        edit(Case, agreed, ended_on=DAY, ended_because="failed", remedies_told=True)
    terminate(laptop, ended)
    with refusing(Refused, match="ends once"):
        edit(Case, ended, agreed_on=DAY)
    for id in (agreed, ended):
        with pytest.raises(Refused):
            edit(Case, id, state="in_session")


def test_a_case_is_archived_under_the_end_that_it_had(laptop):
    id = case_at(laptop, "checked")
    filed = {"state": "archived", "archived_on": DAY, "archive_number": "1"}
    with refusing(Refused, match="ends once"):
        edit(Case, id, outcome="terminated", **filed)


def test_what_is_brought_in_as_archived_has_all_of_its_road(laptop):
    with refusing(Refused, match="归档还缺：权利义务告知日期"):
        Case.create(
            committee="示例",
            registered_on=DAY,
            kind="other",
            summary="示例",
            agreed_on=DAY,
            state="archived",
            archived_on=DAY,
            archive_number="1",
            outcome="agreed",
        )


@pytest.mark.parametrize(
    ("days", "values", "reason"),
    [
        (30, {"court_jointly": True}, None),
        (31, {"court_jointly": True}, "2026-04-01"),
        (31, {"court_jointly": True, "court_late_because": "末日为休假日"}, None),
        (3, {"court_jointly": False}, "共同申请"),
        (-1, {"court_jointly": True}, "before the agreement"),
    ],
)
def test_the_court_is_asked_jointly_within_thirty_days(laptop, days, values, reason):
    id = case_at(laptop, "agreed")
    filed = {"court_filed_on": DAY + timedelta(days=days), **values}
    if reason:
        with refusing(Refused, match=reason):
            do(laptop, "court", id, **filed)
    else:
        do(laptop, "court", id, **filed)
    assert (held(laptop, id).court_filed_on is None) == bool(reason)


def test_the_court_is_asked_over_an_agreement_only(laptop):
    with refusing(Refused, match="先有调解协议"):
        edit(Case, case_at(laptop, "in_session"), court_filed_on=DAY, court_jointly=True)


def test_an_agreement_not_performed_is_archived_once_the_parties_know_that_they_may_sue(laptop):
    id = case_at(laptop, "agreed")
    do(laptop, "check", id, performance="not", day=DAY)
    with refusing(Refused, match="向法院起诉"):
        do(laptop, "archive", id, archived_on=DAY)
    do(laptop, "check", id, performance="partly", remedies_told=True, day=DAY)
    do(laptop, "archive", id, archived_on=DAY)
    assert Visit.select().count() == 2


def test_a_risk_is_marked_at_once_and_answered_before_the_archive(laptop):
    id = case_at(laptop, "checked")
    assert "报告公安" in do(laptop, "risk", id, risk="public_order").zh
    assert "报告公安" in view(laptop, "deadlines").rows[0][2].zh
    with refusing(Refused, match="预防措施"):
        do(laptop, "archive", id, archived_on=DAY)
    do(laptop, "risk", id, risk="public_order", measures="示例：分开劝导")
    with refusing(Refused, match="报告公安日期.*when the police were told"):
        do(laptop, "archive", id, archived_on=DAY)
    do(laptop, "risk", id, risk="public_order", measures="示例：分开劝导", police_told_on=DAY)
    do(laptop, "archive", id, archived_on=DAY)


def test_an_agreement_holds_all_that_the_law_asks(laptop):
    id = case_at(laptop, "in_session")
    for name in ("facts", "dispute", "responsibility", "terms", "way"):
        with pytest.raises(Refused, match=rf"(?i){name}.*(must be filled in|is needed|missing)"):
            do(laptop, "agree", id, **{**TERMS, name: " "}, agreed_on=DAY)
    with pytest.raises(Refused):
        do(laptop, "agree", id, **{**TERMS, "perform_by": None}, agreed_on=DAY)
    assert held(laptop, id).state == "in_session"
    assert not Agreement.select().exists()
    with refusing(Refused, match="“Terms” must be filled in"):
        Agreement.create(case=id, **{**TERMS, "terms": " "})


def test_a_case_is_voided_with_a_reason_and_nothing_is_deleted(laptop):
    id = case_at(laptop, "archived")
    for model in (Case, Party, Session, Agreement, Visit):
        with refusing(Refused, match="never deleted"):
            model.delete().execute()
    with refusing(Refused, match="“Summary” stays"):
        edit(Case, id, summary="改写")
    with refusing(Refused, match="Archived"):
        edit(Session, Session.get().id, record="改写")
    with refusing(Refused, match="Say why"):
        edit(Case, id, voided=True)
    do(laptop, "void_case", id, void_reason="示例：登错")
    assert "作废：示例：登错" in paper(laptop, "application", id)


def test_a_case_that_is_void_takes_no_step(laptop):
    id = case_at(laptop, "agreed")
    do(laptop, "void_case", id, void_reason="示例：登错")
    for name in ("check", "court", "risk"):
        with refusing(Refused, match="现在的情况不能用"):
            do(laptop, name, id)


def test_an_archived_case_may_still_get_another_number_and_what_the_court_decided(laptop):
    id = case_at(laptop, "archived")
    edit(Case, id, archive_number="2026-示例-1", court_result="confirmed")
    Visit.create(case=id, performance="done")


def test_identity_numbers_are_kept_to_their_last_four(laptop):
    id = case_at(laptop)
    with refusing(Refused, match="identity number"):
        edit(Case, id, summary="某人 11010119900307000X 说")
    with refusing(Refused, match="identity number"):
        Note.create(day=DAY, about="110101199003070000")
    party = Party.get().id
    for wrong in ({"id_last4": "110101"}, {"id_last4": "12x4"}, {"phone": "12"}, {"age": 200}):
        with pytest.raises(Refused):
            edit(Party, party, **wrong)
    edit(Party, party, id_last4="012X", phone="10000000001", age=60)


# -- who the parties are, and what the place has agreed on ----------------------------------------


@pytest.mark.plugins(mediation, roster)
def test_a_party_is_picked_from_the_roster_or_typed_with_a_telephone(laptop):
    neighbour = roster.Person.create(name="示例·丙003")
    case_at(laptop, applicant="示例·丙003", respondent="示例·乙002 100 0000 0002")
    one, other = Party.select().order_by(Party.id)
    assert (one.name, one.person, one.phone) == ("示例·丙003", neighbour.id, None)
    assert (other.name, other.person, other.phone) == ("示例·乙002", None, "10000000002")
    neighbour.delete_instance()  # of a case nobody learns by what cannot be deleted
    assert "示例·丙003" in paper(laptop, "application", one.case)


def test_the_committee_of_the_place_stands_in_the_form(laptop, desk):
    asked = {name: value for name, value in ASKED.items() if name != "committee"}
    with pytest.raises(Refused):
        do(laptop, "accept", **asked)
    Setting.change(committee="示例社区人民调解委员会")
    page = desk.open("/do/mediation.accept").press("办理", **asked)
    assert "已登记" in page.text
    assert Case.get().committee == "示例社区人民调解委员会"


def test_the_first_page_names_mediation_where_a_case_is_registered(desk):
    acts = re.search(r'<div class="acts.*?</div>', desk.open("/").html, re.S)[0]
    assert re.findall(r'href="/do/mediation.accept">(?:<svg.*?</svg>)?\s*(\w+)', acts, re.S) == [
        "调解登记"
    ]


def test_what_a_form_asks_for_is_marked_and_a_refused_step_keeps_its_word(laptop, desk):
    def marked(html):
        found = re.findall(r"<(?:label|legend)[^>]*>(.*?)</(?:label|legend)>", html, re.S)
        told = [" ".join(re.sub("<[^>]+>", "", each).split()) for each in found]
        return {each.removesuffix(" 必填") for each in told if each.endswith("必填")}

    form = desk.open("/do/mediation.accept").html
    assert {"申请人", "人民调解委员会", "纠纷简要情况"} <= marked(form)
    case = case_at(laptop, "consented")
    held = desk.open("/do/mediation.accept").html
    assert f'value="{Case.get_by_id(case).committee}"' in held  # the one of the case before
    assert "人民调解委员会" not in marked(held)
    page = desk.open(f"/c/mediation.case/{case}")
    assert {"选定方式", "人民调解员"} <= marked(page.html)
    refused = page.press("选定调解员")
    assert {"选定方式", "人民调解员"} <= marked(refused.html)
    done = refused.press("选定调解员", chosen_by="parties", mediators="示例·丙003")
    assert Case.get_by_id(case).state == "chosen", done.text


def test_a_case_is_to_end_within_the_days_that_the_place_has_agreed_on(laptop):
    case_at(laptop, "chosen")
    for days, last in ((None, date(2026, 4, 1)), (10, date(2026, 3, 12))):
        if days:
            Setting.change(within_days=days)
        [due] = due_in_open_cases(laptop.store)
        assert isinstance(due, Due)
        assert due.on == last


# -- on its page and in the calendar -----------------------------------------------------------------


def test_a_cases_page_says_where_it_stands_and_what_each_next_step_needs(laptop, desk):
    id = case_at(laptop, "consented")
    page = desk.open(f"/c/mediation.case/{id}")
    for state in CASE.states:
        assert (state.title.zh in page.text) == (state.name in CASE.main_road)
    asked = page.press("选定调解员")
    for words in ("选定方式", "人民调解员", "人民调解法 19"):
        assert words in asked.text
    assert "同意调解日期" not in asked.text, "what stands there already is not asked again"
    do(laptop, "void_case", id, void_reason="登错了")
    assert "选定调解员" not in desk.open(f"/c/mediation.case/{id}").buttons


def test_a_terminated_case_leads_to_the_archive_alone(laptop, desk):
    id = case_at(laptop)
    terminate(laptop, id, because="withdrawn")
    page = desk.open(f"/c/mediation.case/{id}")
    assert {each.title.zh for each in CASE.transitions} & {*page.buttons} == {"归档"}
    assert "已终止" in page.text


def test_the_deadlines_come_soonest_first_and_name_nobody(laptop):
    laptop.at("2026-03-04 13:00")
    agreed, planned = case_at(laptop, "agreed"), case_at(laptop, "chosen")
    do(laptop, "plan", planned, planned_at="2026-03-06 09:00")
    case_at(laptop, "archived")
    table = view(laptop, "deadlines")
    assert [(str(row[0]), row[1]) for row in table.rows] == [
        ("2026-03-06", 2),
        ("2026-04-01", 28),
        ("2026-04-01", 28),
        ("2026-04-01", 28),
    ]
    assert sorted(table.ids) == sorted([planned, agreed, agreed, planned])
    assert "示例" not in str(table)
    do(laptop, "hold", planned, record="谈", held_at=datetime(2026, 3, 6, 9))
    terminate(laptop, planned, day=date(2026, 3, 7))
    do(laptop, "court", agreed, court_jointly=True, court_filed_on=DAY)
    assert [row[2] for row in view(laptop, "deadlines").rows] == [
        Text("履行协议（31）", "Performance")
    ]
    laptop.at("2026-05-01 13:00")
    assert [row[1] for row in view(laptop, "deadlines").rows] == [-30]
