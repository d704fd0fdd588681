"""Workflows: the states that a thing may be in, and the steps between them, as an author declares them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import KW_ONLY, dataclass
from functools import cached_property
from typing import Literal

from hongxian.errors import BadPlugin
from hongxian.merges.standing import MOST_PLACES, NAME
from hongxian.text import NOTHING, ZH, Language, Text, joined

Tone = Literal["plan", "now", "done", "wait", "stop", "rest"]
"""What colour says beside the words: to come, under way, over, waiting, to be looked at, laid aside."""
ANYBODY = "scope"
"""Whoever may write the record may take a step, unless it says otherwise."""
_WRITERS = (ANYBODY, "team", "maker", "hub")
_CANNOT_BE = Text("这样的工作流不行：{why}", "this workflow cannot be: {why}")
_STATES = Text("它有 {count} 个状态", "it has {count} states")
_NO_NAME = Text(
    "{name} 不是由小写字母、数字和 _ 组成的名字",
    "{name} is not a name of small letters, figures and _",
)
_TWICE = Text("{name} 写了两次", "{name} is there twice")
_NO_STATE = Text(
    "步骤 {step} 提到的状态 {name} 没有；状态有：{known}",
    "the step {step} names the state {name}, which is not there; the states are {known}",
)
_ODD_BY = Text(
    "步骤 {step} 的 by 只能是 {known}，不能是 {by}",
    "the step {step} is by one of {known}, not by {by}",
)


@dataclass(frozen=True)
class State:
    """A state, and the fields that are filled in while a record is in it.

    `State("done", Text("已完成", "Done"), needs=("materials",))`.
    """

    name: str
    title: Text
    _: KW_ONLY
    needs: tuple[str, ...] = ()
    tone: Tone | None = None
    """Its colour; without one, what follows from where it stands."""


@dataclass(frozen=True)
class Transition:
    """A step from a state, or from any of several, to another.

    `Transition("verify", Text("核实", "Verify"), "requested", "verified", needs=("phone",))`. Whoever takes it
    is asked for what it needs and what it `asks` for besides, where that is not filled in yet.
    """

    name: str
    title: Text
    source: str | tuple[str, ...]
    to: str
    _: KW_ONLY
    needs: tuple[str, ...] = ()
    asks: tuple[str, ...] = ()
    dated: tuple[str, ...] = ()
    """Days that it needs: of this day, unless whoever takes it says another."""
    by: str = ANYBODY
    """Who may take it, as a field's writers: "scope", "team", "maker" or "hub"."""
    law: Text = NOTHING
    """What prescribes it, told where it is taken."""
    usual: bool = True
    """Whether it is a way that things go of themselves: no page proposes what is not."""

    @property
    def needed(self) -> tuple[str, ...]:
        """All that must be filled in for it."""
        return (*self.needs, *self.dated)

    @property
    def sources(self) -> tuple[str, ...]:
        """The states that it begins at."""
        return (self.source,) if isinstance(self.source, str) else self.source


