"""Certificates on laptops that were offline and meet: serials, what turned out otherwise, what was revoked."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import hongxian_plugins.certificates as certificates
import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from certifying import COMMITTEE, FIRST, NOW, TEAM, anew, begin, fill, issue, out, serve, two
from hongxian import Refused
from hongxian.records import Device
from hongxian_plugins.certificates import Certificate, CertificateRules, Entry, Line
from hongxian_plugins.certificates.checking import code_of
from hongxian_plugins.certificates.page import is_signed
from hongxian_plugins.roster import Person
from hongxian_plugins.service import Attendance
from hongxian_testing import Clock, refusing
from hongxian_testing.neighbourhood import open_neighbourhood

pytestmark = [pytest.mark.plugins(roster, service, certificates), pytest.mark.teams(TEAM)]
OTHERS = "示例·二队"


def void(record: Attendance) -> None:
    Attendance.update(voided=True, void_reason="记到别人名下").where(
        Attendance.id == record.id
    ).execute()


def checked(laptop, serial):
    [row] = laptop.view("certificates.check_serial", code=serial).rows
    return row[1].word.zh


def test_two_issue_the_same_month_and_have_two_serials_with_the_overlap_shown(neighbourhood):
    a, b = two(neighbourhood)
    first, second = issue(a), issue(b)
    assert first.serial != second.serial
    neighbourhood.meet()
    for laptop in (a, b):
        assert [t for t in laptop.tasks if "3 条" in t.zh and first.serial in t.zh]
        assert checked(laptop, first.serial) == checked(laptop, second.serial) == "有效"
        with laptop:
            assert laptop.view("certificates.record_of", Person.get()).stats[0].value == 6
            assert is_signed(laptop.store, first)
    b.do("certificates.revoke", second, why="重复")
    neighbourhood.meet()
    for laptop in (a, b):
        assert not laptop.tasks
        assert (checked(laptop, first.serial), checked(laptop, second.serial)) == ("有效", "已作废")


def test_what_is_voided_after_issue_leaves_the_paper_and_asks_whether_to_revoke_or_keep(
    neighbourhood,
):
    a, b = two(neighbourhood)
    certificate = issue(a)
    neighbourhood.meet()
    with b:
        void(Attendance.select().order_by(Attendance.signed_in).first())
    neighbourhood.meet()
    for laptop in (a, b):
        assert [t for t in laptop.tasks if "120→0" in t.zh and "作废，或写明原因保留" in t.zh]
        assert anew(laptop, certificate).minutes == 360
    assert "6 小时" in a.print("certificates.certificate_paper", certificate)
    a.do("certificates.keep", certificate, kept="本人确实到了，另有签到表")
    neighbourhood.meet()
    for laptop in (a, b):
        assert not laptop.tasks
        assert checked(laptop, certificate.serial) == "有效"


def test_what_was_voided_before_anybody_there_knew_of_the_paper_is_found_by_the_hub(neighbourhood):
    a, b = two(neighbourhood)
    certificate = issue(a)
    with b:
        void(Attendance.get())
    neighbourhood.meet()
    assert not anew(a, certificate).changed
    for _ in range(2):  # what came since the last walk is left to the next
        neighbourhood.tidy()
    neighbourhood.meet()
    assert [t for t in a.tasks if "120→0" in t.zh]


def test_a_laptop_that_is_away_says_valid_as_of_its_last_sync_and_then_revoked(neighbourhood):
    a, b = two(neighbourhood)
    certificate = issue(a)
    neighbourhood.meet()
    a.at("2026-04-02 10:00")
    a.do("certificates.revoke", certificate, why="姓名写错")
    a.sync()
    table = b.view("certificates.check_serial", code=certificate.serial)
    assert table.rows[0][1].word.zh == "有效"
    assert "2026-03-31 20:00" in table.note.zh
    b.sync()
    table = b.view("certificates.check_serial", code=certificate.serial)
    assert table.rows[0][1].word.zh == "已作废"
    assert "2026-04-02 10:00" in table.note.zh


def test_the_laptop_signs_the_lines_and_a_changed_one_is_seen(neighbourhood):
    one, other = two(neighbourhood)
    certificate = issue(one)
    neighbourhood.meet()
    with other:
        assert is_signed(other.store, certificate)
        certificate.until = date(2027, 1, 1)
        assert not is_signed(other.store, certificate)


def signature(laptop, certificate):
    facts = laptop.view("certificates.at_first_sight", certificate)
    [told] = [(each.word.zh, each.tone) for each in facts.tags if "签名" in each.word.zh]
    return told


def test_the_laptop_that_issued_knows_its_own_signature_before_it_has_ever_synced(neighbourhood):
    neighbourhood.clock.set(NOW)
    one = neighbourhood.laptop(TEAM)
    fill(one)
    certificate = issue(one)
    with one:
        assert not Device.select().exists()
        code = code_of(one.store, certificate).text
    assert signature(one, certificate) == ("签名对得上", "done")
    assert checked(one, code) == "有效"
    one.sync()
    assert signature(one, certificate) == ("签名对得上", "done")


def test_the_demonstrations_certificates_bear_signatures_that_hold_at_once(laptop):
    laptop.at("2026-04-01 09:00")
    for each in (roster, service, certificates):
        with laptop:
            each.hongxian_demo_was_asked(laptop.store, 20230301)
    with laptop:
        issued = list(Certificate.select().where(Certificate.state == "issued"))
    assert issued
    assert {signature(laptop, each) for each in issued} == {("签名对得上", "done")}


def test_the_code_on_the_paper_leads_to_the_same_answer_and_another_is_refused(neighbourhood):
    one, other = two(neighbourhood)
    certificate = issue(one)
    neighbourhood.meet()
    with one:
        code = code_of(one.store, certificate).text
    [row] = other.view("certificates.check_serial", code=code).rows
    assert row[0] == certificate.serial
    with refusing(Refused, match="QR code"):
        other.view("certificates.check_serial", code="A" * 188)


def test_another_teams_laptop_can_check_and_holds_nothing_of_the_person(neighbourhood):
    a, _ = two(neighbourhood)
    other = neighbourhood.laptop(OTHERS)
    certificate = begin(a)
    with a:
        Line.update(content="示例内容零零七").where(Line.certificate == certificate.id).execute()
    certificate = out(a, certificate, handler="示例经办零零七")
    neighbourhood.meet()
    assert checked(other, certificate.serial) == "有效"
    for told in ("示例内容零零七", "示例经办零零七"):
        assert a.holds(told)
        assert not other.holds(told)


def test_one_declines_and_one_issues_and_the_paper_that_is_out_stands(neighbourhood):
    a, b = two(neighbourhood)
    certificate = begin(a)
    neighbourhood.meet()
    certificate = out(a, certificate)
    b.do("certificates.decline", certificate, why="不齐")
    neighbourhood.meet()
    for laptop in (a, b):
        assert anew(laptop, certificate).state == "issued"
        assert laptop.conflicts


def test_two_who_check_one_application_draw_the_same_lines(neighbourhood):
    a, b = two(neighbourhood)
    with a:
        asked = Certificate.create(
            person=Person.get(), since=date(2026, 3, 1), until=date(2026, 3, 31), title="示例"
        )
    neighbourhood.meet()
    for laptop in (a, b):
        laptop.do("certificates.check", asked)
    neighbourhood.meet()
    for laptop in (a, b):
        with laptop:
            assert Line.select().count() == 3
    with b:
        Line.update(left_out=True).where(Line.day == FIRST).execute()
    out(a, asked)
    neighbourhood.meet()
    for laptop in (a, b):
        assert anew(laptop, asked).minutes == 360, "what was on paper before stays there"


def test_the_hub_takes_no_entry_without_a_paper(neighbourhood):
    a, _ = two(neighbourhood)
    with a:
        told = {"serial": "YH2026-7777", "number": "7777", "year": 2026, "letters": "YH"}
        Entry.create(**told, issuer=COMMITTEE, surname="示*", minutes=6_000)
    a.sync()
    assert any("没有对应的证明" in why.zh for why in a.refused)
    a.discard()


def test_a_committee_that_another_laptop_named_meanwhile_counts_from_then_on(neighbourhood):
    a, b = two(neighbourhood)
    certificate = begin(b)
    with a:
        CertificateRules.change(issuer="示例新社区居民委员会", letters="XS")
    neighbourhood.meet()
    issued = out(b, certificate)
    assert issued.serial.startswith("XS2026-")
    assert issued.issuer == "示例新社区居民委员会"
    with b, pytest.raises(Refused):
        Certificate.update(issuer=COMMITTEE).where(Certificate.id == issued.id).execute()


@settings(suppress_health_check=[*HealthCheck], max_examples=4)
@given(
    steps=st.lists(
        st.tuples(st.integers(0, 1), st.sampled_from(("issue", "sync"))), min_size=3, max_size=7
    )
)
def test_no_serial_is_on_two_papers_in_whatever_order_they_issue_and_meet(steps, tmp_path_factory):
    folder = tmp_path_factory.mktemp("serials")
    clock = Clock()
    clock.set(NOW)
    with open_neighbourhood(folder, roster, service, certificates, clock=clock) as neighbourhood:
        laptops = two(neighbourhood, days=1)
        serials = []
        for number, what in steps:
            laptop = laptops[number]
            if what == "sync":
                laptop.sync()
                continue
            with laptop:
                serve(Person.get(), FIRST + timedelta(days=1 + len(serials)))
            serials.append(issue(laptop).serial)
        neighbourhood.meet()
        assert len(serials) == len(set(serials))
        for laptop in laptops:
            with laptop:
                there = [each.serial for each in Entry.select()]
            assert sorted(there) == sorted(serials)
            assert not laptop.refused
