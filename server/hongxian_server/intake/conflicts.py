"""Keeping what a merge did not keep, so that a person may put it back."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import orjson

from hongxian.collections.builtin import Conflict
from hongxian.collections.collection import Collection
from hongxian.model.row import Change, Loss, Row
from hongxian.words.values import Values
from hongxian_server.store import HubStore

_Told = tuple[Collection, Change, Loss]
_Lost = tuple[str, str, str, int]
"""A collection, a record's id, a field, and the stamp of the value that lost."""


def keep_losses(
    hub: HubStore,
    losses: Sequence[_Told],
    rows: Mapping[tuple[str, str], Row],
) -> None:
    """Make a conflict of each loss.

    A loss by an edit that went on from a value that had itself lost renews that conflict, for its writer
    saw that value: two unsent edits of one field make one conflict, not two.
    """
    made: dict[_Lost, Values] = {}
    renewed: dict[str, Values] = {}
    losses = list(_by_group(losses))
    held = _open_conflicts(hub, list({loss.replaced for _, _, loss in losses if loss.replaced}))
    for collection, change, loss in losses:
        before, now = (
            (collection.name, change.id, loss.field, stamp)
            for stamp in (loss.replaced, loss.lost_stamp)
        )
        values = {
            "kept": orjson.dumps(loss.kept).decode(),
            "kept_stamp": loss.kept_stamp,
            "lost": orjson.dumps(loss.lost).decode(),
            "lost_stamp": loss.lost_stamp,
        }
        earlier = made.pop(before, None)
        if earlier is None and before in held:
            held[now] = held.pop(before)
            renewed[held[now]] = values
            continue
        made[now] = {
            "scope": rows[collection.name, change.id].scope,
            "collection": collection.name,
            "record": change.id,
            "field": loss.field,
            **values,
        }
    if renewed:
        hub.edit(Conflict, renewed)
    if made:
        hub.create(Conflict, list(made.values()))


def _by_group(losses: Iterable[_Told]) -> Iterator[_Told]:
    """Losses of fields that are one thing to people as one; what both sides wrote alike is no part of it."""
    groups: dict[tuple[str, str, str, int, int], list[_Told]] = {}
    for told in losses:
        collection, change, loss = told
        group = next((g for g, names in collection.groups.items() if loss.field in names), None)
        if group is None:
            yield told
        else:
            key = (collection.name, change.id, group, loss.kept_stamp, loss.lost_stamp)
            groups.setdefault(key, []).append(told)
    for (_, _, group, *_), each in groups.items():
        collection, change, first = each[0]
        by_field = {loss.field: loss for _, _, loss in each}
        differing = [by_field[name] for name in collection.groups[group] if name in by_field]
        kept = {loss.field: loss.kept for loss in differing}
        lost = {loss.field: loss.lost for loss in differing}
        yield collection, change, replace(first, field=group, kept=kept, lost=lost)


def _open_conflicts(hub: HubStore, stamps: Sequence[int]) -> dict[_Lost, str]:
    """The ids of the conflicts, still open, in which what was written under these stamps lost, by what did."""
    if not stamps:
        return {}
    condition, parameters = hub.database.among("lost_stamp", stamps)
    sql = (
        f'SELECT collection, record, field, lost_stamp, id FROM "{Conflict._meta.table_name}" '
        f"WHERE {condition} AND NOT resolved AND NOT deleted"
    )
    found = hub.database.execute_sql(sql, parameters).fetchall()
    return {(name, record, field, stamp): id for name, record, field, stamp, id in found}
