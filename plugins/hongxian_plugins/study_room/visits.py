"""Who is in the room: each visit of a child, who is on duty, and the seats that are kept for somebody."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from peewee import BooleanField, CharField, DateTimeField, IntegerField

from hongxian import Claim, Keep, Lasting, Record, Reference, Text
from hongxian.checks import RecordSchema, whole_number
from hongxian.merges import Furthest, Largest, Smallest
from hongxian.records import Value, Values, present_store, same_id
from hongxian_plugins.study_room.rooms import Day, Room, term_ends
from hongxian_plugins.study_room.settings import StudyRules

HOW = (
    ("slipped", Text("擅自离开", "Slipped away")),
    ("telephoned", Text("电话问到已到家", "Telephoned: is at home")),
    ("seen", Text("有人看见离开", "Seen to leave")),
    ("alone", Text("独自离开", "Alone, as agreed")),
    ("adult", Text("有人接走", "Fetched")),
    ("mistaken", Text("记错，没有走", "A mistake: did not leave")),
)
"""How a child left, what is known least surely first: of two who say it the surer stands.

A leaving that was written by mistake is taken back by the last: times do not go back, and whoever may
be in is shown in.
"""
LEAVES = HOW[-2::-1]
"""What is asked of who leaves."""


def _day() -> Reference:
    return Reference(
        "study_room.day",
        verbose_name=Text("哪天", "Day"),
        index=True,
        help_text=Text("学习室的哪一天。", "Of which day of the room."),
    )


def a_year_after_the_term(visit: Visit) -> date | None:
    """The last day on which a visit is kept; None while its day is not here."""
    day = Day.get_or_none(Day.id == visit.day)
    days = StudyRules.now(present_store()).keep_days
    return day and term_ends(day.date) + timedelta(days=days)


class VisitChecks(RecordSchema):
    """Of a visit: turns that an evening has."""

    turn = whole_number(1, 20)


class Visit(Record):
    """Visits of children."""

    child = Reference(
        "study_room.child",
        on_delete="keep",
        verbose_name=Text("孩子", "Child"),
        index=True,
        help_text=Text("哪个孩子。", "Which child."),
    )
    day = _day()
    turn = IntegerField(
        verbose_name=Text("第几次", "Turn"),
        default=1,
        help_text=Text("这天第几次来。", "How often it came on that day."),
    )
    came = DateTimeField(
        verbose_name=Text("到", "In"),
        help_text=Text("两台电脑都记，算早的。", "Of two that say it the earlier."),
    )
    left = DateTimeField(
        verbose_name=Text("离", "Out"),
        null=True,
        help_text=Text("两台电脑都记，算早的。", "Of two that say it the earlier."),
    )
    seen_in = DateTimeField(null=True, verbose_name=Text("最后见到", "Seen in last"))
    how = CharField(
        verbose_name=Text("怎么走的", "How it left"),
        max_length=10,
        null=True,
        choices=HOW[::-1],
        help_text=Text("离开时写。", "Told when it leaves."),
    )
    fetched_by = Reference(
        "study_room.adult",
        on_delete="keep",
        verbose_name=Text("名单上的人", "Of the list"),
        null=True,
        help_text=Text("可接的人里的哪一位。", "Which of those who may fetch."),
    )
    out_to = CharField(
        verbose_name=Text("交给谁", "To whom"),
        max_length=60,
        null=True,
        help_text=Text("姓名和关系。", "Name and relation."),
    )
    said_by = CharField(
        verbose_name=Text("谁说的", "Who says so"),
        max_length=60,
        null=True,
        help_text=Text(
            "没有当面交接时：谁看见、谁接的电话。",
            "Where nobody handed it over: who saw it, who answered.",
        ),
    )

    class Meta:
        collection = "study_room.visit"
        title = Text("到离记录", "Visits")
        menu = False
        hidden = ("seen_in",)
        merges = {
            "came": Smallest(),
            "left": Smallest(),
            "seen_in": Largest(),
            "how": Furthest(*(name for name, _ in HOW)),
        }
        keep = Keep(until=a_year_after_the_term)
        checks = VisitChecks


def visit_id(child: str, day: str, turn: int) -> str:
    """The same on every laptop: two that let one child in write one visit."""
    return same_id("study_room.visit", child, day, str(turn))


def next_visit(child: str, day: str, **told: Value) -> Visit:
    """A visit of the turn that comes; what was deleted keeps its own."""
    own = Visit.with_deleted().where(Visit.day == day, Visit.child == child)
    turn = 1 + max((each.turn for each in own), default=0)
    id = visit_id(child, day, turn)
    made: Visit = Visit.create(id=id, child=child, day=day, turn=turn, **told)
    return made


def inside(visits: Iterable[Visit]) -> list[Visit]:
    """Of the visits of a day the last of each child that is in the room, the first that came before the others.

    Who went out on one laptop and came again at another, which had not heard of it, is in: what was seen
    later than any leaving counts.
    """
    by_child: dict[str, list[Visit]] = {}
    for each in sorted(visits, key=lambda each: each.turn):
        by_child.setdefault(each.child, []).append(each)
    found = [own[-1] for own in by_child.values() if _is_in(own)]
    return sorted(found, key=lambda each: (each.came, each.id))


def _is_in(own: Sequence[Visit]) -> bool:
    left = [at for each in own if (at := left_at(each))]
    is_last_in = left_at(own[-1]) is None
    return is_last_in or max(each.seen_in or each.came for each in own) > max(left)


def left_at(visit: Visit) -> datetime | None:
    """When a child left; None where it has not, or where that was written by mistake."""
    left: datetime | None = visit.left
    return None if visit.how == "mistaken" else left


def is_in(visit: Visit) -> bool:
    """Whether a child is in, as far as this laptop knows, and this is its visit."""
    own = Visit.select().where(Visit.day == visit.day, Visit.child == visit.child)
    return [each.id for each in inside(own)] == [visit.id]


def gone(visits: Iterable[Visit]) -> list[Visit]:
    """Of the visits of a day the last of each child that came and is in no more, who left last first."""
    visits = list(visits)
    here = {each.child for each in inside(visits)}
    last = {each.child: each for each in sorted(visits, key=lambda each: each.turn)}
    left = [each for each in last.values() if each.child not in here]
    return sorted(left, key=lambda each: (each.left, each.id), reverse=True)


def as_told(visits: Sequence[Visit]) -> list[Visit]:
    """The visits without those whose leaving was a mistake and that a later turn tells anew."""
    last = {each.child: each.turn for each in sorted(visits, key=lambda each: each.turn)}
    return [each for each in visits if each.how != "mistaken" or each.turn == last[each.child]]


def is_gone(visit: Visit) -> bool:
    """Whether a child has left, as far as this laptop knows, and this is its last visit."""
    own = Visit.select().where(Visit.day == visit.day, Visit.child == visit.child)
    return [each.id for each in gone(own)] == [visit.id]


class Booking(Record):
    """Seats that are kept."""

    child = Reference(
        "study_room.child",
        on_delete="with",
        verbose_name=Text("孩子", "Child"),
        index=True,
        help_text=Text("给谁留。", "For whom."),
    )
    day = _day()
    seat = IntegerField(
        verbose_name=Text("座位", "Seat"), help_text=Text("几号座。", "The number of the seat.")
    )

    class Meta:
        collection = "study_room.booking"
        title = Text("预约座位", "Bookings")
        menu = False
        keep = Keep(until=a_year_after_the_term)
        claims = [
            Claim("day", "seat", near=lambda wanted: other_seats(wanted)),
            Claim("day", "child"),
        ]


def other_seats(wanted: Values) -> Iterable[Values]:
    """The seats that a day's room has."""
    day = Day.get_or_none(Day.id == wanted["day"])
    room = day and Room.get_or_none(Room.id == day.room)
    for seat in range(1, room.seats + 1) if room else ():
        yield {**wanted, "seat": seat}


