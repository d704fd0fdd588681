"""The day and the hour as the community tells them."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

from hongxian.collections.store_protocol import PresentStore, present_store
from hongxian.text import Text

SHANGHAI = timezone(timedelta(hours=8))
"""Asia/Shanghai, which has had no summer time since 1991; Windows brings no time zones of its own."""


def local_now(store: PresentStore | None = None) -> datetime:
    """This moment to the second, without a zone; corrected by what the hub said of the laptop's clock.

    A field's `default=local_now` names no store, and the present one tells.
    """
    return local_moment((store or present_store()).clock().milliseconds())


def local_minute(store: PresentStore | None = None) -> datetime:
    """The same to the minute, for times that are added up."""
    return local_now(store).replace(second=0)


def local_moment(milliseconds: int) -> datetime:
    """A moment, in milliseconds since 1970, to the second, without a zone."""
    return zoned_moment(milliseconds).replace(tzinfo=None)


def zoned_moment(milliseconds: int) -> datetime:
    """The same with its zone, for who may be in another."""
    return datetime.fromtimestamp(milliseconds // 1000, SHANGHAI)


def moment_of(local: datetime) -> int:
    """A moment of the community's time in milliseconds since 1970."""
    return int(local.replace(tzinfo=SHANGHAI).timestamp() * 1000)


def known_until() -> datetime | None:
    """Until when all is here that reached the hub: this laptop's last whole sync, to the minute; None before one.

    Who closes something says so (`截至 20:40`): what other laptops wrote later may still come. On the hub it is now.
    """
    at = present_store().heard_at
    return None if at is None else local_moment(at)


def heard_so_far() -> Text:
    """The same in words, for what was closed or added up: other laptops may still bring more."""
    at = known_until()
    if at is None:
        return Text("这台电脑还没同步过", "this laptop has not synced yet")
    return Text("截至 {at:%m-%d %H:%M} 的同步", "as of the sync of {at:%m-%d %H:%M}").format(at=at)


def local_today(store: PresentStore | None = None) -> date:
    """The day of now; `DateField(default=local_today)` likewise."""
    return local_now(store).date()
