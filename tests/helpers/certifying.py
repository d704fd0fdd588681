"""Laptops on which somebody has served, and what their certificates say."""

from datetime import date, datetime, timedelta

from hongxian import Record
from hongxian_plugins.certificates import Certificate, CertificateRules
from hongxian_plugins.roster import Person
from hongxian_plugins.service import Activity, Attendance
from hongxian_testing import Laptop, Neighbourhood

NOW = "2026-03-31 20:00"
TEAM = "示例·一队"
COMMITTEE = "示例社区居民委员会"
FIRST = date(2026, 3, 2)
MARCH = {"since": date(2026, 3, 1), "until": date(2026, 3, 31), "form": "67"}
LONG = {
    "responsible": "示例·主任",
    "handler": "示例·经办",
    "contact": "100 0000 0001",
    "seal": True,
}


def two(neighbourhood: Neighbourhood, days: int = 3) -> tuple[Laptop, Laptop]:
    """Laptops of one team that know the committee, and somebody who served on some days."""
    neighbourhood.clock.set(NOW)
    first, second = neighbourhood.laptop(TEAM), neighbourhood.laptop(TEAM)
    fill(first, days)
    neighbourhood.meet()
    return first, second


def fill(laptop: Laptop, days: int = 3) -> None:
    """A committee that issues, and somebody who served on some days."""
    with laptop:
        CertificateRules.change(issuer=COMMITTEE, letters="YH")
        person = Person.create(name="示例·甲001")
        for number in range(days):
            serve(person, FIRST + timedelta(days=number))


def serve(person: Record, day: date, hours: int = 2, title: str = "学习室值班") -> Attendance:
    """One confirmed service of somebody."""
    activity = Activity.create(title=f"{title} {day}", day=day, state="confirmed")
    came = datetime.combine(day, datetime.min.time()) + timedelta(hours=9)
    return Attendance.create(
        activity=activity,
        person=person,
        signed_in=came,
        signed_out=came + timedelta(hours=hours),
        confirmed_by="示例·队长",
    )


def begin(laptop: Laptop, **asked: object) -> Certificate:
    """A certificate of March whose lines are to be looked through."""
    with laptop:
        laptop.do("certificates.begin_certificate", Person.get(), **{**MARCH, **asked})
        return Certificate.select().order_by(Certificate.id.desc()).get()


def issue(laptop: Laptop, **asked: object) -> Certificate:
    """One that is out."""
    certificate = begin(laptop)
    return out(laptop, certificate, **asked)


def out(laptop: Laptop, certificate: Certificate, **asked: object) -> Certificate:
    """The same by its step."""
    with laptop:
        laptop.do("certificates.issue", certificate, **{"handler": "示例·经办", **asked})
        return Certificate.get_by_id(certificate.id)


def anew(laptop: Laptop, certificate: Certificate) -> Certificate:
    """As it stands on a laptop."""
    with laptop:
        return Certificate.get_by_id(certificate.id)
