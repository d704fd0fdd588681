"""What the journal tells: a record's history, and what a device has sent before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hongxian.errors import RecordUnknown
from hongxian.rights import Writer
from hongxian.shared import Device
from hongxian.stamp import HUB, device_of, milliseconds_of
from hongxian_server.hub import Hub
from hongxian_server.tables import journal
from hongxian_server.tables.access import Access
from hongxian_server.tables.former import stamps_now


def history_of(hub: Hub, reader: Writer, collection: str, id: str) -> list[dict[str, Any]]:
    """A record's history, newest first: who, when (ms since 1970), before and after.

    Raises `RecordUnknown` for what the reader may not see, as for what does not exist.
    """
    row = hub.collection(collection).rows_by_id([id]).get(id)
    if row is None or not reader.holds(row.scope):
        raise RecordUnknown(id=id, collection=collection)
    names = {device.number: device.name for device in Device.select()}
    return [
        {
            "seq": entry.seq,
            "stamp": entry.stamp,
            "at": milliseconds_of(entry.stamp),
            "device": device,
            "who": names.get(device, "hub" if device == HUB else str(device)),
            "how": entry.kind,
            "before": entry.before,
            "after": entry.after,
        }
        for entry in journal.history(collection, id, row.seq)
        for device in (device_of(entry.stamp),)  # whose write it was, whoever brought it back
    ]


def taken_of(access: Access, prints: Mapping[str, str]) -> dict[str, dict[str, int]]:
    """Which of a device's transactions, `{stamp: print}`, the hub has taken in.

    `taken` tells their seqs, and `became` the stamps of those that came under other ones. The
    stamp alone does not tell: a laptop and its copy may both have given it.
    """
    wanted = {int(stamp): print for stamp, print in prints.items()}
    found = journal.taken_in(access.number, wanted)
    taken = {
        stamp: seq for stamp, (seq, print) in found.items() if f"{print:016x}" == wanted[stamp]
    }
    became: dict[int, int] = {}
    for stamp, now in stamps_now({s: p for s, p in wanted.items() if s not in taken}).items():
        came = journal.taken_in(device_of(now), [now])
        if now in came:
            taken[stamp], became[stamp] = came[now][0], now
    return {
        "taken": {str(stamp): seq for stamp, seq in taken.items()},
        "became": {str(stamp): now for stamp, now in became.items()},
    }
