"""The lines of a certificate: drawn from confirmed hours, whoever gives them, and sealed by a digest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256

from hongxian import Store
from hongxian.contracts import Hours, given
from hongxian.doubles import group
from hongxian.records import Values, same_id
from hongxian_plugins.certificates.papers import Certificate, Line

PERSON = "roster.person"


def draw_lines(store: Store, certificate: Certificate) -> int:
    """Make a line of each confirmed service of the period that has none; how many there are now.

    What stands on another valid certificate is left out at first: hours are not told twice unasked.
    """
    there = {each.source: each for each in lines_of(certificate)}
    elsewhere = certified(certificate.person)
    drawn = dict(_drawn(store, certificate))
    new = [
        {**values, "left_out": source in elsewhere}
        for source, values in drawn.items()
        if source not in there
    ]
    if new:
        store.create(Line, new)
    for each in there.values():  # what counts otherwise by now, or no more
        values = drawn.get(each.source, {"left_out": True})
        if any(getattr(each, name) != values[name] for name in values if name in _FOLLOWS):
            kept = {name: values[name] for name in values if name in _FOLLOWS}
            store.edit(Line, {each.id: kept})
    return len(drawn)


_FOLLOWS = ("day", "begins", "ends", "minutes", "left_out")
"""What a line that is drawn again takes over; what somebody typed stays."""


def _drawn(store: Store, certificate: Certificate) -> Iterator[tuple[str, Values]]:
    hours = given(
        store, Hours, person=certificate.person, since=certificate.since, until=certificate.until
    )
    for source, each in hours:
        yield source, line_of(certificate, source, each)


def line_of(certificate: Certificate, source: str, hours: Hours) -> Values:
    """What a line says of confirmed hours; the same record on whatever laptop draws it."""
    return {
        "id": same_id("certificates.line", certificate.id, source),
        "scope": certificate.scope,
        "certificate": certificate.id,
        "person": certificate.person,
        "source": source,
        "day": hours.day,
        "begins": hours.begins.time() if hours.begins else None,
        "ends": hours.ends.time() if hours.ends else None,
        "activity": hours.activity[:120],
        "content": (hours.note or hours.activity)[:120],
        "minutes": hours.minutes,
        "platform_no": hours.platform_no or None,
    }


def lines_of(certificate: Certificate) -> list[Line]:
    """All that were drawn for it, by day."""
    query = Line.select().where(Line.certificate == certificate.id)
    return list(query.order_by(Line.day, Line.id))


def is_still_so(store: Store, certificate: Certificate) -> bool:
    """Whether all that is to be listed is confirmed, and counts as it did when it was drawn."""
    drawn = dict(_drawn(store, certificate))
    return all(
        each.source in drawn and drawn[each.source]["minutes"] == each.minutes
        for each in listed(certificate)
    )


def listed(certificate: Certificate) -> list[Line]:
    """Those that stand on the paper, or will."""
    is_out = certificate.serial is not None
    return [
        each for each in lines_of(certificate) if (each.on_paper if is_out else not each.left_out)
    ]


def certified(person: str) -> dict[str, Line]:
    """By source the lines of a person that stand on a certificate which is valid; of two either."""
    valid = Certificate.select(Certificate.id).where(Certificate.state == "issued")
    lines = Line.select().where(
        Line.person.in_(group(PERSON, person)),
        Line.on_paper == True,  # noqa: E712
        Line.certificate.in_(valid),
    )
    return {each.source: each for each in lines}


def digest_of(certificate: Certificate, lines: Iterable[Line]) -> str:
    """SHA-256 over what a paper says: whose, who issued it, and each line with its source."""
    told = [
        *(certificate.serial, certificate.person, certificate.issuer),
        *(_day(certificate.since), _day(certificate.until)),
        sorted(_told(each) for each in lines),
    ]
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def _told(line: Line) -> list[str]:
    return [
        *(_day(line.day), line.source, line.activity, line.content),
        *(str(line.minutes), line.platform_no or ""),
    ]


def _day(day: date) -> str:
    return day.isoformat()
