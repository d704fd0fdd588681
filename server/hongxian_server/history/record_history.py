"""What the journal tells of a record: its history."""

from __future__ import annotations

from hongxian.builtin import Device
from hongxian.errors import RecordUnknown
from hongxian.rights import Writer
from hongxian.stamp import HUB, device_of, milliseconds_of
from hongxian.wire.history import HistoryEntry
from hongxian_server.hub import Hub
from hongxian_server.tables import journal


def history_of(hub: Hub, reader: Writer, collection: str, id: str) -> list[HistoryEntry]:
    """A record's history, newest first.

    Raises `RecordUnknown` for what the reader may not see, as for what does not exist.
    """
    row = hub.collection(collection).rows_by_id([id]).get(id)
    if row is None or not reader.holds(row.scope):
        raise RecordUnknown(id=id, collection=collection)
    names = {device.number: device.name for device in Device.select()}
    return [
        HistoryEntry(
            seq=entry.seq,
            stamp=str(entry.stamp),
            at=milliseconds_of(entry.stamp),
            device=device,
            who=names.get(device, "hub" if device == HUB else str(device)),
            how=entry.kind,
            before={} if entry.before_gone else entry.before,
            after=entry.after,
            forgotten=entry.after_gone,
        )
        for entry in journal.history(collection, id, row.seq)
        for device in (device_of(entry.stamp),)  # whose write it was, whoever brought it back
    ]
