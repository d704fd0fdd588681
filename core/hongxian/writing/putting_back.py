"""What puts a record back to what it was before somebody wrote it: what is written, and what has to stay."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from hongxian.collections.collection import Collection
from hongxian.collections.needs import is_void, lasts
from hongxian.collections.store_protocol import PresentStore
from hongxian.model.row import DELETED, Key, Row
from hongxian.text import Text
from hongxian.words.values import Values


class Way(StrEnum):
    """How a record is put back."""

    DELETE = "delete"
    """They made it."""
    VOID = "void"
    """They made it, and such records are never deleted."""
    BRING_BACK = "bring back"
    """They deleted it."""
    EDIT = "edit"
    """They changed it."""


@dataclass
class Step:
    """One record that is put back: the values to write, and what has to stay, with the reason."""

    collection: str
    id: str
    way: Way
    values: Values = field(default_factory=dict)
    stays: dict[str, Text] = field(default_factory=dict)
    """By field; under "" what concerns the whole record."""

    @property
    def key(self) -> Key:
        """Which record it is."""
        return self.collection, self.id

    @property
    def does_anything(self) -> bool:
        """Whether anything is put back, or all of it stays."""
        return "" not in self.stays and (self.way is Way.DELETE or bool(self.values))

    @property
    def said(self) -> Text:
        """What happens to the record, in a word."""
        return _SAID[self.way] if self.does_anything else _STAYS


_SAID = {
    Way.DELETE: Text("删除", "is deleted"),
    Way.VOID: Text("作废", "is void"),
    Way.BRING_BACK: Text("恢复", "is brought back"),
    Way.EDIT: Text("改回", "is put back"),
}
_STAYS = Text("不动", "stays as it is")
_WHY_VOID = "撤回"
USED = Text("数量已入账或支出，不能撤回", "amounts were granted or spent, which stays")


def unmade(collection: Collection, row: Row, stays: dict[str, Text]) -> Step | None:
    """What takes back that a record was made: it is deleted, or void where such records last; None if it is already."""
    lasting, name = collection.lasting, collection.name
    if row.deleted:
        return None
    if lasting is None or not lasting.voided or not lasts(lasting, row.values.get):
        return Step(name, row.id, Way.DELETE, stays=stays)
    if is_void(collection, row.values.get):
        return None
    why: Values = {lasting.why: _WHY_VOID} if lasting.why else {}
    return Step(name, row.id, Way.VOID, {lasting.voided: True, **why}, stays)


def put_back(store: PresentStore, step: Step) -> None:
    """Carry out a step by ordinary writes, inside the caller's transaction; raises what any write does."""
    collection = store.collection(step.collection)
    if step.way is Way.DELETE:
        store.delete(collection.model, [step.id])
        return
    if DELETED in step.values:  # first: what it held is then there to go on from
        store.edit(collection.model, {step.id: {DELETED: step.values[DELETED]}})
    uses = {name: value for name, value in step.values.items() if name in collection.quotas}
    others = {n: v for n, v in step.values.items() if n not in uses and n != DELETED}
    for values in filter(None, (others, uses)):
        store.edit(collection.model, {step.id: values})
