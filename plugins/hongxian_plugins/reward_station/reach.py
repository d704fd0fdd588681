"""What a laptop may give out: of its own rights, and of those that the hub is known to hold."""

from __future__ import annotations

from hongxian import Record
from hongxian.quotas import HUB, spend, spendable
from hongxian.records import present_store


def hold(record: Record, field: str, amount: int) -> None:
    """Spend, or leave it to the hub where that holds what is lacking here; raises `QuotaShort`.

    What nobody can cover is refused at once, with who holds the rest.
    """
    hub_holds = 0 if present_store().kind == "hub" else getattr(record, field).rights.get(HUB, 0)
    in_reach = spendable(record, field) + hub_holds
    spend(record, field, amount, beyond="pend" if in_reach >= amount else "refuse")
