"""All that the door shows of one evening: who is to come, who is in, the adults; a card each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time

from hongxian import Store, Text
from hongxian.records import Task
from hongxian.shapes import Button, Card, Print, Tone
from hongxian.text import joined
from hongxian_plugins.study_room.children import Adult, Child
from hongxian_plugins.study_room.days import children_of, duties_of, moment, visits_of
from hongxian_plugins.study_room.duty import names_of
from hongxian_plugins.study_room.fetching import MUST_NOT
from hongxian_plugins.study_room.rooms import DAY, IS_OPEN, Day, Room
from hongxian_plugins.study_room.sealed import Caution
from hongxian_plugins.study_room.visits import (
    HOW,
    Booking,
    Duty,
    Visit,
    gone,
    inside,
    on_duty,
)

_LATE = Text("还没接", "Not fetched")
_MARKED = {
    "study_room.visit.has_a_seat": Text("超员", "Beyond"),
    "study_room.visit.has_consent": Text("没有同意书", "No consent"),
}
"""What a card says of the tasks that are open about a visit, by the rules that opened them."""
_NEW, _SIGN_ON = Text("新来的", "New child"), Text("大人签到", "Adult in")
_HARM = Text("疑似伤害", "Harm")


@dataclass
class Evening:
    """All that stands on the page of one day."""

    day: Day | None
    room: Room | None
    now: datetime
    due: Sequence[Child]
    there: Sequence[Visit]
    gone: Sequence[Visit]
    children: dict[str, Child]
    adults: Sequence[Duty]
    names: dict[str, str]
    kept: set[str]

    @classmethod
    def of(cls, store: Store, day: Day | None) -> Evening:
        """As it is known here."""
        room = Room.get_or_none(Room.id == day.room) if day else Room.select().first()
        visits = visits_of(day) if day else []
        there, left = inside(visits), gone(visits)
        bookings = Booking.select().where(Booking.day == day.id) if day else ()
        kept = {each.child for each in bookings}
        absent = Child.id.not_in({each.child for each in visits})
        due = sorted(
            Child.select().where(Child.state != "left", absent),
            key=lambda each: (each.id not in kept, each.grade or 99, each.name),
        )
        adults = duties_of(day) if day else []
        people = names_of(store, [each.person for each in adults])
        known = children_of([*there, *left])
        return cls(day, room, moment(store), due, there, left, known, adults, people, kept)

    @property
    def likeliest(self) -> str:
        """What is looked at now: the adults before it opens, who leaves at the end."""
        if self.day is None or self.day.state in ("planned", "off"):
            return "adults"
        return "due" if self.day.state == "open" and not self._is_late() else "in"

    def told(self) -> Text | str:
        """In, seats, adults; and where there are too few of these."""
        if self.day is None or self.room is None:
            return ""
        adults = len(on_duty(self.adults, self.now))
        least = -(-len(self.there) // self.room.per_adult)
        told = Text(
            "在 {n}/{seats} · 大人 {adults} · {state}", "{n}/{seats} · adults {adults} · {state}"
        ).format(
            state=DAY.title_of(self.day.state),
            n=len(self.there),
            seats=self.room.seats,
            adults=adults,
        )
        if adults >= least:
            return told
        few = Text(
            "一个大人最多带 {n} 个，要 {least} 个大人",
            "at most {n} to an adult: {least} are wanted",
        )
        return joined([few.format(n=self.room.per_adult, least=least), told], Text.of(" · "))

    def presses(self, shown: str) -> list[object]:
        """The next step of the day, and what is printed and told of it."""
        given = {"day": self.day.id} if self.day else {}
        new, title = ("walk_in", _NEW) if shown != "adults" else ("sign_on", _SIGN_ON)
        presses: list[object] = [
            Button(title, f"study_room.{new}", given, icon="person-plus"),
            Button(_HARM, "study_room.new_harm", icon="exclamation-triangle"),
        ]
        if self.day is None:
            return presses
        steps = [
            Button(
                each.title, f"study_room.{each.name}", id=self.day.id, at_once=each.name == "clear"
            )
            for each in DAY.after(self.day.state)
            if each.usual
        ]
        sheet = Print(Text("签到表", "Sheet"), "study_room.sign_sheet", self.day.id)
        return [presses[0], *steps, sheet, presses[1]]

    # -- cards -----------------------------------------------------------------------------------------

    def due_cards(self) -> list[Card]:
        """Who is not in: one press and they are."""
        day = self.day.id if self.day else None
        return [
            Card(
                each.name,
                str(each.grade or "–"),
                Text("年级", "school year") if each.grade else "",
                state=_KEPT if each.id in self.kept else "",
                tone="plan",
                presses=[_arrives(_IN, each.id, day)],
                id=each.id,
            )
            for each in self.due
        ]

    def in_cards(self) -> list[Card]:
        """Who is in: one press hands them to the first of who may fetch, unless somebody must not."""
        here = [each.child for each in self.there]
        adults: dict[str, list[Adult]] = {}
        for each in Adult.select().where(Adult.child.in_(here)).order_by(Adult.id):
            adults.setdefault(each.child, []).append(each)
        cautions = self._cautions(here)
        marked = _marked([each.id for each in self.there])
        return [
            self._in_card(
                each, adults.get(each.child, []), cautions.get(each.child), marked.get(each.id)
            )
            for each in self.there
        ]

    def _in_card(
        self, visit: Visit, adults: Sequence[Adult], caution: Caution | None, mark: Text | None
    ) -> Card:
        child = self.children.get(visit.child)
        state: Text | str = mark or ""
        tone: Tone = "wait" if mark else "now"
        if caution:
            state, tone = MUST_NOT.format(who=caution.who), "stop"
        elif self._is_late():
            state, tone = _LATE, "stop"
        return Card(
            child.name if child else "…",
            f"{visit.came:%H:%M}",
            state=state,
            tone=tone,
            # With somebody who must not, the form stands between a press and the street.
            presses=[
                *(_to(each, visit, at_once=caution is None) for each in adults[:3]),
                Button(Text("其他", "Other"), "study_room.leave", id=visit.id),
            ],
            id=visit.id,
            note=caution.what or "" if caution else "",
        )

    def gone_cards(self) -> list[Card]:
        """Who came and left: shown in again by one press where that was a mistake, or let in once more."""
        how = dict(HOW)
        return [
            Card(
                self.children[each.child].name if each.child in self.children else "…",
                f"{each.left:%H:%M}",
                state=each.out_to or (how[each.how] if each.how else ""),
                tone="done",
                presses=[
                    Button(_NOT_GONE, "study_room.still_in", id=each.id, at_once=True),
                    _arrives(_AGAIN, each.child, each.day, icon=""),
                ],
                id=each.id,
            )
            for each in self.gone
        ]

    def adult_cards(self) -> list[Card]:
        """Who is on duty: signed in and out by one press."""
        return [
            Card(
                self.names.get(each.person, "…"),
                f"{each.came:%H:%M}" if each.came else "–",
                state=""
                if each.left is None
                else Text("{at:%H:%M} 离", "out {at:%H:%M}").format(at=each.left),
                tone="now" if each.came and not each.left else "plan",
                presses=_duty_presses(each),
                id=each.id,
            )
            for each in self.adults
        ]

    def _is_late(self) -> bool:
        closes = self.room.closes if self.room else time(23, 59)
        day = self.day
        return day is not None and self.now >= datetime.combine(day.date, closes)

    def _cautions(self, children: Sequence[str]) -> dict[str, Caution]:
        """On the laptops on duty, and while it is open alone."""
        if self.day is None or self.day.state not in IS_OPEN:
            return {}
        return {each.child: each for each in Caution.select().where(Caution.child.in_(children))}


_KEPT = Text("留了座", "Seat kept")
_NOT_GONE = Text("没走", "Not gone")
_IN, _AGAIN = Text("到", "In"), Text("又到", "In again")


def _arrives(title: Text, child: str, day: str | None, icon: str = "check2") -> Button:
    given = {"day": day} if day else {}
    return Button(title, "study_room.arrive", given, child, at_once=True, icon=icon)


def _to(adult: Adult, visit: Visit, *, at_once: bool) -> Button:
    title = Text("{who}接走", "To {who}").format(who=adult.relation)
    return Button(title, "study_room.hand_over", {"adult": adult.id}, visit.id, at_once=at_once)


def _duty_presses(duty: Duty) -> list[Button]:
    name, title = ("come", Text("签到", "In")) if duty.came is None else ("go", Text("签退", "Out"))
    return [] if duty.left else [Button(title, f"study_room.{name}", id=duty.id, at_once=True)]


def _marked(visits: Sequence[str]) -> dict[str, Text]:
    """Of those about whom something is to be looked into, what."""
    open_ones = Task.select(Task.record, Task.rule).where(
        Task.record.in_(list(visits)),
        Task.done == False,  # noqa: E712
    )
    return {record: _MARKED[rule] for record, rule in open_ones.tuples() if rule in _MARKED}
