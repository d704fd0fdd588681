"""Certificates: what the law asks of a paper, who issues it, what is frozen, and what whoever checks may know."""

from datetime import date, timedelta

import pytest

import hongxian_plugins.certificates as certificates
import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from certifying import (
    COMMITTEE,
    FIRST,
    LONG,
    MARCH,
    NOW,
    TEAM,
    anew,
    begin,
    fill,
    issue,
    out,
    serve,
)
from hongxian import Refused
from hongxian.errors import OnlyMovesForward
from hongxian_plugins.certificates import (
    Award,
    Certificate,
    CertificateRules,
    Entry,
    Line,
    Objection,
    Star,
    Training,
)
from hongxian_plugins.certificates.report import drawn_of
from hongxian_plugins.certificates.sheets import columns_of
from hongxian_plugins.certificates.steps import CERTIFICATE, OBJECTION, STAR
from hongxian_plugins.roster import Person
from hongxian_plugins.service import Attendance
from hongxian_testing import Clock, Laptop, in_both, refusing
from places import TOP

pytestmark = [pytest.mark.plugins(roster, service, certificates), pytest.mark.teams(TEAM)]
NASTY = "<script>alert('甲')</script>"


@pytest.fixture
def one(hongxian_clock: Clock, laptop: Laptop) -> Laptop:
    hongxian_clock.set(NOW)
    fill(laptop)
    return laptop


def edit(record, **values):
    model = type(record)
    model.update(**values).where(model.id == record.id).execute()


def test_every_field_has_a_label_and_a_help_in_both_languages(laptop):
    for name in (each for each in laptop.store.collections if each.startswith("certificates.")):
        for column in laptop.store.collection(name).columns.values():
            assert in_both(column.label), (name, column.name)
            assert in_both(column.help), (name, column.name)


def test_the_manual_draws_its_states():
    manual = (TOP / "docs" / "plugins" / "certificates.md").read_text("utf-8")
    for workflow in (CERTIFICATE, STAR, OBJECTION):
        assert f"```mermaid\n{workflow.diagram('en')}\n```" in manual


def test_a_certificate_lists_what_was_confirmed_in_its_period_and_nothing_else(one):
    with one:
        person = Person.get()
        serve(person, date(2026, 4, 1))
        late = serve(person, FIRST + timedelta(days=9))
        edit(late, voided=True, void_reason="记错")
    certificate = issue(one)
    with one:
        lines = list(Line.select().where(Line.certificate == certificate.id))
    assert {each.day for each in lines} == {FIRST + timedelta(days=n) for n in range(3)}
    assert certificate.minutes == 360 == sum(each.minutes for each in lines)


def test_article_15_time_content_and_recording_unit_stand_on_the_paper(one):
    certificate = issue(one)
    for language, hours in (("zh", "6 小时 00 分"), ("en", "6 h 00 min")):
        paper = one.print("certificates.certificate_paper", certificate, language)
        for told in (certificate.serial, hours, "学习室值班", COMMITTEE, "示例·甲001"):
            assert told in paper


def test_article_26_no_team_issues_a_certificate(one):
    with one:
        CertificateRules.change(issuer=TEAM)
    certificate = begin(one)
    with refusing(Refused, match="是队伍.*is a team"):
        out(one, certificate)
    with one:
        CertificateRules.change(issuer=None)
    with refusing(Refused, match="先在.*First name the issuer"):
        out(one, certificate)


def test_article_26_whoever_writes_another_issuer_by_hand_is_refused(one):
    certificate = begin(one)
    with one, refusing(Refused, match="不是“红马甲”"):
        edit(certificate, state="issued", issuer="红马甲", serial="YH2026-9999", minutes=360)


def test_what_is_issued_by_hand_without_lines_and_register_is_refused(one):
    certificate = begin(one)
    with one, refusing(Refused, match="请用“出具”这一步"):
        edit(certificate, state="issued", issuer=COMMITTEE, serial="YH2026-9999", minutes=360)


def test_notice_149_wants_a_week_of_publicity_a_seal_and_who_is_responsible(one):
    certificate = begin(one, form="149")
    one.do("certificates.publish", certificate)
    assert "志愿服务时长公示" in one.print("certificates.publicity", certificate)
    with refusing(Refused, match="公示满 7 天.*2026-04-07"):
        out(one, certificate, **LONG)
    one.at("2026-04-07 09:00")
    assert any("公示期满" in each.title.zh for each in one.due())
    with refusing(Refused, match="还缺“盖章”"):
        out(one, certificate, **{**LONG, "seal": False})
    paper = one.print("certificates.certificate_paper", out(one, certificate, **LONG))
    for told in ("证件号码（用笔填）", LONG["responsible"], LONG["contact"], "盖章"):
        assert told in paper


