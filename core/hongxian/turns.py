"""Whose turn it is at a stall: the slips of one line, told at the counter and on the wall above it.

A slip is a record of a plugin's own with `number`, `state` and `called_at`; its states that count here are
"taken", "called", "serving" and "skipped". Its steps are `call`, `call_again`, `once_more`, `skip`, `finish`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any  # Any: each plugin's slip is a model of its own

from hongxian.shapes import Beside, Button, Facts, Go, Numbers, Queue, Stat, Stats, Tag
from hongxian.text import Text, joined
from hongxian.words.values import Value

__all__ = ["Turns", "call_out", "waiting_words"]

CALLING = timedelta(seconds=40)
"""How long a number is shown as called just now."""
LAST = 4
"""Numbers that a wall tells to come near, and of those called before."""
_CALL = Text("叫 {number} 号", "Call {number}")
_NUMBER = Text.of("{number}")
_COME = Text("请到摊位", "Please come to the stall")
_DONE = Text("{number} 好了", "{number} is done")
_SERVING = Text("正在办", "Being served")
_AGAIN = Text("再叫一遍", "Again")
_LAGS = Text(
    "摊位的电脑没网时，这里会慢；叫号以现场为准。",
    "While the stall has no network this lags behind: what is called there counts.",
)
_MINE, _BEFORE = Text("我的号", "My number"), Text("前面还有", "Before me")
_ABOUT, _MINUTES = Text("大约还要", "About"), Text("分钟", "minutes")
_PEOPLE = Text("人", "people")
_WHAT, _CALLED = Text("排的", "Waits for"), Text("现在叫到", "Called now")
_NONE = Text("没人等，来了就办", "Nobody waits: come at once")


def call_out(slip: Any, now: datetime, line: Iterable[Any]) -> None:
    """A slip is called: whoever of its line was called before has come, or was passed over."""
    slip.called_at = now
    for each in line:
        if each.state == "called" and each.id != slip.id:
            each.state = "serving"
            each.save()


def waiting_words(waiting: int, minutes_each: int | None = None) -> Text:
    """How many wait and about how long, to five minutes."""
    told = Text("在等 {n} 人", "{n} waiting").format(n=waiting)
    if not minutes_each or not waiting:
        return told
    about = Text("约 {minutes} 分钟", "about {minutes} minutes")
    return joined([told, about.format(minutes=_to_five(waiting * minutes_each))], Text("，", ", "))


def _to_five(minutes: int) -> int:
    """So many minutes as people say them."""
    return -(-minutes // 5) * 5


@dataclass(frozen=True)
class Turns:
    """The slips of one line in the order in which they are called.

    `plugin` is whose steps the presses take; `finish` is what that step is given, `done` and `serving` how
    they are called; `minutes_each` tells how long people wait.
    """

    plugin: str
    slips: Sequence[Any]
    done: Text = _DONE
    serving: Text = _SERVING
    finish: Mapping[str, Value] = field(default_factory=dict)
    minutes_each: int | None = None

    @property
    def waiting(self) -> list[Any]:
        """Those who were not called yet."""
        return self.of("taken")

    @property
    def called(self) -> Any | None:
        """Who was called last and has not come yet."""
        return max(self.of("called"), key=_by_call, default=None)

    def of(self, *states: str) -> list[Any]:
        """The slips in some states."""
        return [each for each in self.slips if each.state in states]

    def at_the_counter(
        self,
        give: Button,
        *,
        services: Sequence[Go] = (),
        presses: Sequence[Button] | None = None,
        beside: Sequence[Button] = (),
        lines: Sequence[Numbers] = (),
        note: Text | str = "",
    ) -> Queue:
        """Who is called, what is pressed next and who waits.

        `presses` stand in place of again and pass over, `beside` those who wait.
        """
        called, waiting = self.called, self.waiting
        if called and presses is None:
            presses = [self.again(called), self.pass_over(called)]
        words = waiting_words(len(waiting), self.minutes_each)
        shown = Numbers(words, [each.number for each in waiting], beside)
        return Queue(
            called=called.number if called else "",
            said=_said(called),
            services=services,
            call=self.press(waiting[0], "call", _CALL, "volume-up") if waiting else None,
            presses=(presses or ()) if called else (),
            lines=[shown, *(e for e in (*self._lines(), *lines) if e.numbers or e.presses)],
            give=give,
            note=note,
        )

    def on_the_wall(self, now: datetime, title: Text | str, icon: str) -> Queue:
        """The number that is called, who comes next, how many wait and who was called before."""
        called = sorted(self.of("called", "serving"), key=_by_call)
        newest = called[-1] if called else None
        before = sorted((e for e in self.slips if e.called_at and e is not newest), key=_by_time)
        waiting = [each.number for each in self.waiting]
        return Queue(
            called=newest.number if newest else "",
            title=title,
            icon=icon,
            around=("", ""),
            said=_COME if newest else "",
            lines=[
                Numbers(Text("接着", "Next"), waiting[:LAST]) if waiting else Numbers("", [_NONE]),
                Numbers(waiting_words(len(waiting), self.minutes_each)),
                *([_before(before[:-LAST:-1])] if before else []),
            ],
            calling=bool(newest and _is_called_now(newest, now)),
        )

    def told_to(self, slip: Any, ahead: int, what: Text | str, stands: Text) -> Beside:
        """For whoever holds a slip: their number, how many are before them, about how long, and who is called."""
        stats = [Stat(_MINE, slip.number)]
        if slip.state == "taken":
            stats.append(Stat(_BEFORE, ahead, _PEOPLE))
            if self.minutes_each and ahead:
                stats.append(Stat(_ABOUT, _to_five(ahead * self.minutes_each), _MINUTES))
        called = self.called
        facts = [(_WHAT, what), (_CALLED, called.number if called else None)]
        return Beside([Stats(stats), Facts(facts, [Tag(stands, "now")])], note=_LAGS)

    def press(self, slip: Any, step: str, title: Text, icon: str = "", **values: Value) -> Button:
        """One press that takes a step of a slip."""
        name = title.format(number=slip.number)
        return Button(name, f"{self.plugin}.{step}", values, slip.id, at_once=True, icon=icon)

    def again(self, called: Any, title: Text = _AGAIN) -> Button:
        """The press that calls once more."""
        return self.press(called, "once_more", title, "arrow-repeat")

    def pass_over(self, called: Any) -> Button:
        """The press that passes over who did not come."""
        return self.press(called, "skip", Text("过号", "Pass over"))

    def _lines(self) -> list[Numbers]:
        """Who is served, and who was passed over and did not come back yet."""
        in_hand = self.of("serving", "called")
        return [
            Numbers(
                self.serving,
                presses=[
                    self.press(e, "finish", self.done, "check2", **self.finish) for e in in_hand
                ],
            ),
            Numbers(
                Text("过号", "Passed over"),
                [self.press(each, "call_again", _NUMBER) for each in self.of("skipped")],
                note=Text("回来了就点号码", "press who came back"),
            ),
        ]


def _before(slips: Sequence[Any]) -> Numbers:
    return Numbers(Text("刚叫过", "Called before"), [each.number for each in slips])


def _by_call(slip: Any) -> tuple[bool, str, str]:
    return slip.state == "called", str(slip.called_at or ""), slip.id


def _by_time(slip: Any) -> tuple[str, str]:
    return str(slip.called_at), slip.id


def _said(called: Any | None) -> Text | str:
    if called is None:
        return Text("现在没有叫到谁", "Nobody is called now")
    if called.called_at is None:
        return ""
    return Text("{at:%H:%M} 叫的", "called at {at:%H:%M}").format(at=called.called_at)


def _is_called_now(slip: Any, now: datetime) -> bool:
    at = slip.called_at
    return slip.state == "called" and at is not None and now - CALLING < at <= now
