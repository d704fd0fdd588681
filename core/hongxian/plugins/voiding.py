"""Voiding as an action: of what lasts and can be voided, with the reason that it wants."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from hongxian.collections.collection import Collection
from hongxian.collections.rights import may_write
from hongxian.collections.store_protocol import PresentStore, present_store
from hongxian.model.lasting import Lasting
from hongxian.model.record import Record
from hongxian.plugins.offers import Action, Asks
from hongxian.plugins.plugin import Plugin
from hongxian.text import Text
from hongxian.words.values import Value

_TITLE, _DONE = Text("作废", "Void"), Text("已作废", "Void now")


def voidings_of(plugin: Plugin, collections: Iterable[Collection]) -> Iterator[Action]:
    """An action `void_thing` for each collection of a plugin that can be voided, unless it has one of its own."""
    own = {each.run.__name__ for each in plugin.marked(Action.__name__)}
    for collection in collections:
        if collection.lasting and collection.lasting.voided:
            action = _Voiding(collection, collection.lasting).as_action()
            if action.run.__name__ not in own:
                yield action


_FINAL = Text("作废了就不能恢复", "what is void stays void")


@dataclass(frozen=True)
class _Voiding:
    collection: Collection
    lasting: Lasting

    def as_action(self) -> Action:
        return Action(
            title=_TITLE,
            run=self._run(),
            of=self.collection.model,
            asks=self._asks(),
            when=self._fits,
            final=_FINAL,
        )

    def _run(self) -> Callable[..., object]:
        def run(store: PresentStore, record: Record, /, **why: Value) -> Text:
            store.edit(self.collection.model, {record.id: {self.lasting.voided: True, **why}})
            return _DONE

        run.__name__ = f"void_{self.collection.name.partition('.')[2]}"
        return run

    def _asks(self) -> Asks:
        if not self.lasting.why:
            return {}
        why = self.collection.model._meta.fields[self.lasting.why].clone()
        why.null, why.default = False, None
        return {self.lasting.why: why}

    def _fits(self, record: Record) -> bool:
        writer = present_store().writer()
        is_void = bool(getattr(record, self.lasting.voided))
        return not is_void and may_write(self.collection, record, self.lasting.voided, writer)
