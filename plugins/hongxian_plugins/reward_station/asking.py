"""What every part of the station asks: is it a whole number, is it there, who is that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from hongxian import Record, Refused, Store, Text
from hongxian.errors import RecordUnknown
from hongxian.quotas import HUB, spend, spendable
from hongxian.records import Value, present_store
from hongxian_plugins.reward_station.goods import LARGEST

Kept = TypeVar("Kept", bound=Record)


class Stateful(Protocol):
    """A record that has a state."""

    state: str


def refuse(chinese: str, english: str, **facts: object) -> Refused:
    """The error that says so in both languages; facts, if any, fill the braces of both."""
    said = Text(chinese, english)
    return Refused(said.format(**facts) if facts else said)


def whole(amount: Value, smallest: int = 1) -> int:
    """The amount, if it is a whole number that makes sense; raises `Refused`."""
    if type(amount) is not int or not smallest <= amount <= LARGEST:
        raise refuse(
            f"数量应为 {smallest} 到 {LARGEST} 的整数，不能是 {amount}。",
            f"A whole number from {smallest} to {LARGEST} is wanted, not {amount}.",
        )
    return amount


def found(model: type[Kept], id: str) -> Kept:
    """A live record; raises `RecordUnknown`."""
    record = model.get_or_none(model.id == id, model.deleted == False)  # noqa: E712
    if record is None:
        raise RecordUnknown(id=id, collection=model._meta.collection)
    return record  # type: ignore[no-any-return]


def is_in(*states: str) -> Callable[[Stateful], bool]:
    """For records in one of these states: what an action is offered for."""
    return lambda record: record.state in states


def edit(record: Record, **values: Value) -> None:
    """Change fields of one record."""
    model = type(record)
    model.update(**values).where(model.id == record.id).execute()


def hold(record: Record, field: str, amount: int) -> None:
    """Spend, or leave it to the hub where that holds what is lacking here; raises `QuotaShort`.

    What nobody can cover is refused at once, with who holds the rest.
    """
    hub_holds = 0 if present_store().kind == "hub" else getattr(record, field).rights.get(HUB, 0)
    in_reach = spendable(record, field) + hub_holds
    spend(record, field, amount, beyond="pend" if in_reach >= amount else "refuse")


def name_of(store: Store, person: str) -> str:
    """A person's name, where a roster is installed and knows them; else the end of their id."""
    roster = store.collections.get("roster.person")
    known = roster and roster.model.get_or_none(roster.model.id == person)
    return str(known.name) if known else f"…{person[-6:]}"
