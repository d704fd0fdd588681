"""Stars: who has the hours for one, what the community proposes, and what was awarded above."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hongxian import Record, Refused, Store, Text, action, local_today, step, view
from hongxian.contracts import Hours, given
from hongxian.doubles import Doubles, group
from hongxian.records import asked_as, same_id
from hongxian.shapes import Button, Table
from hongxian_plugins.certificates.checking import in_hours
from hongxian_plugins.certificates.honours import Star
from hongxian_plugins.certificates.lines import PERSON
from hongxian_plugins.certificates.settings import LEVELS, CertificateRules

_SHOWN = 200


def year_counted(store: Store) -> int:
    """The year whose hours count alone, or 0 for those of all years."""
    rules = CertificateRules.now(store)
    return local_today(store).year if rules.stars_count == "year" else 0


def minutes_of(store: Store, person: str | None = None) -> Counter[str]:
    """Confirmed minutes by person, as far as this laptop holds them, of the years that count."""
    year, doubles = year_counted(store), Doubles(PERSON)
    since = local_today(store).replace(month=1, day=1) if year else None
    minutes = Counter[str]()
    for _, each in given(store, Hours, person=person, since=since):
        if each is not None:
            minutes[doubles.first(each.person)] += each.minutes
    return minutes


def level_of(rules: CertificateRules, minutes: int) -> int:
    """The highest level for which somebody has the hours; 0 for none."""
    return max((each for each in LEVELS if minutes >= rules.hours_for(each) * 60), default=0)


@view(title=Text("够星级的人", "Stars reached"), menu=False, icon="star-fill")
def stars_reached(store: Store) -> Table:
    """Who has the hours for a star that nobody has proposed yet, the most hours first."""
    found = list(_reached(store))
    names = store.names_of(PERSON, [person for person, _, _ in found])
    rows = [
        [
            names.get(person, "…"),
            in_hours(minutes),
            level,
            Button(
                Text("申报", "Propose"), "certificates.propose_star", {"level": level}, id=person
            ),
        ]
        for person, minutes, level in found[:_SHOWN]
    ]
    return Table(
        [
            Text("姓名", "Name"),
            Text("时长", "Hours"),
            Text("星级", "Stars"),
            Text("下一步", "Next"),
        ],
        rows,
        ids=[person for person, _, _ in found[:_SHOWN]],
        of=PERSON,
        note=_PROPOSED,
    )


_PROPOSED = Text(
    "时间和质量都看；社区只申报，由上级评定。只算这台电脑上的记录。",
    "Time is not all, quality counts too. The community proposes, and others award. Of what is on this laptop.",
)


def _reached(store: Store) -> Iterator[tuple[str, int, int]]:
    rules, year = CertificateRules.now(store), year_counted(store)
    query = Star.select(Star.person, Star.level).where(Star.year == year)
    doubles, there = Doubles(PERSON), Counter[str]()
    for person, level in query.tuples():
        first = doubles.first(person)
        there[first] = max(there[first], level)
    for person, minutes in minutes_of(store).most_common():
        level = level_of(rules, minutes)
        if level > there[person]:
            yield person, minutes, level


@action(
    of=PERSON,
    title=Text("申报星级", "Propose a star"),
    asks=[asked_as(Star.level), Star.quality],
    icon="star-fill",
)
def propose_star(store: Store, person: Record, level: int, quality: str | None) -> Text:
    """The community says that somebody has the hours, and how well they served."""
    rules, year = CertificateRules.now(store), year_counted(store)
    minutes = sum(minutes_of(store, person.id).values())
    needed = rules.hours_for(level)
    if minutes < needed * 60:
        raise Refused(
            "{level} 星要 {needed} 小时，这里确认的是 {hours} 小时。",
            "{level} {level:star wants|stars want} {needed} {needed:hour|hours}, and {hours} are confirmed here.",
            level=level,
            needed=needed,
            hours=minutes // 60,
        )
    same = Star.person.in_(group(PERSON, person.id))
    if Star.select().where(same, Star.level == level, Star.year == year).exists():
        raise Refused(
            "{level} 星已经申报过了。",
            "{level} {level:star is|stars are} proposed already.",
            level=level,
        )
    Star.create(
        id=same_id("certificates.star", person.id, str(level), str(year)),
        person=person,
        level=level,
        year=year,
        minutes=minutes,
        quality=quality,
    )
    return Text("已申报 {level} 星", "{level} {level:star|stars} proposed").format(level=level)


@step(Star, "award", asks={"awarded_by": asked_as(Star.awarded_by, null=True)})
def award_star(store: Store, star: Star, awarded_by: str | None) -> None:
    """Who awards this level stands in the settings, unless somebody says another."""
    by = awarded_by or CertificateRules.now(store).awarded_by(star.level)
    if not by:
        raise Refused("写明由谁评定。", "Say who awarded it.")
    star.awarded_by = by