class Workflow:
    """States in their order, the first of them that of a new record, and the steps between them.

    The order counts: a step to a state that stands further on goes forward, any other goes back; and of
    two that laptops come to by ways that part, the further one stands.
    """

    def __init__(self, *parts: State | Transition) -> None:
        self.states = tuple(each for each in parts if isinstance(each, State))
        self.transitions = tuple(each for each in parts if isinstance(each, Transition))
        self._places = {state.name: place for place, state in enumerate(self.states)}
        if odd := list(self._oddities()):
            raise BadPlugin(detail=_CANNOT_BE.format(why=joined(odd, Text("；", "; "))))

    def _oddities(self) -> Iterator[Text]:
        if not 0 < len(self.states) <= MOST_PLACES:
            yield _STATES.format(count=len(self.states))
        parts: list[State | Transition] = [*self.states, *self.transitions]
        for each in parts:
            if not re.fullmatch(NAME, each.name):
                yield _NO_NAME.format(name=each.name)
        for names in ([s.name for s in self.states], [t.name for t in self.transitions]):
            yield from (_TWICE.format(name=each) for each in set(names) if names.count(each) > 1)
        for step in self.transitions:
            for name in (*step.sources, step.to):
                if name not in self._places:
                    yield _NO_STATE.format(step=step.name, name=name, known=list(self._places))
            if step.by not in _WRITERS:
                yield _ODD_BY.format(step=step.name, known=list(_WRITERS), by=step.by)

    @property
    def first(self) -> str:
        """The state of a new record."""
        return self.states[0].name

    @property
    def choices(self) -> list[tuple[str, Text]]:
        """The states as a field's choices."""
        return [(each.name, each.title) for each in self.states]

    @property
    def fields(self) -> set[str]:
        """The fields that any state or step names."""
        of_states = (each.needs for each in self.states)
        of_steps = ((*each.needed, *each.asks) for each in self.transitions)
        return {name for names in (*of_states, *of_steps) for name in names}

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def place_of(self, name: str) -> int:
        """How far along a state is; -1 for one that this release does not know."""
        return self._places.get(name, -1)

    def title_of(self, name: str) -> Text:
        """What people call a state; its name for one that is not known."""
        place = self.place_of(name)
        return self.states[place].title if place >= 0 else Text.of(name)

    def tone_of(self, name: str) -> Tone:
        """The colour of a state: what it says, else the first is to come, the end of the main road is over,
        another end is laid aside, and between them all is under way."""
        place = self.place_of(name)
        said = self.states[place].tone if place >= 0 else "rest"
        if said or name == self.first:
            return said or "plan"
        if name == self.main_road[-1]:
            return "done"
        return "now" if self._ahead(name) else "rest"

    def transition(self, name: str) -> Transition:
        """A step by its name; raises `KeyError`."""
        return {each.name: each for each in self.transitions}[name]

    def after(self, name: str) -> Sequence[Transition]:
        """The steps that may be taken from a state."""
        return [each for each in self.transitions if name in each.sources]

    def into(self, name: str) -> Sequence[Transition]:
        """The steps that lead into a state."""
        return [each for each in self.transitions if each.to == name]

    def needs_of(self, name: str) -> tuple[str, ...]:
        """What must be filled in for a record to be in a state, whichever way it came there.

        A record may begin in its first state, so that state needs only what it says itself.
        """
        place = self.place_of(name)
        if place < 0:
            return ()
        ways = [set(each.needed) for each in self.into(name)] if place else []
        common = set.intersection(*ways) if ways else set()
        return tuple(dict.fromkeys((*self.states[place].needs, *sorted(common))))

    def needs_on_way(self, transition: Transition) -> tuple[str, ...]:
        """What must be filled in for a step: what it needs itself, and what the state does."""
        return tuple(dict.fromkeys((*transition.needed, *self.needs_of(transition.to))))

    def leads_to(self, name: str, later: str) -> bool:
        """Whether one state comes after another on one way forward."""
        return later in self._later.get(name, ())

    @cached_property
    def _later(self) -> dict[str, set[str]]:
        later: dict[str, set[str]] = {}
        for state in reversed(self.states):
            ahead = self._ahead(state.name)
            later[state.name] = {*ahead, *(name for each in ahead for name in later[each])}
        return later

    def _ahead(self, name: str) -> list[str]:
        """The states that one step forward leads to."""
        place = self._places[name]
        return [each.to for each in self.after(name) if self._places[each.to] > place]

    @cached_property
    def main_road(self) -> tuple[str, ...]:
        """The longest usual way forward from the first state; of two such the one that keeps nearer."""
        roads: dict[str, tuple[str, ...]] = {}
        for state in reversed(self.states):
            usual = {each.to for each in self.after(state.name) if each.usual}
            ahead = [roads[name] for name in self._ahead(state.name) if name in usual]
            near = max(ahead, key=lambda road: (len(road), -self._places[road[0]]), default=())
            roads[state.name] = (state.name, *near)
        return roads[self.first]

    def diagram(self, language: Language = ZH) -> str:
        """The workflow as Mermaid draws it, for a manual."""
        lines = [f"    {each.name} : {each.title.in_(language)}" for each in self.states]
        lines.append(f"    [*] --> {self.first}")
        lines += [
            f"    {source} --> {each.to} : {each.title.in_(language)}"
            for each in self.transitions
            for source in each.sources
        ]
        return "\n".join(["stateDiagram-v2", "    direction LR", *lines])
