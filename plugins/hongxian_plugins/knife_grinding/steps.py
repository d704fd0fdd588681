"""The states of a booking and of a queue slip, and which may come after which."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from hongxian import PluginRefused

BOOKING_STATES = (
    ("requested", "已提出 · Requested"),
    ("verified", "已核实 · Verified"),
    ("slotted", "已排位 · Slotted"),
    ("done", "已完成 · Done"),
    ("called_back", "已回访 · Called back"),
    ("cancelled", "已取消 · Cancelled"),
    ("no_show", "没有来 · No-show"),
)
HAS_PLACE = ("slotted", "done", "called_back")
"""States in which a booking has a place that nobody else may have."""
OVER = ("called_back", "cancelled", "no_show")
"""States in which nothing is owed to the resident any more."""

SLIP_STATES = (
    ("taken", "已取号 · Taken"),
    ("called", "已叫号 · Called"),
    ("serving", "正在磨 · Serving"),
    ("done", "已完成 · Done"),
    ("skipped", "过号 · Skipped"),
    ("at_home", "转上门 · Turned into a home visit"),
)


@dataclass(frozen=True)
class Course:
    """What can come after each state of one thing."""

    thing: tuple[str, str]
    """Its name, in Chinese and in English."""
    labels: Sequence[tuple[str, str]]
    next: Mapping[str, Sequence[str]]

    def leads_to(self, state: str) -> Callable[[Mapping[str, Any]], bool]:
        """Whether a record with these values may come to a state: what an action is offered for."""
        return lambda values: state in self.next.get(values["state"], ())

    def refuse_impossible(self, before: str, after: str, *, one_step: bool) -> None:
        """Raise `PluginRefused` unless one state may come after the other.

        Not `one_step`: some steps in between may have been taken where this was not seen.
        """
        allowed = self.next.get(before, ()) if one_step else self._later(before)
        if after == before or after in allowed:
            return
        chinese, english = zip(*(self._names(each) for each in (before, after)), strict=True)
        following = [self._names(each) for each in self.next.get(before, ())]
        then_zh = "、".join(zh for zh, _ in following) or "没有了"
        then_en = ", ".join(en for _, en in following) or "nothing"
        raise PluginRefused(
            detail=f"{self.thing[0]}{chinese[0]}，不能直接变成“{chinese[1]}”；下一步可以是：{then_zh}。"
            f"{self.thing[1]} that is {english[0]} cannot become {english[1]}; "
            f"next may come: {then_en}."
        )

    def _later(self, state: str) -> set[str]:
        found: set[str] = set()
        waiting = [state]
        while waiting:
            for each in self.next.get(waiting.pop(), ()):
                if each not in found:
                    found.add(each)
                    waiting.append(each)
        return found

    def _names(self, state: str) -> tuple[str, str]:
        chinese, _, english = dict(self.labels).get(state, state).partition(" · ")
        return chinese, (english or state).lower()


BOOKING = Course(
    ("预约", "A booking"),
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
    ("这张号", "A slip"),
    SLIP_STATES,
    {
        "taken": ("called", "skipped"),
        "called": ("serving", "skipped", "at_home"),
        "serving": ("done", "at_home"),
        "skipped": ("called",),
    },
)
