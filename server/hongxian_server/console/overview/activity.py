"""What was taken in week by week, by the laptops' teams."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from flask_babel import gettext as _

from hongxian.collections.local_time import local_moment, moment_of
from hongxian.words.incarnation import is_hubs
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.tables import journal
from hongxian_server.tables.access import incarnations

WEEKS = 12
"""Of which the activity is drawn, the present one with them."""
MOST_PARTS = 4
"""Teams that are drawn each by itself; those with less to tell are summed up."""


def activity(hub: Hub) -> tuple[list[str], list[tuple[str, list[int]]]]:
    """The weeks' first days, and a series for each team, the largest first."""
    today = local_moment(hub.now()).replace(hour=0, minute=0, second=0)
    monday = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    owners = _teams_by_incarnation()
    counted: dict[str, Counter[int]] = {}
    for owner, week, count in journal.by_week(moment_of(monday)):
        if not is_hubs(owner):
            counted.setdefault(owners.get(owner, "—"), Counter())[week] += count
    ranked = sorted(counted.items(), key=lambda each: -each[1].total())
    parts, rest = ranked[:MOST_PARTS], ranked[MOST_PARTS:]
    if rest:
        parts.append((_("the others"), sum((each for _name, each in rest), Counter())))
    labels = [f"{monday + timedelta(weeks=week):%m-%d}" for week in range(WEEKS)]
    return labels, [(name, [counts[week] for week in range(WEEKS)]) for name, counts in parts]


def _teams_by_incarnation() -> dict[int, str]:
    """Of each laptop the names of its teams: what one of several teams wrote is told of them all."""
    return {
        each.id: " + ".join(devices.named_scopes(each.laptop).values()) or each.name
        for each in incarnations()
    }
