"""Whether points are due: the hub asks, of each entry of the ledger that brings somebody points."""

from __future__ import annotations

from hongxian.contracts import Hours
from hongxian.quotas import Look
from hongxian.records import Values, same_id
from hongxian_plugins.reward_station.setting import Setting


def entry_id(word: str, about: str) -> str:
    """The id of a booking: one for each word and what it is about."""
    return same_id("reward_station.entry", word, about)


def part_key(about: str, person: str) -> str:
    """What tells the entry of a double's account apart: a redemption may be paid out of several."""
    return f"{about}:{person}"


def counts(hours: Hours, setting: Setting) -> bool:
    """Whether hours earn though they were entered later: only where a town says so."""
    return setting.late_entries_earn or not hours.late


def activity_of(hours: Hours, source: str) -> str:
    """What hours were served at; by themselves where whoever gives them does not say."""
    return hours.about or source


def is_earned(entry: Values, look: Look) -> bool:
    """Whether an entry has no more points than the hours that it is about are worth."""
    about, setting = entry["about"] or "", look.settings(Setting)
    hours = look.given(Hours, about)
    if hours is None or hours.person != entry["person"] or not counts(hours, setting):
        return False
    told = entry.get("activity") == activity_of(hours, about)
    if setting.activity_cap_minutes is not None and not told:  # by which the cap is judged
        return False
    minutes = min(int(entry["minutes"] or 0), hours.minutes)
    worth = minutes * setting.points_per_hour // 60
    is_its_own = bool(entry["id"] == entry_id("earned", entry["about"]))
    return is_its_own and int(entry["points"]) <= worth


def is_returned(entry: Values, look: Look) -> bool:
    """Whether an entry gives back what a redemption had cost that is reversed, once."""
    about, person = entry["about"] or "", entry["person"]
    redemption = look("reward_station.redemption", about)
    if redemption is None or not str(redemption["state"]).endswith("reversed"):  # as it travels
        return False
    key = about if redemption["person"] == person else part_key(about, person)
    spent = look("reward_station.entry", entry_id("spent", key))
    if spent is None or entry["id"] != entry_id("returned", key):
        return False
    gone = {"target": "spent", "person": person, "points": entry["points"]}
    return gone == {name: spent[name] for name in gone}
