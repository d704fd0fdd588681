"""The steps of workflows as actions: each asks for what it needs, and does what its plugin adds to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Collection as Some
from dataclasses import dataclass, replace
from typing import Any  # Any: options of an effect, each of its own kind

import peewee

from hongxian.collections.collection import Collection
from hongxian.collections.local_time import local_today
from hongxian.collections.needs import is_blank, is_void
from hongxian.collections.rights import may_take
from hongxian.collections.store_protocol import PresentStore, present_store
from hongxian.errors import BadPlugin
from hongxian.kinds.state import StateColumn, StateField
from hongxian.model.record import Record
from hongxian.model.workflow import Transition
from hongxian.plugins.marks import mark, mark_uncallable, parenthesised
from hongxian.plugins.offers import (
    Action,
    Asked,
    Asks,
    Run,
    Says,
    Theirs,
    by_name,
    nothing_said,
)
from hongxian.plugins.plugin import Plugin
from hongxian.plugins.viewer import PERSON, Audience
from hongxian.shapes.cells import Leads, Of
from hongxian.text import Text, joined
from hongxian.words.logs import stands_at
from hongxian.words.values import Value, Values

_OVER = Text("“{state}”后就不能再改", "what is {state} changes no more")
_TOLD = Text("{name}：{state}", "{name}: {state}")
_AND = Text("；", "; ")
_NO_STEP = Text(
    "@step：{model} 没有步骤 {name}；步骤有：{known}",
    "@step: {model} has no step {name}; its steps are {known}",
)


@dataclass(frozen=True, kw_only=True)
class Effect:
    """What a plugin does beside a step, in the same transaction."""

    of: type[Record]
    step: str
    run: Callable[..., object]
    asks: Asks | None
    final: Text | None
    says: Says
    usual: bool
    audience: Audience | Sequence[Audience]
    whose: Of
    theirs: Theirs | None


@parenthesised
def step(
    of: type[Record],
    name: str,
    *,
    asks: Asked | None = None,
    final: Text | None = None,
    says: Says = nothing_said,
    usual: bool = False,
    audience: Audience | Sequence[Audience] = "leader",
    whose: Of = PERSON,
    theirs: Theirs | None = None,
) -> Callable[[Run], Run]:
    """Above a function: it is run where a record takes this step.

    `run(store, record)`: what was asked for stands in the record already, and what the function sets
    of it is saved together with the new state; what it returns is told behind that, and leads on as
    of an action. With `asks` these are asked for instead of the fields that the step needs, but for
    its days: `run(store, record, **asked)`. `final`, `says`, `usual`, `audience`, `whose` and `theirs`
    are as of an action: a step off the way that most records go, which people come for all the same, stands on top
    of the page.
    """

    instead = None if asks is None else by_name(asks)

    shown: dict[str, Any] = {"final": final, "says": says, "usual": usual}
    shown |= {"audience": audience, "whose": whose, "theirs": theirs}

    def decorate(run: Run) -> Run:
        mark_uncallable(run, of, instead or ())
        return mark("Effect", Effect(of=of, step=name, run=run, asks=instead, **shown))(run)

    return decorate


@dataclass(frozen=True, kw_only=True)
class Step(Action):
    """A step of a workflow as an action."""

    taking: _Taking

    @property
    def step(self) -> Transition:
        """As the workflow declares it."""
        return self.taking.step

    def leads_on(self, record: Record) -> bool:
        """Whether it is the way that most records go from where this one is."""
        workflow, here = self.taking.column.workflow, self.taking.state_of(record)
        leads_on = self.step.to in workflow.main_road and workflow.leads_to(here, self.step.to)
        return self.step.usual and leads_on

    def asks_of(self, record: Record) -> Asks:
        return self.taking.asks(record)

    def settled(self, record: Record) -> Some[str]:
        return self.taking.settled(record)

    def needed(self, record: Record | None) -> Some[str]:
        """The fields without which it is refused, as the record stands."""
        return self.taking.needed(record)


def steps_of(plugin: Plugin, collections: Iterable[Collection]) -> Iterator[Step]:
    """The actions that follow from the workflows of a plugin's collections."""
    effects = {(each.of, each.step): each for each in plugin.marked("Effect")}
    for collection in collections:
        for column in collection.states:
            for each in column.workflow.transitions:
                effect = effects.pop((collection.model, each.name), None)
                yield _Taking(collection, column, each, effect).as_action()
    for (model, name), effect in effects.items():
        known = _steps_in(model)
        if name not in known:
            detail = _NO_STEP.format(
                model=model.__name__, name=name, known=known or Text("无", "none")
            )
            plugin.failed("load", BadPlugin(detail=detail), stands_at(effect.run))


