"""What the journal tells of a record: its history."""

from __future__ import annotations

from hongxian.collections.directory import Called, Directory
from hongxian.collections.rights import Writer
from hongxian.errors import RecordUnknown
from hongxian.model.stamp import milliseconds_of
from hongxian.text import Text
from hongxian.wire.history import HistoryEntry, Origin
from hongxian_server.hub import Hub
from hongxian_server.tables import journal


def history_of(hub: Hub, reader: Writer, collection: str, id: str) -> list[HistoryEntry]:
    """A record's history, newest first.

    Raises `RecordUnknown` for what the reader may not see, as for what does not exist.
    """
    row = hub.collection(collection).rows_by_id([id]).get(id)
    if row is None or not reader.holds(row.scope):
        raise RecordUnknown(id=id, collection=collection)
    directory = Directory()
    return [
        HistoryEntry(
            seq=entry.seq,
            stamp=str(entry.stamp),
            at=milliseconds_of(entry.stamp),
            device=device,
            who=Text.of(who),
            how=entry.kind,
            before={} if entry.before_gone else entry.before,
            after=entry.after,
            forgotten=entry.after_gone,
        )
        for entry in journal.history(collection, id, row.seq)
        for device, who in (_writer(directory, entry),)
    ]


def _writer(directory: Directory, entry: journal.Entry) -> Called:
    """Whose write it was: of what was offered the stamp tells, whoever brought it back."""
    if entry.kind is Origin.PUSHED:
        return directory.of(entry.incarnation)
    return directory.who_wrote(entry.stamp)