def test_form_67_asks_for_no_identity_number(one):
    assert "证件号码" not in one.print("certificates.certificate_paper", issue(one))


def test_no_field_of_any_collection_takes_an_identity_number(laptop):
    for name in (each for each in laptop.store.collections if each.startswith("certificates.")):
        for column in laptop.store.collection(name).columns.values():
            assert not {"identity", "id_number"} & {column.name}
            assert "身份证" not in column.label.zh


def test_article_14_and_16_free_of_charge_and_not_for_commerce_is_said_on_paper(one):
    paper = one.print("certificates.certificate_paper", issue(one))
    assert "免费出具，不得用于商业目的" in paper


def test_what_is_not_on_the_platform_is_marked_and_what_is_is_not(one):
    certificate = begin(one)
    with one:
        line = Line.select().order_by(Line.day).first()
        edit(line, platform_no="JS-0001")
    paper = one.print("certificates.certificate_paper", out(one, certificate))
    assert paper.count("<td>未录入平台</td>") == 2
    assert "江苏志愿服务" in paper


def test_lines_that_are_left_out_stand_on_no_paper(one):
    certificate = begin(one)
    with one:
        edit(Line.select().order_by(Line.day).first(), left_out=True)
    assert out(one, certificate).minutes == 240


def test_what_is_out_is_frozen_with_its_lines(one):
    certificate = issue(one)
    with one:
        line = Line.get()
        for values in ({"minutes": 999}, {"content": "别的"}):
            with pytest.raises(Refused):
                edit(line, **values)
        for values in ({"minutes": 999}, {"person": Person.create(name="示例·乙").id}):
            with pytest.raises(Refused):
                edit(certificate, **values)
        with refusing(Refused, match="不再加行"):
            Line.create(
                certificate=certificate,
                person=certificate.person,
                source="made-up",
                day=FIRST,
                activity="值班",
                content="值班",
                minutes=600,
                on_paper=True,
            )
        for record in (certificate, line, Entry.get()):
            with pytest.raises(Refused):
                record.delete_instance()


def test_what_changed_since_it_was_checked_is_drawn_again_before_it_is_issued(one):
    certificate = begin(one)
    with one:
        edit(Attendance.get(), voided=True, void_reason="记错")
    with refusing(Refused, match="请先“重新取记录”"):
        out(one, certificate)
    one.do("certificates.draw_again", certificate)
    assert out(one, certificate).minutes == 240


def test_a_certificate_is_revoked_with_a_reason_and_stays_and_its_serial_is_not_used_again(one):
    certificate = issue(one)
    with refusing(Refused, match="必须填写"):
        one.do("certificates.revoke", certificate)
    one.do("certificates.revoke", certificate, why="姓名写错")
    again = anew(one, certificate)
    assert (again.state, again.why, again.serial) == ("revoked", "姓名写错", certificate.serial)
    with one:
        assert Entry.get().revoked
        with pytest.raises(OnlyMovesForward):
            edit(Entry.get(), revoked=False)
    assert issue(one).serial != certificate.serial
    with refusing(Refused, match="现在的情况不能用"):
        one.print("certificates.certificate_paper", certificate)


def test_whoever_checks_learns_valid_or_not_the_hours_the_issuer_and_a_surname(one):
    certificate = issue(one)
    table = one.view("certificates.check_serial", code=f" {certificate.serial.lower()} ")
    [row] = table.rows
    assert [row[0], row[1].word.zh, row[3], row[4]] == [
        certificate.serial,
        "有效",
        COMMITTEE,
        "示*",
    ]
    assert "甲001" not in str(table)
    [row] = one.view("certificates.check_serial", code="YH2026-9999").rows
    assert row[1].word.zh == "查不到"


@pytest.mark.parametrize(
    "typed",
    ["{0}", "{1}", " {2} ", "{3}", "{4}", "{5}", "{6}"],
    ids=["whole", "no suffix", "blanks", "wide", "no zeros", "another dash", "no dash"],
)
def test_a_serial_is_found_however_it_is_typed_and_without_its_suffix(one, typed):
    serial = issue(one).serial
    plain, dash, suffix = serial.rpartition("-")
    assert (plain.count("-"), suffix[:1]) == (1, "B")  # this laptop has no book yet
    head, number = plain.split("-")
    wide = plain.translate({each: each + 0xFEE0 for each in range(0x21, 0x7F)})
    ways = (
        *(serial, plain, f"{head.lower()} - {number} {dash} {suffix}", wide),
        *(f"{head}-{int(number)}", f"{head}—{number}", f"{head}{number}"),
    )
    [row] = one.view("certificates.check_serial", code=typed.format(*ways)).rows
    assert (row[0], row[1].word.zh) == (serial, "有效")