def _steps_in(model: type[Record]) -> list[str]:
    """The names of the steps that a model's fields declare, whether or not it is a collection here."""
    flows = [each.workflow for each in model._meta.sorted_fields if isinstance(each, StateField)]
    return [each.name for flow in flows for each in flow.transitions]


@dataclass(frozen=True)
class _Taking:
    """One step of one field of a collection's records."""

    collection: Collection
    column: StateColumn
    step: Transition
    effect: Effect | None

    def as_action(self) -> Step:
        return Step(
            title=self.step.title,
            run=self._run(),
            of=self.collection.model,
            asks=self.asks(None),
            when=self._fits,
            final=self._final(),
            says=self.effect.says if self.effect else nothing_said,
            usual=bool(self.effect and self.effect.usual),
            audience=self.effect.audience if self.effect else "leader",
            whose=self.effect.whose if self.effect else PERSON,
            theirs=self.effect.theirs if self.effect else None,
            taking=self,
        )

    def _final(self) -> Text | None:
        """As its plugin says; where nothing changes any more, what leads there is not taken back either."""
        if self.effect is not None and self.effect.final is not None:
            return self.effect.final
        lasting, to = self.collection.lasting, self.step.to
        is_over = lasting is not None and lasting.is_over(self.column.name, to)
        state = self.column.workflow.title_of(to)
        return _OVER.format(state=state) if is_over else None

    def _run(self) -> Callable[..., object]:
        def run(store: PresentStore, record: Record, /, **asked: Value) -> object:
            return self._take(store, record, asked)

        run.__name__ = self.step.name
        return run

    def _take(self, store: PresentStore, record: Record, asked: Values) -> Text | Leads:
        """Write what was asked for, do what the plugin does beside, and take the step: all or nothing."""
        with store.transaction():
            told: object = None
            asked = dict(asked)
            for name in self.step.dated if self._own_asks is not None else list(asked):
                value = asked.pop(name, None)
                if value not in (None, "", frozenset()):
                    setattr(record, name, value)
            if self.effect is not None:
                told = self.effect.run(store, record, **asked)
            setattr(record, self.column.name, self.step.to)
            record.save()
        said = told.title if isinstance(told, Leads) else told
        said = self._told(record) if said is None else joined([self._told(record), said], _AND)
        return replace(told, title=said) if isinstance(told, Leads) else said

    def _told(self, record: Record) -> Text:
        state = self.column.workflow.title_of(self.step.to)
        names = filter(None, (self.collection.naming, self.collection.telling))
        called = self.collection.called({name: getattr(record, name) for name in names})
        return _TOLD.format(name=called, state=state) if self.collection.naming else state

    def _fits(self, record: Record) -> bool:
        void = is_void(self.collection, lambda name: getattr(record, name))
        is_next = self.state_of(record) in self.step.sources and not void
        return is_next and may_take(record, self.step, present_store().writer())

    def state_of(self, record: Record) -> str:
        """Where a record is in this workflow."""
        return str(getattr(record, self.column.name))

    def asks(self, record: Record | None) -> Asks:
        """The fields that it needs or asks for, and what stands there; what is filled in may stay so."""
        if self._own_asks is not None:
            days = {name: self._field(record, name, is_needed=True) for name in self.step.dated}
            return {**self._own_asks, **days}
        needed = self.needed(record)
        return {
            name: self._field(record, name, is_needed=name in needed)
            for name in dict.fromkeys((*self._needs, *self.step.asks))
        }

    def needed(self, record: Record | None) -> Some[str]:
        """The fields that it needs and that are empty; where a plugin asks itself, its days."""
        if self._own_asks is not None:
            return self.step.dated
        return {each for each in self._needs if record is None or self._is_empty(record, each)}

    def settled(self, record: Record) -> Some[str]:
        """The fields that it needs, and does not ask for each time, that are filled in."""
        if self._own_asks is not None:
            return ()
        anew = (*self.step.asks, *self.step.dated)
        asked = [each for each in self._needs if each not in anew]
        return [each for each in asked if not self._is_empty(record, each)]

    @property
    def _own_asks(self) -> Asks | None:
        return self.effect.asks if self.effect else None

    @property
    def _needs(self) -> tuple[str, ...]:
        return self.column.workflow.needs_on_way(self.step)

    def _is_empty(self, record: Record, name: str) -> bool:
        return is_blank(getattr(record, name))

    def _field(self, record: Record | None, name: str, *, is_needed: bool) -> peewee.Field:
        field = self.collection.model._meta.fields[name].clone()
        field.null = not is_needed
        held = None if record is None else getattr(record, name)
        field.default = local_today if held is None and name in self.step.dated else held
        return field
