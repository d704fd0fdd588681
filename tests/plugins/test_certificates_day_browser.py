"""A day of certificates in a real browser: somebody asks for one, and another comes to have one checked."""

import pytest
from playwright.sync_api import Browser, expect

import hongxian_plugins.certificates as certificates
import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from certifying import TEAM, two
from days import Work, at_work, in_every_look
from hongxian_plugins.certificates import Certificate, CertificateRules, Entry, Line
from hongxian_plugins.roster import Person
from hongxian_testing import Laptop, Neighbourhood

pytestmark = [pytest.mark.plugins(roster, service, certificates), pytest.mark.teams(TEAM)]
ISSUED = "a certificate, from a person's page to the paper"


@in_every_look
def test_a_day_of_certificates(
    neighbourhood: Neighbourhood, chromium: Browser, locale: str, size: str
) -> None:
    laptop, other = two(neighbourhood)
    with laptop:
        CertificateRules.change(responsible="示例·主任", contact="100 0000 0001")
        person = Person.get().id
    with at_work(laptop.store, chromium, locale, size) as work:
        _issues_one(laptop, work, person)
        if size != "wide":
            work.steps.stand_in_the_manual(ISSUED, size)
        serial = _prints_it(laptop, work)
        _revokes_it(laptop, work)
    neighbourhood.meet()
    with at_work(other.store, chromium, locale, size) as table:
        table.at("/view/certificates.check_serial")
        table.fill("code", serial.lower())
        table.press("form .btn-red")
        shown = table.tab.locator("main")
        expect(shown).to_contain_text(serial)
        expect(shown).to_contain_text("已作废" if locale == "zh-CN" else "Revoked")
        assert "甲001" not in shown.inner_text()


def _issues_one(laptop: Laptop, work: Work, person: str) -> None:
    work.tab.goto(f"{work.address}/c/roster.person/{person}")
    work.press("a[href^='/do/certificates.begin_certificate/']")
    work.press("form .btn-red")
    with laptop:
        certificate = Certificate.get()
        assert Line.select().count() == 3
    assert work.tab.url.endswith(certificate.id)
    work.press("a[href^='/view/certificates.look_through/']")
    work.press_here(".tk")
    expect(work.tab.locator("main .tk.on")).to_be_visible()
    work.press(f"a[href$='/c/certificates.certificate/{certificate.id}'].btn")
    work.press(".next .btn-red")
    with laptop:
        assert Certificate.get().minutes == 240


def _prints_it(laptop: Laptop, work: Work) -> str:
    with laptop:
        certificate = Certificate.get()
    with work.tab.expect_response("**/print/certificates.certificate_paper/*") as sheet:
        work.steps.click(work.tab.locator("main a[href*='certificate_paper']").first)
    assert certificate.serial in sheet.value.text()
    return str(certificate.serial)


def _revokes_it(laptop: Laptop, work: Work) -> None:
    with laptop:
        certificate = Certificate.get().id
    work.at(f"/do/certificates.revoke/{certificate}")
    work.fill("why", "示例：姓名写错")
    work.press("form .btn-red")
    with laptop:
        assert Entry.get().revoked
