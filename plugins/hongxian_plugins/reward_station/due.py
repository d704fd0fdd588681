"""Whether points are due: the hub asks, of each entry of the ledger that brings somebody points."""

from __future__ import annotations

from datetime import datetime

from hongxian import Look, Value, Values, same_id
from hongxian_plugins.reward_station.setting import Setting


def entry_id(word: str, about: str) -> str:
    """The id of a booking: one for each word and what it is about."""
    return same_id("reward_station.entry", word, about)


def part_key(about: str, person: str) -> str:
    """What tells the entry of a double's account apart: a redemption may be paid out of several."""
    return f"{about}:{person}"


def is_earned(entry: Values, look: Look) -> bool:
    """Whether an entry has no more points than the service that it is about was confirmed for.

    Service that was voided since had been confirmed too: what it earned is taken back by another entry.
    """
    served = look("service.attendance", entry["about"] or "")
    activity = look("service.activity", served["activity"]) if served else None
    if served is None or activity is None or activity["drill"]:
        return False
    minutes = min(int(entry["minutes"] or 0), minutes_of(served, activity))
    return (
        entry["id"] == entry_id("earned", entry["about"])
        and bool(served["confirmed_by"])
        and served["person"] == entry["person"]
        and int(entry["points"]) <= minutes * look.settings(Setting).points_per_hour // 60
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


def minutes_of(served: Values, activity: Values) -> int:
    """What an attendance counts for: the minutes written, else what in and out give up to the cap."""
    if served["minutes"] is not None:
        return int(served["minutes"])
    if served["signed_out"] is None:
        return 0
    stayed = _moment(served["signed_out"]) - _moment(served["signed_in"])
    minutes = int(stayed.total_seconds()) // 60
    cap = activity["shift_cap"]
    return minutes if cap is None else min(minutes, int(cap))


def _moment(value: Value) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)
