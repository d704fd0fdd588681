"""Certificates on phones: one asks for one and objects; anybody checks a serial and learns what a desk shows."""

from datetime import date
from pathlib import Path

import pytest

import hongxian_plugins.certificates as certificates
import hongxian_plugins.roster as roster
import hongxian_plugins.service as service
from certifying import issue, two
from hands import Hand
from hongxian_plugins.certificates import Certificate, Objection, Star
from hongxian_plugins.certificates.checking import code_of
from hongxian_plugins.roster import Membership, Person
from hongxian_server.hub import Hub
from hongxian_server.membership import pace
from hongxian_testing import Neighbourhood
from hongxian_testing.laptop import with_only

TEAM = "team-1"

pytestmark = pytest.mark.plugins(roster, service, certificates)


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    plugins = with_only((roster, service, certificates))
    return Hub.init(tmp_path / "hub", "示例社区", plugins=plugins)


def person(name: str) -> Person:
    made = Person.create(name=name, scope="community")
    Membership.create(person=made, scope=TEAM)
    return made


def test_somebody_asks_for_one_certificate_at_a_time_in_the_scope_of_their_team(hub: Hub) -> None:
    with hub:
        one = person("示例·甲001")
    mine = Hand(hub, one)
    asked = {"since": "2026-01-01", "until": "2026-03-31"}
    assert "申请了" in mine.do("certificates.ask_for_one", **asked)
    assert "还没办好" in mine.do("certificates.ask_for_one", **asked)
    with hub:
        [made] = Certificate.select()
        assert (made.state, made.person, made.scope) == ("asked", one.id, TEAM)
    assert "2026-01-01 至 2026-03-31 申请" in mine.read()


def test_somebody_sees_their_certificates_and_stars_and_objects_and_nobody_else_does(
    hub: Hub,
) -> None:
    with hub:
        one, other = person("示例·甲001"), person("示例·甲002")
        told = {"person": one, "scope": TEAM, "since": date(2026, 1, 1), "until": date(2026, 3, 31)}
        certificate = Certificate.create(title="示例", state="checking", **told)
        Star.create(person=one, level=2, year=0, minutes=9_000, state="proposed")
    mine, theirs = Hand(hub, one), Hand(hub, other)
    assert "2 星 已申报" in mine.read()
    page = f"/of/certificates.certificate/{certificate.id}"
    assert "2026-01-01 至 2026-03-31" in mine.read(page)
    mine.do("certificates.object_to_this", certificate.id, what="少了一次")
    for n in range(3):
        mine.do("certificates.object_to_hours", what=f"三月少了 {n}")
    assert mine.status == 400
    with hub:
        assert {each.person for each in Objection.select()} == {one.id}
        assert Objection.select().count() == 3
        assert Objection.select().where(Objection.certificate == certificate.id).count() == 1
    theirs.open(page)
    assert theirs.status == 404
    theirs.do("certificates.object_to_this", certificate.id, what="？")
    assert theirs.status == 404
    assert "2 星" not in theirs.read()


def test_anybody_checks_a_serial_by_typing_or_scanning_and_learns_a_surname_alone(
    neighbourhood: Neighbourhood, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "NETWORKS_PACE", ((9, 60_000),))
    laptop, _ = two(neighbourhood)
    issued = issue(laptop)
    with laptop:
        paper = code_of(laptop.store, issued)
    assert paper is not None
    neighbourhood.meet()
    anybody, check = Hand(neighbourhood.hub), "/view/certificates.check_serial"
    told = anybody.read(check, code=issued.serial.partition("-B")[0].lower())
    assert f"{issued.serial} 结果 有效" in told
    assert "6 小时 00 分" in told
    assert "示*" in told
    assert "甲001" not in told
    assert "本机" not in told
    assert "查不到" in anybody.read(check, code="YH2026-9999")
    for scanned in (issued.serial, paper.text):
        assert "certificates.check_serial" in anybody.scan(f"http://localhost/m/#{scanned}")
    assert anybody.scan("http://localhost/m/#ZZZ") == ""
    for n in range(9):
        anybody.open(check, code=f"YH2026-{n:04}")
    assert anybody.status == 429
