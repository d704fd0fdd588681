"""What a unit hears each quarter: who of those that consent served how often, how long and at what.

A letter keeps its number, its unit and its quarter, and nobody's name: the lines are worked out when it is
printed, from the consents that stand then (个人信息保护法 23).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from peewee import CharField, DateField

from hongxian import (
    Book,
    Due,
    Record,
    Reference,
    SeriesField,
    Store,
    Text,
    action,
    local_today,
    reminder,
    view,
)
from hongxian.contracts import Presence as Given
from hongxian.contracts import given
from hongxian.days import minutes_together, month_away
from hongxian.doubles import Doubles
from hongxian.records import Consent, Consents, consent_said, withdraw_consent
from hongxian.shapes import Button, Facts, Print, Table, Tag
from hongxian_plugins.mobilise.people import PEOPLE
from hongxian_plugins.mobilise.reporting.members import FEEDBACK, Report
from hongxian_plugins.mobilise.reporting.units import Unit

_DUE_DAYS = 15


class LetterBook(Book):
    """Books of numbers for the letters."""

    class Meta:
        collection = "mobilise.letter_book"
        title = Text("反馈函簿", "Books of letters")
        menu = False


class Letter(Record):
    """Letters to units."""

    number = SeriesField(
        LetterBook,
        per="year",
        verbose_name=Text("编号", "Number"),
        max_length=20,
        help_text=Text("函号，自动给。", "Given by itself."),
    )
    unit = Reference(
        "mobilise.unit",
        verbose_name=Text("单位", "Unit"),
        index=True,
        help_text=Text("发给哪个单位。", "To which unit."),
    )
    quarter = CharField(
        verbose_name=Text("季度", "Quarter"),
        max_length=7,
        help_text=Text("如：2026-Q1。", "Such as 2026-Q1."),
    )
    day = DateField(
        verbose_name=Text("日期", "Day"),
        default=local_today,
        help_text=Text("发函的日子。", "The day of the letter."),
    )

    class Meta:
        collection = "mobilise.letter"
        title = Text("季度反馈函", "Quarterly letters")
        menu = False
        order = "-day"
        known_by = ("number",)


@dataclass(frozen=True)
class Served:
    """What one person did in some days."""

    times: int
    minutes: int
    what: tuple[str, ...]


def served(store: Store, since: date, until: date) -> dict[str, Served]:
    """Of the confirmed presences in some days, whoever keeps them: by person how often, how long, at what.

    Who was entered twice stands under the first of their records.
    """
    doubles, found = Doubles(PEOPLE), defaultdict[str, list[Given]](list)
    for _, each in given(store, Given, since=since, until=until):
        if not each.void:
            found[doubles.first(each.person)].append(each)
    return {
        person: Served(
            times=len({each.about for each in those}),
            minutes=minutes_together((each.begins, each.ends) for each in those),
            what=tuple(dict.fromkeys(each.activity for each in those)),
        )
        for person, those in found.items()
    }


def quarter_before(day: date) -> str:
    """The last quarter that was over on a day: 2026-Q1."""
    last = month_away(day, -((day.month - 1) % 3)) - timedelta(days=1)
    return f"{last.year}-Q{(last.month + 2) // 3}"


def days_of(quarter: str) -> tuple[date, date]:
    """The first and the last day of a quarter."""
    first = date(int(quarter[:4]), 3 * int(quarter[-1]) - 2, 1)
    return first, month_away(first, 3) - timedelta(days=1)


def told_by_unit(store: Store, quarter: str) -> dict[str, list[tuple[Report, Served]]]:
    """By unit, of this team's members who served and consent now, what it may hear."""
    did, doubles, agreed = served(store, *days_of(quarter)), Doubles(PEOPLE), Consents(FEEDBACK)
    told = defaultdict[str, list[tuple[Report, Served]]](list)
    for report in Report.select().order_by(Report.id) if did else ():
        person = doubles.first(report.person)
        if person in did and agreed.said(person, report.scope):
            told[report.unit].append((report, did[person]))
    return told


def hours_in_words(minutes: int) -> str:
    """2.5 for 150 minutes."""
    return f"{minutes / 60:.1f}".removesuffix(".0")


@view(title=Text("季度反馈函", "Quarterly letters"), icon="journal-text", menu=False)
def letters(store: Store) -> Table:
    """Each unit with what it may hear of the last quarter: a press makes the letter, another prints it."""
    quarter = quarter_before(local_today(store))
    made = {
        each.unit: each
        for each in Letter.select().where(Letter.quarter == quarter).order_by(Letter.id)
    }
    rows, of_units = [], told_by_unit(store, quarter)
    for unit in Unit.select().order_by(Unit.name):
        told = of_units.get(unit.id, [])
        if not told and unit.id not in made:
            continue
        minutes = sum(did.minutes for _, did in told)
        press = _press(made.get(unit.id), unit, quarter)
        rows.append([unit.name, len(told), hours_in_words(minutes), press])
    heads = (
        Text("单位", "Unit"),
        Text("同意反馈的人", "Who consent"),
        Text("小时", "Hours"),
        Text("反馈函", "Letter"),
    )
    return Table(
        heads,
        rows,
        note=Text(
            "{quarter}；没有同意的人不在内。", "{quarter}; without those who do not consent."
        ).format(quarter=quarter),
    )


