"""The day and the hour as the community tells them (Asia/Shanghai has had no summer time since 1991)."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from hongxian import Store

SHANGHAI = timezone(timedelta(hours=8))


def present_moment(store: Store) -> datetime:
    """Now, to the second, corrected by what the hub said of this laptop's clock."""
    moment = datetime.fromtimestamp(store.clock().milliseconds() // 1000, SHANGHAI)
    return moment.replace(tzinfo=None)


def today(store: Store) -> date:
    """The day of now."""
    return present_moment(store).date()
