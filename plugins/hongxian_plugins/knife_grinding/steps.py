"""The states of a booking and of a queue slip, and which may come after which."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from hongxian import PluginRefused, Text

BOOKING_STATES = (
    ("requested", Text("已提出", "Requested")),
    ("verified", Text("已核实", "Verified")),
    ("slotted", Text("已排位", "Slotted")),
    ("done", Text("已完成", "Done")),
    ("called_back", Text("已回访", "Called back")),
    ("cancelled", Text("已取消", "Cancelled")),
    ("no_show", Text("没有来", "No-show")),
)
HAS_PLACE = ("slotted", "done", "called_back")
"""States in which a booking has a place that nobody else may have."""
OVER = ("called_back", "cancelled", "no_show")
"""States in which nothing is owed to the resident any more."""

SLIP_STATES = (
    ("taken", Text("已取号", "Taken")),
    ("called", Text("已叫号", "Called")),
    ("serving", Text("正在磨", "Serving")),
    ("done", Text("已完成", "Done")),
    ("skipped", Text("过号", "Skipped")),
    ("at_home", Text("转上门", "Turned into a home visit")),
)


class Stateful(Protocol):
    """A record that has a state."""

    state: str


@dataclass(frozen=True)
class Course:
    """What can come after each state of one thing."""

    thing: Text
    """Its name, as a sentence begins with it."""
    labels: Sequence[tuple[str, Text]]
    next: Mapping[str, Sequence[str]]

    def leads_to(self, state: str) -> Callable[[Stateful], bool]:
        """Whether a record may come to a state: what an action is offered for."""
        return lambda record: state in self.next.get(record.state, ())

    def refuse_impossible(self, before: str, after: str, *, one_step: bool) -> None:
        """Raise `PluginRefused` unless one state may come after the other.

        Not `one_step`: some steps in between may have been taken where this was not seen.
        """
        allowed = self.next.get(before, ()) if one_step else self._later(before)
        if after == before or after in allowed:
            return
        following = [self._name(each) for each in self.next.get(before, ())]
        detail = _IMPOSSIBLE.format(
            thing=self.thing,
            before=self._name(before),
            after=self._name(after),
            following=following or Text("没有了", "nothing"),
        )
        raise PluginRefused(detail=detail)

    def _later(self, state: str) -> set[str]:
        found: set[str] = set()
        waiting = [state]
        while waiting:
            for each in self.next.get(waiting.pop(), ()):
                if each not in found:
                    found.add(each)
                    waiting.append(each)
        return found

    def _name(self, state: str) -> Text:
        label = Text.of(dict(self.labels).get(state, state))
        return Text(label.zh, label.en.lower())


_IMPOSSIBLE = Text(
    "{thing}{before}，不能直接变成“{after}”；下一步可以是：{following}。",
    "{thing} that is {before} cannot become {after}; next may come: {following}.",
)


BOOKING = Course(
    Text("预约", "A booking"),
    BOOKING_STATES,
    {
        "requested": ("verified", "cancelled"),
        "verified": ("slotted", "cancelled"),
        "slotted": ("done", "no_show", "cancelled"),
        "done": ("called_back",),
        "cancelled": ("requested",),
        "no_show": ("verified",),
    },
)
SLIP = Course(
    Text("这张号", "A slip"),
    SLIP_STATES,
    {
        "taken": ("called", "skipped"),
        "called": ("serving", "skipped", "at_home"),
        "serving": ("done", "at_home"),
        "skipped": ("called",),
    },
)
