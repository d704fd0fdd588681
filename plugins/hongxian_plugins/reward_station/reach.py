"""What a laptop may give out: of its own rights, and of those that the hub is known to hold."""

from __future__ import annotations

from collections.abc import Iterable

from hongxian import Record, Refused, Store, Text
from hongxian.quotas import HUB, ask, spend, spendable
from hongxian.records import present_store


def hold(record: Record, field: str, amount: int) -> None:
    """Spend, or leave it to the hub where that holds what is lacking here; raises `QuotaShort`.

    What nobody can cover is refused at once, with who holds the rest.
    """
    hub_holds = 0 if present_store().kind == "hub" else getattr(record, field).rights.get(HUB, 0)
    in_reach = spendable(record, field) + hub_holds
    spend(record, field, amount, beyond="pend" if in_reach >= amount else "refuse")


def call_what_is_away(store: Store, wanted: Iterable[tuple[Record, str, int]]) -> None:
    """At the hub call all at once that laptops hold of what is wanted, so that one waits once; raises `Refused`.

    Of what is not there at all it is `QuotaShort`.
    """
    away = [(each, field, n) for each, field, n in wanted if spendable(each, field) < n]
    for each, field, amount in away:
        ask(each, field, amount - max(spendable(each, field), 0))
    if away:
        raise Refused(_CALLED)


_CALLED = Text(
    "还有一部分在队里的电脑上，已请它调来。过几分钟再按一次；那台电脑没联网的，要等它联网。",
    "A team's laptop still holds a part, and was asked for it. Press again in a few minutes, or once it has a network.",
)
