"""What is due, as lines of what waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from hongxian.kit.duties import Due
from hongxian.model.record import Record
from hongxian.text import Text
from hongxian_client.desk.formatting import titles_of
from hongxian_client.replica.replica import Replica
from hongxian_web import words


@dataclass(frozen=True)
class Line:
    """One duty as a page shows it."""

    left: str
    """How many days there are still, or for how many it is overdue."""
    is_late: bool
    title: str
    url: str
    whose: str
    about: str = ""
    """What people call what it is about, where the title and `whose` do not say so."""
    kind: str = ""
    """The collection of what it is about."""
    hour: str = ""
    """Of a moment, such as 14:30."""
    has_come: bool = True
    """Whether its moment has come, or its day."""


def lines_of(replica: Replica, dues: list[Due], now: datetime) -> Iterator[Line]:
    """Duties for a page, in their order."""
    names = _names(replica, dues)
    for each in dues:
        days = (each.on - now.date()).days
        named = whose(replica, each)
        moment = each.day if isinstance(each.day, datetime) else None
        yield Line(
            left=_left(days),
            is_late=days < 0,
            title=words.marked(each.title),
            url=address_of(each.record),
            whose=words.marked(named) if named else "",
            about=_about(names, each.record, f"{words.shown(each.title)} {words.shown(named)}"),
            kind=each.record._meta.collection if each.record else "",
            hour=f"{moment:%H:%M}" if moment else "",
            has_come=moment <= now if moment else days <= 0,
        )


def _names(replica: Replica, dues: list[Due]) -> dict[str, dict[str, str]]:
    """What people call the records that duties are about, by collection and id."""
    ids: dict[str, list[str]] = defaultdict(list)
    for each in dues:
        if each.record is not None:
            ids[each.record._meta.collection].append(each.record.id)
    return {name: titles_of(replica, name, of_kind) for name, of_kind in ids.items()}


def _about(names: dict[str, dict[str, str]], record: Record | None, told: str) -> str:
    """What a record is called, where what is told does not say so; "" for none."""
    if record is None:
        return ""
    name = names[record._meta.collection].get(record.id, "")
    return "" if name.partition(" · ")[0] in told else name


def _left(days: int) -> str:
    if days == 0:
        return _("today")
    if days > 0:
        return ngettext("in %(days)s day", "in %(days)s days", days, days=days)
    return ngettext("%(days)s day late", "%(days)s days late", -days, days=-days)


def address_of(record: Record | None) -> str:
    """The page of a record that a duty is about; "" for none."""
    if record is None:
        return ""
    return url_for("records.show", name=record._meta.collection, id=record.id)


def whose(replica: Replica, due: Due) -> Text | str:
    """The person whose it is, or which of several teams; "" where that says nothing."""
    if isinstance(due.to, str):
        teams = replica.teams()
        return teams.get(due.to, "") if len(teams) > 1 else ""
    names = replica.collection(due.to._meta.collection).names_of([due.to.id])
    return names.get(due.to.id, "")
