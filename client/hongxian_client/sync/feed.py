"""The feed on the laptop: what comes in becomes the base; unsent work stays on top of it.

The hub's `sync.feed` tells it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import compress

import orjson

from hongxian.collections.builtin import Erasure
from hongxian.collections.collection import Collection
from hongxian.model.row import DELETED, SCOPE, UNWRITTEN, Head, Row, load_stamps, rows_of_columns
from hongxian.storage.database import write_all
from hongxian.wire.digest import Sums
from hongxian.wire.page import Page, PageKind
from hongxian_client.replica.deeds import let_deleted_go
from hongxian_client.replica.erasing import let_erased_go
from hongxian_client.replica.kept_work import bring_back
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.todo import Todo, TodoKind, put_down
from hongxian_client.replica.unsent import outbox
from hongxian_client.replica.unsent.outbox import Entry, EntryState, entries_of
from hongxian_client.replica.unsent.rebase import base_rows, forget_base, put_bases
from hongxian_client.sync.quota_recalls import note_recalls


def take_pages(replica: Replica, pages: Iterable[Page]) -> int:
    """Take pages in, inside the caller's transaction; returns how many records changed here."""
    changed, sums, observed = 0, Sums(), 0
    for page in pages:
        collection = replica.collections.get(page.collection)
        if collection is None or not page.rows:
            continue
        if page.kind == PageKind.SCOPE_EXITS:
            _take_scope_exits(replica, collection, page, sums)
        elif page.kind == PageKind.ROWS:
            arrival = _complete(collection, page)
            observed = max(observed, _newest_stamp(arrival))
            changed += _take_rows(replica, collection, arrival, sums)
            if collection.name == Erasure._meta.collection:
                told = map(arrival.column, ("collection", "record", "stamp"))
                let_erased_go(replica, zip(*told, strict=True), sums)
            note_recalls(collection, arrival)
    sums.write()
    if observed:
        with LaptopState.changing() as state:
            state.observed = max(state.observed, observed)
    return changed


def _complete(collection: Collection, page: Page) -> Page:
    """The page with every stored part: what was empty in all rows did not travel.

    Fields that this release does not know go to `extra`; `extra` may hold fields that it does. What
    the hub has of neither kind nobody has written.
    """
    given = dict(zip(page.names, page.columns, strict=True))
    given[SCOPE] = [page.scope] * page.rows
    names = list(collection.stored_names)
    has_each = collection.columns.keys() <= given.keys() <= set(names)
    if any(given.get("extra", ())) or not has_each:
        rows = rows_of_columns(list(given), list(given.values()))
        return Page(
            page.collection, PageKind.ROWS, names, collection.columns_of_rows(rows), page.scope
        )
    empty = {DELETED: False}
    columns = [given[name] if name in given else [empty.get(name)] * page.rows for name in names]
    return Page(page.collection, PageKind.ROWS, names, columns, page.scope)


def _newest_stamp(page: Page) -> int:
    later = (max(load_stamps(text).values()) for text in page.column("stamps") if text)
    return max(int(max(page.column("stamp"))), max(later, default=0))


def _take_rows(replica: Replica, collection: Collection, page: Page, sums: Sums) -> int:
    ids = page.column("id")
    if LaptopState.read().kept_changes:
        bring_back((collection.name, id) for id in ids)
    in_work = outbox.records_in_work(replica.database, collection.name, ids)
    is_old = replica.database.any_between(collection.table, "id", ids)
    held = _heads(collection, [id for id in ids if id not in in_work]) if is_old else {}
    at_once = page
    if held or in_work:
        seqs = page.column("seq")
        news = [
            id not in in_work and (id not in held or held[id].seq < seq)
            for id, seq in zip(ids, seqs, strict=True)
        ]
        at_once = page.keep(news)
        for id in at_once.column("id"):
            if id in held:
                sums.take(collection.name, held[id])
    if at_once.rows:
        _store_at_once(collection, at_once, sums, replace=bool(held))
    if in_work:
        _store_under_work(replica, collection, page.keep([id in in_work for id in ids]), sums)
    return at_once.rows