def _press(letter: Letter | None, unit: Unit, quarter: str) -> Button | Print:
    if letter is not None:
        return Print(str(letter.number), "mobilise.letter_paper", letter.id)
    values = {"quarter": quarter}
    return Button(
        Text("做反馈函", "Make the letter"), "mobilise.make_letter", values, unit.id, at_once=True
    )


@action(
    of=Unit,
    title=Text("做反馈函", "Make the letter"),
    menu=False,
    asks={"quarter": CharField(verbose_name=Letter.quarter.verbose_name, max_length=7)},
)
def make_letter(store: Store, unit: Unit, quarter: str) -> Text:
    """Give the letter of a quarter its number; what stands in it is looked up when it is printed."""
    with store.transaction():
        letter = Letter.create(number=Letter.number.draw(), unit=unit, quarter=quarter)
    return Text("反馈函 {number}", "Letter {number}").format(number=letter.number)


@reminder()
def letters_due(store: Store) -> Iterator[Due]:
    """Units that may hear of the last quarter and have no letter yet."""
    quarter = quarter_before(local_today(store))
    made = Letter.select(Letter.unit).where(Letter.quarter == quarter)
    day = days_of(quarter)[1] + timedelta(days=_DUE_DAYS)
    others = Unit.select().where(Unit.id.not_in(made)).order_by(Unit.name)
    told_of = told_by_unit(store, quarter)
    waits = [each for each in others if told_of.get(each.id)]
    if waits:
        told = Text("{n} 个单位的 {quarter} 反馈函", "Letters for {quarter} to {n} {n:unit|units}")
        yield Due(day, told.format(n=len(waits), quarter=quarter), waits[0])


@view(title=Text("各单位服务时长", "Hours by unit"), menu=False)
def hours_by_unit(store: Store) -> Table:
    """This year's hours of each unit's members who consent to that; nobody's name."""
    today = local_today(store)
    did, doubles = served(store, date(today.year, 1, 1), today), Doubles(PEOPLE)
    said, agreed = Consents(FEEDBACK), defaultdict[str, list[str]](list)
    for report in Report.select():
        if said.said(report.person, report.scope):
            agreed[report.unit].append(doubles.first(report.person))
    rows = []
    for unit in Unit.select().order_by(Unit.name):
        if people := agreed.get(unit.id):
            minutes = sum(did[each].minutes for each in people if each in did)
            rows.append([unit.name, unit.branch or "", len(people), hours_in_words(minutes)])
    heads = (
        Text("单位", "Unit"),
        Text("支部", "Branch"),
        Text("人", "People"),
        Text("小时", "Hours"),
    )
    return Table(heads, rows)


# -- whether a unit may be told of somebody --------------------------------------------------------


_MAY = Tag(Text("同意", "Yes"), "done")
_MAY_NOT = Tag(Text("没有同意", "No"), "rest")


def may_be_told(report: Report) -> bool:
    """Whether their last word to this team is a yes."""
    return bool(consent_said(report.person, FEEDBACK, report.scope))


@view(of=Report, title=Text("反馈给单位", "Feedback"))
def feedback(store: Store, report: Report) -> Facts:
    """How it stands now: what a letter that is printed now would hold."""
    told = _MAY if may_be_told(report) else _MAY_NOT
    return Facts([(Text("服务情况反馈给单位", "Their unit may be told"), told)])


@action(
    of=Report,
    title=Text("本人同意反馈给单位", "Their unit may be told"),
    when=lambda report: not may_be_told(report),
)
def agree(store: Store, report: Report) -> Text:
    """They said yes to this by itself, on paper or aloud (个人信息保护法 23)."""
    Consent.create(person=report.person, kind=FEEDBACK, scope=report.scope)
    return Text("记下了：同意。", "Noted: yes.")


@action(
    of=Report,
    title=Text("撤回反馈给单位的同意", "Their unit is to be told no more"),
    when=may_be_told,
)
def withdraw(store: Store, report: Report) -> Text:
    """They take it back (15): no letter that is printed from now on has a line of them."""
    withdraw_consent(report.person, FEEDBACK, report.scope)
    return Text(
        "已撤回；之后打印的反馈函没有这个人。", "Withdrawn: letters printed from now on omit them."
    )
