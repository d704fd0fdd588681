"""A year in numbers (民政部令第67号 18), and the pack for a spot check (21, 22)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from hashlib import sha256

from peewee import IntegerField

from hongxian import Record, Store, Text, document, local_today, view
from hongxian.contracts import Hours, given
from hongxian.doubles import Doubles
from hongxian.records import present_store
from hongxian.shapes import Section, Sheet, Signed, Table
from hongxian_plugins.certificates.checking import in_hours
from hongxian_plugins.certificates.honours import Award, Objection, Star, Training
from hongxian_plugins.certificates.lines import PERSON, listed
from hongxian_plugins.certificates.page import SIGNATURE, is_signed
from hongxian_plugins.certificates.papers import OUT, Certificate
from hongxian_plugins.certificates.register import Entry
from hongxian_plugins.certificates.settings import CertificateRules

_YEAR = IntegerField(
    verbose_name=Text("年", "Year"),
    default=lambda: local_today(present_store()).year,
    help_text=Text("哪一年，如 2026。", "Such as 2026."),
)
_HOW_MANY = IntegerField(
    verbose_name=Text("抽几份", "How many"),
    default=5,
    help_text=Text(
        "从当年开出的里抽；同一年每次抽到的一样。", "Of those of the year; the same each time."
    ),
)
MOST_DRAWN = 50
_HEADS = (Text("项目", "What"), Text("数", "Number"))


def in_year(year: int) -> tuple[date, date]:
    """Its first and its last day."""
    return date(year, 1, 1), date(year, 12, 31)


def numbers_of(store: Store, year: int) -> list[tuple[Text, object]]:
    """What the year's report asks, as far as this laptop holds it."""
    first, last = in_year(year)
    people, minutes, doubles = set[str](), 0, Doubles(PERSON)
    for _, each in given(store, Hours, since=first, until=last):
        people.add(doubles.first(each.person))
        minutes += each.minutes
    entries = list(Entry.select(Entry.revoked).where(Entry.year == year).tuples())
    out = Counter(revoked for (revoked,) in entries)
    stars = Star.select().where(Star.state == "awarded", Star.awarded_on.between(first, last))
    return [
        (Text("参加服务的志愿者", "Volunteers who served"), len(people)),
        (Text("服务时长（小时）", "Hours of service"), minutes // 60),
        (Text("开出证明", "Certificates issued"), len(entries)),
        (Text("其中作废", "Of them revoked"), out[True]),
        (Text("培训人次", "Trainings"), _count(Training, Training.day, first, last)),
        (Text("表彰", "Awards"), _count(Award, Award.day, first, last)),
        (Text("评定星级", "Stars awarded"), stars.count()),
        (Text("异议", "Objections"), _count(Objection, Objection.raised_on, first, last)),
    ]


def _count(model: type[Record], day: object, first: date, last: date) -> int:
    return int(model.select().where(day.between(first, last)).count())  # type: ignore[attr-defined]


@view(title=Text("年度统计", "The year in numbers"), menu=False, asks={"year": _YEAR})
def year_numbers(store: Store, year: int) -> Table:
    """Volunteers, hours, certificates, trainings, awards, stars and objections of a year."""
    return Table(_HEADS, numbers_of(store, year), note=_HERE)


_HERE = Text(
    "按这台电脑上的记录；证明和星级是全社区的。",
    "Of what is on this laptop; certificates and stars are the whole community's.",
)


@document(title=Text("年度统计表", "Report of a year"), menu=False, asks={"year": _YEAR})
def year_report(store: Store, year: int) -> Sheet:
    """For the committee's yearly report, to be signed."""
    return Sheet(
        Text("志愿服务记录与证明年度统计表（{year}）", "Volunteer service of {year}").format(
            year=year
        ),
        [
            [CertificateRules.now(store).issuer],
            Table(_HEADS, numbers_of(store, year)),
            Signed([Text("经办人", "Handled by"), Text("负责人", "Responsible")], seal=_UNIT),
        ],
        note=_HERE,
    )


_UNIT = Text("记录单位", "Recording unit")
_LINES = (
    Text("日期", "Day"),
    Text("项目", "Activity"),
    Text("时长", "Time"),
    Text("现在", "Now"),
    Text("依据", "Source"),
    Text("核对", "Checked"),
)


@document(
    title=Text("抽查包", "Pack for a spot check"),
    menu=False,
    asks={"year": _YEAR, "how_many": _HOW_MANY},
)
def spot_check(store: Store, year: int, how_many: int) -> Sheet:
    """Some of a year's certificates with each line, what its source says now, and room for who checks."""
    drawn = drawn_of(year, how_many)
    parts: list[object] = []
    for each in drawn:
        parts += _of_one(store, each)
    lacking = [] if drawn else [Text("这一年没有开出证明。", "None was issued that year.")]
    return Sheet(
        Text(
            "志愿服务证明抽查（{year}，{n} 份）",
            "Spot check of {year}: {n} {n:certificate|certificates}",
        ).format(year=year, n=len(drawn)),
        [*lacking, *parts, Signed([Text("抽查人", "Checked by")])],  # type: ignore[list-item]
        roomy=True,
    )


def drawn_of(year: int, how_many: int) -> list[Certificate]:
    """So many of a year, drawn by the hash of their serials: the same by whoever draws, and not of their choice."""
    query = Certificate.select().where(
        Certificate.state.in_(OUT), Certificate.issued_on.between(*in_year(year))
    )
    by_hash = sorted(query, key=lambda each: sha256(str(each.serial).encode()).digest())
    return by_hash[: max(0, min(how_many, MOST_DRAWN))]


_GONE = Text("不再计", "Counts no more")


def _of_one(store: Store, certificate: Certificate) -> Iterator[object]:
    now = {
        id: in_hours(each.minutes) for id, each in given(store, Hours, person=certificate.person)
    }
    told: Sequence[object] = [
        store.name_of(PERSON, certificate.person),
        Text("{since} 至 {until}", "{since} to {until}").format(
            since=certificate.since, until=certificate.until
        ),
        in_hours(certificate.minutes or 0),
        dict(Certificate.state.choices).get(certificate.state, ""),
        SIGNATURE[is_signed(store, certificate)][0],
    ]
    yield Section(str(certificate.serial), lines=0)
    yield list(told)
    yield Table(
        _LINES,
        [
            [
                each.day,
                each.activity,
                in_hours(each.minutes),
                now.get(each.source, _GONE),
                each.source[-6:],
                "",
            ]
            for each in listed(certificate)
        ],
    )
