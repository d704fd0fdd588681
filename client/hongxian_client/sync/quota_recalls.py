"""Rights that the hub calls back: this laptop passes on what it has not spent."""

from __future__ import annotations

from contextlib import suppress

from hongxian.collections.collection import Collection
from hongxian.errors import Refused
from hongxian.merges.quota import recalled
from hongxian.model.row import local_rows
from hongxian.quotas import Use
from hongxian.wire.page import Page
from hongxian.words.incarnation import HUB
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.todo import Todo, TodoKind, done, put_down, to_be_done


def note_recalls(collection: Collection, page: Page) -> None:
    """Put down which of a page's records call rights back, inside the commit that takes it in."""
    quotas = collection.quotas & set(page.names)
    own = LaptopState.read().incarnation if quotas else 0
    put_down(
        Todo(kind=TodoKind.RECALL, collection=collection.name, record=id)
        for name in quotas
        for id, state in zip(page.column("id"), page.column(name), strict=True)
        if recalled(state or {}, own)
    )


def answer_recalls(replica: Replica) -> bool:
    """Pass on what is called back, as far as it is not spent; true when something goes out."""
    recalls = to_be_done(TodoKind.RECALL)
    if not recalls:
        return False
    with replica.separately() as transaction:
        for each in recalls:
            _answer(replica, replica.collections.get(each.collection), each.record)
        done(recalls)
    return bool(transaction.changes)


def _answer(replica: Replica, collection: Collection | None, id: str) -> None:
    row = local_rows(replica.view(collection, [id])).get(id) if collection else None
    if collection is None or row is None or row.deleted:
        return
    own = replica.writer().incarnation
    uses = {}
    for name in collection.quotas:
        wanted = recalled(row.values.get(name) or {}, own)
        amount = min(wanted, replica.rights_held(collection, row, name))
        if amount > 0:
            uses[name] = Use("pass_on", amount, to=HUB)
    if uses:
        with suppress(Refused):  # a plugin, or a right lost since, forbids to touch the record
            replica.edit(collection.model, {id: uses})
