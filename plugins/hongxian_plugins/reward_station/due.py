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


def is_earned(entry: Values, look: Look) -> bool:
    """Whether an entry has no more points than the hours that it is about are worth."""
    hours = look.given(Hours, entry["about"] or "")
    return (
        hours is not None
        and entry["id"] == entry_id("earned", entry["about"])
        and hours.person == entry["person"]
        and int(entry["points"])
        <= min(int(entry["minutes"] or 0), hours.minutes)
        * look.settings(Setting).points_per_hour
        // 60
    )


def is_returned(entry: Values, look: Look) -> bool:
    """Whether an entry gives back what a redemption had cost that is reversed, once."""
    redemption = look("reward_station.redemption", entry["about"] or "")
    if redemption is None or redemption["state"] != "reversed":
        return False
    is_own = redemption["person"] == entry["person"]
    key = entry["about"] if is_own else part_key(entry["about"], entry["person"])
    spent = look("reward_station.entry", entry_id("spent", key))
    return (
        spent is not None
        and entry["id"] == entry_id("returned", key)
        and spent["target"] == "spent"
        and spent["person"] == entry["person"]
        and spent["points"] == entry["points"]
    )
