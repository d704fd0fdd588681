"""Keeping what a merge did not keep, so that a person may put it back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import orjson

from hongxian.collection import Collection
from hongxian.row import Change, Loss, Row
from hongxian.shared import Conflict
from hongxian.stamp import device_of

if TYPE_CHECKING:
    from hongxian_server.hub import Hub


def keep_losses(
    hub: Hub,
    losses: Sequence[tuple[Collection, Change, Loss]],
    rows: Mapping[tuple[str, str], Row],
) -> None:
    """Make a conflict of each loss.

    A loss by an edit that went on from a value that had itself lost renews that conflict: two
    unsent edits of one field make one conflict, not two.
    """
    made: dict[tuple[str, str, str, int], dict[str, Any]] = {}
    for collection, change, loss in losses:
        key = (collection.name, change.id, loss.field)
        values = {
            "kept": orjson.dumps(loss.kept).decode(),
            "kept_stamp": loss.kept_stamp,
            "lost": orjson.dumps(loss.lost).decode(),
            "lost_stamp": loss.lost_stamp,
        }
        earlier = made.pop((*key, loss.replaced), None)
        if earlier is None and device_of(loss.replaced) == device_of(change.stamp):
            held = _open_conflict(*key, loss.replaced)
            if held is not None:
                hub.edit(Conflict, {held.id: values})
                continue
        made[(*key, loss.lost_stamp)] = {
            "scope": rows[collection.name, change.id].scope,
            "collection": collection.name,
            "record": change.id,
            "field": loss.field,
            **values,
        }
    if made:
        hub.create(Conflict, list(made.values()))


def _open_conflict(collection: str, record: str, field: str, lost_stamp: int) -> Conflict | None:
    found: Conflict | None = (
        Conflict.select()
        .where(
            (Conflict.record == record)
            & (Conflict.collection == collection)
            & (Conflict.field == field)
            & (Conflict.lost_stamp == lost_stamp)
            & (Conflict.resolved == False)  # noqa: E712
        )
        .first()
    )
    return found