class Duty(Record):
    """Who is on duty."""

    day = _day()
    person = Reference(
        "roster.person",
        verbose_name=Text("志愿者", "Person"),
        index=True,
        help_text=Text("名册中的人。", "Someone in the roster."),
    )
    place = IntegerField(
        verbose_name=Text("位置", "Place"),
        null=True,
        help_text=Text(
            "值班表上第几个；当天临时来的留空。", "On the rota; empty for who came unplanned."
        ),
    )
    came = DateTimeField(
        verbose_name=Text("到", "In"), null=True, help_text=Text("几点到的。", "When they came.")
    )
    left = DateTimeField(
        verbose_name=Text("离", "Out"),
        null=True,
        help_text=Text("留空算到学习室的关门时间。", "Empty until the room's hour of closing."),
    )
    voided = BooleanField(
        verbose_name=Text("作废", "Voided"),
        default=False,
        help_text=Text("记错了就作废，另记一条。", "A mistake: void it, write another."),
    )
    void_reason = CharField(
        verbose_name=Text("作废原因", "Void reason"),
        max_length=200,
        null=True,
        help_text=Text("如：换班、记错人。", "Such as swapped, or the wrong person."),
    )

    class Meta:
        collection = "study_room.duty"
        title = Text("值班", "Duty")
        menu = False
        merges = {"came": Smallest(), "left": Smallest()}
        lasting = Lasting(voided="voided", why="void_reason")
        claims = [Claim("day", "place", only={"voided": (False,)})]


def duty_id(day: str, person: str, turn: int) -> str:
    """The same on every laptop: two that sign one person in write one record."""
    return same_id("study_room.duty", day, person, str(turn))


def on_duty(duties: Iterable[Duty], at: datetime | None = None) -> list[Duty]:
    """Those who have signed in and, where a moment is named, had not left by then."""
    return [
        each
        for each in duties
        if each.came and not each.voided and not (at and each.left and each.left <= at)
    ]