def _heads(collection: Collection, ids: Sequence[str]) -> dict[str, Head]:
    """The heads of the rows with these ids: whole rows take four times as long to read."""
    condition, parameters = collection.database.among("id", ids)
    sql = f'SELECT id, seq, scope, deleted, hash FROM "{collection.table}" WHERE {condition}'
    found = collection.database.execute_sql(sql, parameters).fetchall()
    return {id: Head(*parts) for id, *parts in found}


def _store_at_once(collection: Collection, page: Page, sums: Sums, *, replace: bool) -> None:
    """Records without unsent work: the row that came is the row that is seen."""
    put = collection.upsert_columns if replace else collection.insert_columns
    hashes, scopes = put(page.names, page.columns), page.column(SCOPE)
    if any(page.column(DELETED)):
        let_deleted_go(collection.name, compress(page.column("id"), page.column(DELETED)))
        live = [not gone for gone in page.column(DELETED)]
        hashes, scopes = list(compress(hashes, live)), list(compress(scopes, live))
    sums.add_hashes(collection.name, scopes, hashes, max(page.column("seq")))


def _store_under_work(replica: Replica, collection: Collection, page: Page, sums: Sums) -> None:
    """Records with unsent work: the row that came is put under it."""
    copies = base_rows(collection.name, page.column("id"))
    arrived = rows_of_columns(page.names, page.columns)
    news = [row for row in arrived if row.id not in copies or copies[row.id].seq < row.seq]
    for row in news:
        if row.id in copies:
            sums.take(collection.name, copies[row.id])
    _say_what_deletions_saw(collection, news, copies)
    write_all(
        replica.database,
        "DELETE FROM hongxian_outbox WHERE record = ? AND collection = ? AND state = ? AND seq <= ?",
        ((row.id, collection.name, EntryState.SENT, row.seq) for row in news),
    )
    let_deleted_go(collection.name, [row.id for row in news if row.deleted])
    put_bases(collection, news)
    for row in news:
        sums.add(collection.name, row)


def _say_what_deletions_saw(
    collection: Collection, news: Iterable[Row], copies: Mapping[str, Row]
) -> None:
    """A deletion that waits has not seen what others wrote and has come now; it says so when it goes out.

    It tells the newest stamp that it saw, behind which an earlier one of theirs would hide.
    """
    deleted = outbox.records_deleted(collection.name, [row.id for row in news])
    entries = entries_of(collection.name, deleted)
    for row in news if deleted else ():
        own = entries.get(row.id, ())
        known = {UNWRITTEN, *(entry.stamp for entry in own)}
        if row.id in copies:
            known |= copies[row.id].all_stamps
        for entry in own:
            change = entry.as_change()
            if change.values.get(DELETED) and not row.all_stamps <= known:
                entry.replaced = orjson.dumps({**change.replaced, DELETED: UNWRITTEN}).decode()
                entry.save()


def _take_scope_exits(replica: Replica, collection: Collection, page: Page, sums: Sums) -> None:
    """Records that left a scope go, unless they have come back since; nothing of them stays in the files."""
    put_down([Todo(kind=TodoKind.SWEEP)])
    seqs = dict(zip(page.column("id"), page.column("seq"), strict=True))
    let_go(
        replica,
        collection,
        [
            view.base
            for view in replica.view(collection, list(seqs)).values()
            if view.base and view.base.scope == page.scope and view.base.seq <= seqs[view.base.id]
        ],
        sums,
    )


def let_go(replica: Replica, collection: Collection, rows: Sequence[Row], sums: Sums) -> None:
    """Remove agreed records.

    Unsent changes to them stay, and the hub refuses their transactions whole: one that left such a
    part behind would be taken in without it.
    """
    ids = [row.id for row in rows]
    if not ids:
        return
    for row in rows:
        sums.take(collection.name, row)
    own = (Entry.collection == collection.name) & Entry.record.in_(ids)
    Entry.delete().where(own & (Entry.state == EntryState.SENT)).execute()
    collection.delete_rows(ids)
    forget_base(collection.name, ids)
