"""Former stamps of what the hub has taken in: so that a copy's work under them is known for the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from peewee import SQL, BigIntegerField, CharField, CompositeKey, Model

from hongxian.record import RecordMetadata
from hongxian.stamp import device_of
from hongxian.storage.database import write_all
from hongxian.wire.round import FormerStamp
from hongxian_server.tables.access import Access


class Former(Model):  # type: ignore[misc]
    """A stamp that a transaction had before, with the print of then, and the stamp under which it came."""

    stamp = BigIntegerField()
    print = CharField(max_length=16)
    now = BigIntegerField()

    class Meta:
        model_metadata_class = RecordMetadata
        table_name = "hongxian_former"
        primary_key = CompositeKey("stamp", "print")


def note_former(access: Access, told: Sequence[FormerStamp]) -> None:
    """Keep what a device tells of its own transactions, inside the caller's commit."""
    if not told:
        return
    mark = Former._meta.database.param
    own = {each.number for each in Access.select().where(Access.laptop == access.laptop)}
    write_all(
        Former._meta.database,
        f"INSERT INTO hongxian_former (stamp, print, now) VALUES ({mark}, {mark}, {mark}) "
        "ON CONFLICT (stamp, print) DO UPDATE SET now = excluded.now",
        (
            (stamp, print, now)
            for stamp, print, now in told
            if device_of(now) == access.number and device_of(stamp) in own
        ),
    )


def stamps_now(prints: Mapping[int, str]) -> dict[int, int]:
    """Under which stamps transactions came that are told by former ones, if they came."""
    wanted = [stamp for stamp in prints if stamp < 1 << 63]
    found = Former.select().where(SQL(*Former._meta.database.among("stamp", wanted)))
    return {each.stamp: each.now for each in found if prints[each.stamp] == each.print}