def test_of_one_number_with_two_suffixes_both_are_told_and_a_longer_number_is_another(one):
    serial = issue(one).serial
    plain = serial.rpartition("-")[0]
    with one:
        told = {name: getattr(Entry.get(), name) for name in ("issuer", "minutes", "issued_on")}
        Entry.create(serial=f"{plain}-B999", **told)
        Entry.create(serial=f"{plain}7-B999", **told)
    rows = one.view("certificates.check_serial", code=plain).rows
    assert {row[0] for row in rows} == {serial, f"{plain}-B999"}


def test_the_list_of_what_is_to_be_done_leads_to_the_form_for_somebody(one, desk):
    page = desk.open("/view/certificates.waiting")
    assert "/do/certificates.begin_for" in page.html
    with one:
        person = Person.get().id
    asked = {name: str(value) for name, value in MARCH.items()}
    desk.open("/do/certificates.begin_for").press("办理", person=person, **asked)
    with one:
        assert (Certificate.get().person, Line.select().count()) == (person, 3)


def test_who_has_no_confirmed_hours_is_told_before_anything_is_made(one):
    with one:
        other = Person.create(name="示例·乙002").id
    for act in ("begin_for", "begin_certificate"):
        who = {"person": other} if act == "begin_for" else {}
        with one, refusing(Refused, match="0 小时.*0 h are confirmed"):
            one.do(f"certificates.{act}", *([] if who else [other]), **who, **MARCH)
    with one:
        assert not Certificate.select().exists()


def test_the_chat_tells_the_serial_and_nobodys_name(one):
    certificate = issue(one)
    said = one.view("certificates.told", certificate).text
    assert certificate.serial in said.zh
    assert "甲001" not in said.zh


def test_hours_on_two_certificates_are_shown_and_counted_once(one):
    first = issue(one)
    second = begin(one)
    with one:
        assert all(each.left_out for each in Line.select().where(Line.certificate == second.id))
        for line in Line.select().where(Line.certificate == second.id):
            edit(line, left_out=False)
    second = out(one, second)
    assert any(first.serial in str(each.zh) and "3 条" in each.zh for each in one.tasks)
    with one:
        stats = one.view("certificates.record_of", Person.get()).stats
    assert stats[0].value == 6
    one.do("certificates.revoke", first, why="重复")
    assert not one.tasks
    one.do("certificates.revoke", second, why="也不对")
    with one:
        assert not one.view("certificates.record_of", Person.get()).stats


def test_stars_count_by_the_settings_and_are_proposed_here_and_awarded_elsewhere(one):
    with one:
        person = Person.get()
        CertificateRules.change(star_1=6, star_2=7, awards_low="示例县级")
    assert [row[2] for row in one.view("certificates.stars_reached").rows] == [1]
    with refusing(Refused, match="2 星要 7 小时，这里确认的是 6 小时"):
        one.do("certificates.propose_star", person, level=2)
    one.do("certificates.propose_star", person, level=1, quality="评价好")
    assert not one.view("certificates.stars_reached").rows
    with refusing(Refused, match="已经申报过"):
        one.do("certificates.propose_star", person, level=1)
    with one:
        star = Star.get()
    assert star.state == "proposed"
    with pytest.raises(Refused):
        one.print("certificates.star_card", star)
    one.do("certificates.award", star)
    card = one.print("certificates.star_card", star)
    assert "★" in card
    assert "示例县级" in card


def test_stars_of_a_year_begin_anew_with_it(one):
    with one:
        CertificateRules.change(star_1=6, stars_count="year")
    assert len(one.view("certificates.stars_reached").rows) == 1
    one.at("2027-01-02 09:00")
    assert not one.view("certificates.stars_reached").rows


def test_trainings_and_awards_are_recorded_and_are_no_hours(one):
    with one:
        person = Person.get()
        told = {"person": person, "giver": "示例街道", "day": FIRST}
        Training.create(name="急救班", content="包扎", minutes=180, **told)
        Award.create(name="优秀志愿者", **told)
        with refusing(Refused, match="还没到"):
            Award.create(name="优秀志愿者", **{**told, "day": date(2030, 5, 1)})
        told = one.view("certificates.honours_of", person).facts
        hours = one.view("certificates.record_of", person).stats
    assert [(label.zh, link.title) for label, link in told] == [
        ("培训", "急救班"),
        ("表彰", "优秀志愿者"),
    ]
    assert not hours


