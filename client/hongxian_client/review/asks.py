"""What this laptop asks of others: rights of quotas that have not come yet."""

from __future__ import annotations

from dataclasses import dataclass

from hongxian.collections.asks import ASKS, lacking
from hongxian.model.row import local_rows
from hongxian.text import Text
from hongxian_client.replica.replica import Replica

COMES_WITH_THE_SYNCS = Text(
    "对方电脑联网、这台电脑再联网后就到",
    "they come once that laptop has synced, and then this one",
)


@dataclass(frozen=True)
class Asked:
    """One open ask of this laptop, and how many it lacks still."""

    id: str
    collection: str
    record: str
    amount: int
    unit: Text | str


def open_asks(replica: Replica) -> list[Asked]:
    """Those that are neither met nor over, oldest first; they close by themselves."""
    own = replica.writer().incarnation
    asks = replica.collection(ASKS)
    found = []
    for each in asks.rows("NOT deleted ORDER BY id"):
        kind, name = replica.collections.get(each.values["collection"]), each.values["field"]
        if each.values["holder"] != own or kind is None or name not in kind.quotas:
            continue
        id = each.values["record"]
        row = local_rows(replica.view(kind, [id])).get(id)
        state = row.values.get(name) if row and not row.deleted else None
        amount = lacking(each, state or {}, replica.now()) if row else 0
        if amount:
            found.append(Asked(each.id, kind.name, id, amount, kind.columns[name].unit))
    return found
