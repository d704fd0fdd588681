"""Each laptop as a small card: when it was last here, and what waits on it."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from hongxian_server.console.formatting import clock, days_since
from hongxian_server.hub import Hub
from hongxian_server.tables.access import Incarnation, incarnations

AWAY_DAYS = 3
"""Days without a sync from which on a laptop is away: a week-end with a holiday is none."""
LONG_AWAY_DAYS = 14
"""From which on somebody has to ask after it."""
MOST = 16
"""Cards, those that are away first; the page of laptops has all."""
_JUST_NOW, _HOUR = 5, 60


@dataclass(frozen=True)
class Card:
    """One laptop as the keeper sees it in passing; `tone` is the look's."""

    laptop: Incarnation
    tone: str
    when: str
    what: str

    @property
    def is_away(self) -> bool:
        """Whether it has not been here for days."""
        return self.tone in ("wait", "stop")


def cards(hub: Hub) -> list[Card]:
    """One for each laptop, those whose access has ended last."""
    replaced = Incarnation.left_behind | Incarnation.fenced
    every = incarnations().where(~replaced).order_by(Incarnation.number)
    found = [card_of(hub, each) for each in every]
    return sorted(found, key=lambda each: each.laptop.revoked)


def most_telling(found: list[Card]) -> list[Card]:
    """As many as have room: all where they do, else those that are away first."""
    if len(found) <= MOST:
        return found
    ranked = sorted(found, key=lambda each: (each.laptop.revoked, not each.is_away))
    return ranked[:MOST]


def card_of(hub: Hub, laptop: Incarnation) -> Card:
    """The card of one laptop."""
    now, seen = hub.now(), laptop.last_seen
    if laptop.revoked:
        left = _("last here %(when)s", when=clock(now, seen)) if seen else _("never came")
        return Card(laptop, "rest", _("access ended"), left)
    if not seen:
        return Card(laptop, "plan", _("not here yet"), "")
    days = days_since(now, seen)
    waiting = _("%(n)s unsent", n=laptop.unsent) if laptop.unsent else _("all sent")
    if days < AWAY_DAYS:
        return Card(laptop, "done", _lately(now, seen), waiting)
    tone = "stop" if days >= LONG_AWAY_DAYS else "wait"
    return Card(
        laptop, tone, ngettext("%(days)s day away", "%(days)s days away", days, days=days), waiting
    )


def _lately(now: int, seen: int) -> str:
    minutes = (now - seen) // 60_000
    if minutes < _JUST_NOW:
        return _("just now")
    if minutes < _HOUR:
        return _("%(n)s min ago", n=minutes)
    return clock(now, seen)
