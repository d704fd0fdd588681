"""All that the door shows of one evening: who is to come, who is in, the adults; a card each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from hongxian import Store, Text
from hongxian.records import Task
from hongxian.shapes import Button, Card, Print, Tone
from hongxian.text import joined
from hongxian_plugins.study_room.at_the_door.days import PEOPLE, duties_of, moment, visits_of
from hongxian_plugins.study_room.at_the_door.leaving import MUST_NOT
from hongxian_plugins.study_room.children import Adult, Child, is_away
from hongxian_plugins.study_room.rooms import DAY, IS_OPEN, Day, Room
from hongxian_plugins.study_room.sealed import Caution
from hongxian_plugins.study_room.visits import HOW, Booking, Duty, Visit, gone, inside, on_duty

_MARKED = {
    "study_room.visit.has_a_seat": Text("超员", "Beyond"),
    "study_room.visit.has_consent": Text("没有同意书", "No consent"),
}
"""What a card says of the tasks that are open about a visit, by the rules that opened them."""

_AWAY, _KEPT = Text("今天不来", "Not today"), Text("留了座", "Seat kept")


@dataclass
class Evening:
    """All that stands on the page of one day."""

    day: Day | None
    room: Room | None
    now: datetime
    due: Sequence[Child]
    there: Sequence[Visit]
    gone: Sequence[Visit]
    adults: Sequence[Duty]
    names: dict[str, str]
    """Of children and adults, by their ids."""
    kept: set[str]

    @classmethod
    def of(cls, store: Store, day: Day | None, *teams: str) -> Evening:
        """As it is known here; with children of these teams alone, where some are named."""
        room = Room.get_or_none(Room.id == day.room) if day else Room.select().first()
        visits, adults = (visits_of(day), duties_of(day)) if day else ([], [])
        bookings = Booking.select().where(Booking.day == day.id) if day else ()
        kept, came = {each.child for each in bookings}, {each.child for each in visits}
        here = Child.select().where(Child.state != "left", Child.id.not_in(came))
        due = sorted(
            here.where(Child.scope.in_(teams)) if teams else here,
            key=lambda each: (is_away(each), each.id not in kept, each.grade or 99, each.name),
        )
        names = store.names_of("study_room.child", came)
        names |= store.names_of(PEOPLE, [each.person for each in adults])
        return cls(day, room, moment(store), due, inside(visits), gone(visits), adults, names, kept)

    @property
    def likeliest(self) -> str:
        """What is looked at now: the adults before it opens, who leaves at the end."""
        if self.day is None or self.day.state in ("planned", "off"):
            return "adults"
        return "due" if self.day.state == "open" and not self.is_late else "in"

    @property
    def is_late(self) -> bool:
        """Whether the room should be shut by now."""
        day, room = self.day, self.room
        return bool(day and room and self.now >= datetime.combine(day.date, room.closes))

    def told(self) -> Text | str:
        """In, seats, adults; and where there are too few of these."""
        if self.day is None or self.room is None:
            return ""
        adults = len(on_duty(self.adults, self.now))
        least = -(-len(self.there) // self.room.per_adult)
        told = Text(
            "在 {n}/{seats} · 大人 {adults} · {state}", "{n}/{seats} · adults {adults} · {state}"
        ).format(
            n=len(self.there),
            seats=self.room.seats,
            adults=adults,
            state=DAY.title_of(self.day.state),
        )
        if adults >= least:
            return told
        few = Text(
            "一个大人最多带 {n} 个，要 {least} 个大人",
            "at most {n} to an adult: {least} are wanted",
        )
        return joined([few.format(n=self.room.per_adult, least=least), told], " · ")

    def presses(self, shown: str) -> list[object]:
        """The next step of the day, and what is printed and told of it."""
        given = {"day": self.day.id} if self.day else {}
        new = ("walk_in", Text("新来的", "New child"))
        name, title = ("sign_on", Text("大人签到", "Adult in")) if shown == "adults" else new
        steps = [
            Button(each.title, f"study_room.{each.name}", id=day.id, at_once=each.name == "clear")
            for day in filter(None, [self.day])
            for each in DAY.after(day.state)
            if each.usual
        ]
        sheet = Text("签到表", "Sheet")
        return [
            Button(title, f"study_room.{name}", given, icon="person-plus"),
            *steps,
            *([Print(sheet, "study_room.sign_sheet", self.day.id)] if self.day else []),
            Button(Text("疑似伤害", "Harm"), "study_room.new_harm", icon="exclamation-triangle"),
        ]

    # -- cards -----------------------------------------------------------------------------------------

    def due_card(self, child: Child) -> Card:
        """Who is not in: one press and they are."""
        return Card(
            child.name,
            str(child.grade or "–"),
            Text("年级", "(school year)") if child.grade else "",
            state=_AWAY if is_away(child) else _KEPT if child.id in self.kept else "",
            tone="rest" if is_away(child) else "plan",
            presses=[self._arrives(Text("到", "In"), child.id, "check2")],
            id=child.id,
        )

    def in_card(self, visit: Visit) -> Card:
        """Who is in: one press hands them to the first of who may fetch, unless somebody must not."""
        caution, mark = self._cautions.get(visit.child), self._marks.get(visit.id)
        state: Text | str = mark or ""
        tone: Tone = "wait" if mark else "now"
        if caution:
            state, tone = MUST_NOT.format(who=caution.who), "stop"
        elif self.is_late:
            state, tone = Text("还没接", "Not fetched"), "stop"
        # With somebody who must not, the form stands between a press and the street.
        fetched = [
            Button(
                Text("{who}接走", "To {who}").format(who=each.relation),
                "study_room.hand_over",
                {"adult": each.id},
                visit.id,
                at_once=caution is None,
            )
            for each in self._adults.get(visit.child, [])[:3]
        ]
        return Card(
            self.names.get(visit.child, "…"),
            f"{visit.came:%H:%M}",
            state=state,
            tone=tone,
            presses=[*fetched, Button(Text("其他", "Other"), "study_room.leave", id=visit.id)],
            id=visit.id,
            note=caution.what or "" if caution else "",
        )

    def gone_card(self, visit: Visit) -> Card:
        """Who came and left: shown in again by one press where that was a mistake, or let in once more."""
        mistaken = Text("没走", "Not gone")
        return Card(
            self.names.get(visit.child, "…"),
            f"{visit.left:%H:%M}",
            state=visit.out_to or dict(HOW).get(visit.how, ""),
            tone="done",
            presses=[
                Button(mistaken, "study_room.still_in", id=visit.id, at_once=True),
                self._arrives(Text("又到", "In again"), visit.child),
            ],
            id=visit.id,
        )

    def adult_card(self, duty: Duty) -> Card:
        """Who is on duty: signed in and out by one press."""
        come, go = ("come", Text("签到", "In")), ("go", Text("签退", "Out"))
        name, title = go if duty.came else come
        press = Button(title, f"study_room.{name}", id=duty.id, at_once=True)
        out = Text("{at:%H:%M} 离", "out {at:%H:%M}")
        return Card(
            self.names.get(duty.person, "…"),
            f"{duty.came:%H:%M}" if duty.came else "–",
            state=out.format(at=duty.left) if duty.left else "",
            tone="now" if duty.came and not duty.left else "plan",
            presses=[] if duty.left else [press],
            id=duty.id,
        )

    def _arrives(self, title: Text, child: str, icon: str = "") -> Button:
        given = {"day": self.day.id} if self.day else {}
        return Button(title, "study_room.arrive", given, child, at_once=True, icon=icon)

    @cached_property
    def _inside(self) -> list[str]:
        return [each.child for each in self.there]

    @cached_property
    def _adults(self) -> dict[str, list[Adult]]:
        """Who may fetch each child that is in."""
        found: dict[str, list[Adult]] = {}
        for each in Adult.select().where(Adult.child.in_(self._inside)).order_by(Adult.id):
            found.setdefault(each.child, []).append(each)
        return found

    @cached_property
    def _cautions(self) -> dict[str, Caution]:
        """On the laptops on duty, and while it is open alone."""
        if self.day is None or self.day.state not in IS_OPEN:
            return {}
        return {
            each.child: each for each in Caution.select().where(Caution.child.in_(self._inside))
        }

    @cached_property
    def _marks(self) -> dict[str, Text]:
        """Of those about whom something is to be looked into, what."""
        tasks = Task.select(Task.record, Task.rule).where(
            Task.record.in_([each.id for each in self.there]),
            Task.rule.in_(list(_MARKED)),
            Task.done == False,  # noqa: E712
        )
        return {record: _MARKED[rule] for record, rule in tasks.tuples()}
