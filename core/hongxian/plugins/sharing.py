"""Circles as offers: which laptops see a case stands on its page, and others of the team are let in and out there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import peewee

from hongxian.circles import begin_circle, laptops_inside, laptops_outside, let_in, let_out
from hongxian.collections.builtin import Device
from hongxian.collections.collection import Collection
from hongxian.collections.store_protocol import PresentStore
from hongxian.errors import Refused
from hongxian.kinds.reference import Reference
from hongxian.model.circle import CIRCLE, team_of_circle
from hongxian.model.record import Record
from hongxian.model.row import SCOPE
from hongxian.plugins.of_collection import OfCollection
from hongxian.plugins.offers import Action, Offer, View
from hongxian.plugins.plugin import Plugin
from hongxian.shapes.cells import Button
from hongxian.shapes.table import Table
from hongxian.text import Text

_LET_IN, _LET_OUT = (
    Text("让另一台电脑看到", "Let a laptop in"),
    Text("移出一台电脑", "Let a laptop out"),
)
_LIMIT = Text("改为只有经办电脑可见", "Limit to the laptops that work on it")
_LAPTOPS = Text("哪些电脑看得到", "Which laptops see it")
_IN, _OUT = Text("加入", "Let in"), Text("移出", "Let out")
_ONLY_OF_TEAM = Text(
    "只有本队里还看不到它的电脑可以加入。",
    "Only a laptop of this team that does not see it yet can be let in.",
)
_COMES = Text("{name} 下次同步时加入", "{name} sees it from its next sync")
_GOES = Text("{name} 下次同步时移出", "It leaves {name} at its next sync")
_LIMITED = Text(
    "从下次同步起只有本机看得到；请加入其他经办电脑",
    "From the next sync this laptop alone sees it; let the others in",
)
_NOT_YET = Text(
    "还没有和社区主机同步过：只有登记它的电脑看得到。",
    "The hub has not heard of it yet: the laptop that registered it alone sees it.",
)
_WHOLE_TEAM = Text(
    "旧版本登记的：本队的每台电脑都看得到。",
    "Registered with an earlier release: every laptop of the team sees it.",
)
_WHICH = {
    "laptop": Reference(
        "hongxian.device",
        verbose_name=Text("电脑", "Laptop"),
        help_text=Text("本队的一台电脑。", "A laptop of this team."),
    )
}


def sharings_of(plugin: Plugin, collections: Iterable[Collection]) -> Iterator[Offer]:
    """Of each collection whose records begin circles: who sees one, letting in and out, limiting an old one."""
    for collection in collections:
        if collection.scope_kind == CIRCLE and not collection.within:
            yield from _Sharing(plugin.name, collection).offers()


class _Sharing(OfCollection):
    def offers(self) -> Iterator[Offer]:
        for title, run in ((_LET_IN, self._let_in), (_LET_OUT, self._let_out)):
            yield Action(
                title=title,
                run=self.named(run),
                of=self.collection.model,
                asks=_WHICH,
                when=_is_in_a_circle,
            )
        yield Action(
            title=_LIMIT,
            run=self.named(self._limit),
            of=self.collection.model,
            when=lambda record: not _is_in_a_circle(record),
        )
        yield View(title=_LAPTOPS, run=self.named(self._laptops), of=self.collection.model)

    def _let_in(self, store: PresentStore, record: Record, laptop: str) -> Text:
        device = Device.get_by_id(laptop)
        if device.laptop not in {each.laptop for each in laptops_outside(record)}:
            raise Refused(_ONLY_OF_TEAM)
        let_in(record, device.laptop)
        return _COMES.format(name=device.name)

    def _let_out(self, store: PresentStore, record: Record, laptop: str) -> Text:
        device = Device.get_by_id(laptop)
        let_out(record, device.laptop)
        return _GOES.format(name=device.name)

    def _limit(self, store: PresentStore, record: Record) -> Text:
        """Bring a record that a whole team holds, with all that belongs to it, into a circle of its own."""
        scope = begin_circle(record.scope)
        with store.transaction():
            for collection, ids in _whole(store, self.collection, [record.id]):
                store.edit(collection.model, {id: {SCOPE: scope} for id in ids})
        return _LIMITED

    def _laptops(self, store: PresentStore, record: Record) -> Table:
        inside, outside = laptops_inside(record), laptops_outside(record)
        is_circle = _is_in_a_circle(record)

        def button(title: Text, method: Callable[..., object], device: Device) -> Button:
            name = self.name_of(method)
            return Button(title, name, {"laptop": device.id}, record.id)

        return Table(
            headers=[Text("电脑", "Laptop"), Text("看得到", "Sees it"), ""],
            rows=[
                *(
                    [each.name, Text("是", "Yes"), button(_OUT, self._let_out, each)]
                    for each in inside
                ),
                *(
                    [each.name, Text("否", "No"), button(_IN, self._let_in, each)]
                    for each in outside
                    if is_circle
                ),
            ],
            note="" if inside else _NOT_YET if is_circle else _WHOLE_TEAM,
        )


def _is_in_a_circle(record: Record) -> bool:
    return bool(team_of_circle(record.scope))


def _whole(
    store: PresentStore, collection: Collection, ids: list[str]
) -> Iterator[tuple[Collection, list[str]]]:
    """Records with what lies within them, by collection."""
    yield collection, ids
    for other in store.collections.values():
        if other.within and other.columns[other.within].reference == collection.name:
            field: peewee.Field = other.model._meta.fields[other.within]
            found = other.model.select(other.model.id).where(field.in_(ids)).tuples()
            if parts := [id for (id,) in found]:
                yield from _whole(store, other, parts)