def test_trainings_come_in_from_a_list_of_others_and_the_same_list_twice_doubles_nothing(
    one, tmp_path
):
    sheet = tmp_path / "培训.csv"
    sheet.write_text(
        "志愿者,课程,内容,学时（分钟）,举办单位,培训日期\n示例·甲001,急救班,包扎,180,示例街道,2026-03-02\n"
    )
    for new in (1, 0):
        assert one.bring_in("certificates.training", sheet).new == new


def test_article_13_an_objection_is_answered_in_time_and_says_what_became_of_it(one):
    with one:
        objection = Objection.create(person=Person.get(), what="少记半小时")
    [due] = [each for each in one.due() if "异议" in each.title.zh]
    assert due.day == date(2026, 4, 5)
    one.do("certificates.verify", objection)
    with pytest.raises(Refused):
        one.do("certificates.correct", objection)
    one.do("certificates.correct", objection, answer="补记 30 分钟")
    assert not [each for each in one.due() if "异议" in each.title.zh]


def test_article_18_the_year_adds_up(one):
    issue(one)
    issue_again(one)
    one.do("certificates.revoke", issue_again(one), why="重复")
    numbers = {row[0].zh: row[1] for row in one.view("certificates.year_numbers", year=2026).rows}
    assert numbers["参加服务的志愿者"] == 1
    assert numbers["服务时长（小时）"] == 6
    assert (numbers["开出证明"], numbers["其中作废"]) == (3, 1)
    for language in ("zh", "en"):
        assert COMMITTEE in one.print("certificates.year_report", None, language, year=2026)


def issue_again(one: Laptop) -> Certificate:
    certificate = begin(one)
    with one:
        for line in Line.select().where(Line.certificate == certificate.id):
            edit(line, left_out=False)
    return out(one, certificate)


def test_articles_21_and_22_a_spot_check_is_drawn_alike_and_shows_what_counts_no_more(one):
    certificate = issue(one)
    with one:
        edit(Attendance.get(), voided=True, void_reason="记错")
        assert [each.id for each in drawn_of(2026, 5)] == [certificate.id]
        assert drawn_of(2025, 5) == []
        assert drawn_of(2026, -1) == []
    for language, gone in (("zh", "不再计"), ("en", "Counts no more")):
        pack = one.print("certificates.spot_check", None, language, year=2026, how_many=5)
        assert certificate.serial in pack
        assert pack.count(gone) == 1


def test_the_list_for_a_platform_has_the_columns_of_the_settings_in_their_order(one):
    certificate = issue(one)
    with one:
        CertificateRules.change(exported="day，name, nothing,minutes")
    page = one.print("certificates.platform_list", certificate)
    assert [page.index(f">{each}<") for each in ("日期", "姓名", "时长")] == sorted(
        page.index(f">{each}<") for each in ("日期", "姓名", "时长")
    )
    assert "志愿者编号" not in page
    assert columns_of("") == columns_of("nothing")


def test_more_lines_than_a_page_has_room_for_go_onto_an_annex(one):
    with one:
        for number in range(10):
            serve(Person.get(), FIRST + timedelta(days=5 + number))
    certificate = issue(one)
    assert "明细见附页" in one.print("certificates.certificate_paper", certificate)
    for language in ("zh", "en"):
        assert one.print("certificates.annex", certificate, language).count("学习室值班") == 13


def test_what_people_typed_is_escaped_on_every_sheet(one):
    with one:
        CertificateRules.change(issuer=NASTY, star_1=1, awards_low=NASTY)
        edit(Person.get(), name=NASTY[:40])
        serve(Person.get(), FIRST + timedelta(days=6), title=NASTY)
    certificate = issue(one, handler=NASTY)
    one.do("certificates.propose_star", certificate.person, level=1)
    with one:
        star = Star.get()
    one.do("certificates.award", star)
    papers = [
        *(one.print(f"certificates.{each}", certificate) for each in _SHEETS),
        one.print("certificates.star_card", star),
        one.print("certificates.spot_check", year=2026),
        one.print("certificates.year_report", year=2026),
    ]
    for paper in papers:
        assert "&lt;script&gt;" in paper
        assert "<script>alert" not in paper


_SHEETS = ("certificate_paper", "annex", "platform_list")


def test_what_cannot_be_is_refused(one):
    with refusing(Refused, match="早于"):
        begin(one, since=date(2026, 4, 1), until=date(2026, 3, 1))
    empty = begin(one)
    with one:
        Line.update(left_out=True).where(Line.certificate == empty.id).execute()
    with refusing(Refused, match="没有可列入"):
        out(one, empty)
    with one, pytest.raises(Refused):
        Star.create(person=Person.get(), level=6, minutes=1)
