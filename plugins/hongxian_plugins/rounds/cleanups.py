"""Clean-ups: who came from when to when, and how much they cleared; their hours follow once it is over."""

from __future__ import annotations

from datetime import datetime

from peewee import BooleanField, CharField, DateField, DateTimeField

from hongxian import (
    Lasting,
    Record,
    Reference,
    Seen,
    Store,
    TallyField,
    Text,
    Viewer,
    action,
    gives,
    local_today,
    rule,
    view,
)
from hongxian.contracts import Presence
from hongxian.merges import First, Largest, Smallest
from hongxian.records import asked_as, local_minute, refuse_out_of_order, same_id
from hongxian.shapes import Button, Table


class Cleanup(Record):
    """Clean-ups."""

    title = CharField(
        verbose_name=Text("名称", "Title"),
        max_length=80,
        help_text=Text("如：三月大扫除。", "Its name."),
    )
    day = DateField(
        verbose_name=Text("日期", "Day"),
        default=local_today,
        index=True,
        help_text=Text("哪一天。", "Which day."),
    )
    area = CharField(
        verbose_name=Text("区域", "Area"), max_length=80, help_text=Text("扫哪里。", "Where.")
    )
    bags = TallyField(
        verbose_name=Text("清出几袋", "Bags"),
        help_text=Text("几台电脑一起数。", "Counted by many."),
    )

    class Meta:
        collection = "rounds.cleanup"
        title = Text("大扫除", "Clean-ups")
        order = "-day"
        menu = False


class Cleaner(Record):
    """Who came to a clean-up."""

    cleanup = Reference(
        "rounds.cleanup",
        verbose_name=Text("大扫除", "Clean-up"),
        index=True,
        help_text=Text("哪一次。", "Which one."),
    )
    person = Reference(
        "roster.person",
        verbose_name=Text("志愿者", "Person"),
        index=True,
        help_text=Text("谁来了。", "Who came."),
    )
    came = DateTimeField(
        verbose_name=Text("到", "Came"),
        default=local_minute,
        help_text=Text("几点到的。", "When they came."),
    )
    left = DateTimeField(
        verbose_name=Text("离", "Left"),
        null=True,
        help_text=Text("几点走的；收工时还在的一起写。", "When they left; with all who stayed."),
    )
    confirmed_by = CharField(
        verbose_name=Text("带队人", "Led by"),
        max_length=40,
        null=True,
        help_text=Text("谁带队，谁确认。", "Who led, and confirms."),
    )
    voided = BooleanField(
        verbose_name=Text("作废", "Voided"),
        default=False,
        help_text=Text("其实没来的，确认后作废。", "Who had not come, after all."),
    )
    void_reason = CharField(
        verbose_name=Text("作废原因", "Void reason"),
        max_length=200,
        null=True,
        help_text=Text("为什么作废。", "Why it is void."),
    )

    class Meta:
        collection = "rounds.cleaner"
        title = Text("大扫除的人", "At clean-ups")
        menu = False
        lasting = Lasting(
            voided="voided",
            why="void_reason",
            once="confirmed_by",
            stays=("cleanup", "person", "came", "left"),
            planned=True,
        )
        merges = {
            "came": Smallest(tells=False),
            "left": Largest(tells=False),
            "confirmed_by": First(),
        }


def cleaner_id(cleanup: str, person: str) -> str:
    """One for a clean-up and a person: who is written down on two laptops has one time."""
    return same_id("rounds.cleaner", cleanup, person)


@action(
    of=Cleanup,
    title=Text("来了一个人", "Somebody came"),
    usual=True,
    icon="person-plus",
    asks=[Cleaner.person, Cleaner.came],
)
def attend(store: Store, cleanup: Cleanup, person: str, came: datetime) -> Text:
    """They are here from then on; who is written down already stays so."""
    id = cleaner_id(cleanup.id, person)
    if not Cleaner.select().where(Cleaner.id == id).exists():
        Cleaner.create(id=id, cleanup=cleanup, person=person, came=came, scope=cleanup.scope)
    return Text("记下了", "Noted")


@action(of=Cleaner, title=Text("走了", "Left"), when=lambda each: each.left is None)
def go_home(store: Store, cleaner: Cleaner) -> Text:
    """They go before the others."""
    cleaner.left = local_minute(store)
    cleaner.save()
    return Text("{at:%H:%M} 走了", "Left at {at:%H:%M}").format(at=cleaner.left)


@action(
    of=Cleanup,
    title=Text("收工，确认时长", "Finish: confirm the hours"),
    usual=True,
    icon="check2-all",
    asks={"until": asked_as(Cleaner.left, null=False, default=local_minute)},
    final=Text("确认后时间不能再改", "what is confirmed stays"),
)
def finish_cleanup(store: Store, cleanup: Cleanup, until: datetime, viewer: Viewer) -> Text:
    """Whoever is still here leaves then, and all who came have their hours."""
    here = [each for each in cleaners_of(cleanup) if not each.confirmed_by]
    with store.transaction():
        for each in here:
            each.left = each.left or max(until, each.came)
            each.confirmed_by = viewer.name
            each.save()
    return Text("{n} 人的时长已确认。", "The hours of {n} are confirmed.").format(n=len(here))


@view(of=Cleanup, title=Text("来的人", "Who came"))
def present_at(store: Store, cleanup: Cleanup) -> Table:
    """Who came, from when to when, and a press for who leaves early."""
    here = cleaners_of(cleanup)
    return Table.listing(
        Cleaner,
        here,
        "person",
        "came",
        "left",
        "confirmed_by",
        ("", lambda each: "" if each.left else _leaves(each)),
    )


def _leaves(cleaner: Cleaner) -> Button:
    return Button(Text("走了", "Left"), "rounds.go_home", id=cleaner.id, at_once=True)


def cleaners_of(cleanup: Cleanup) -> list[Cleaner]:
    """Who came, but for who turned out not to have."""
    query = Cleaner.select().where(Cleaner.cleanup == cleanup.id, Cleaner.voided == False)  # noqa: E712
    return list(query.order_by(Cleaner.came, Cleaner.id))


@rule(of=Cleaner, when=("came", "left"))
def leaves_after_they_came(cleaner: Cleaner) -> None:
    refuse_out_of_order(cleaner, "came", "left")


@gives(Presence, of=Cleaner, through=("cleanup",), person="person", day="came")
def cleaned(cleaner: Cleaner, seen: Seen) -> Presence | None:
    """From when they came until they left, once whoever led has confirmed it."""
    cleanup = seen.get(Cleanup, cleaner.cleanup)
    if cleanup is None or not cleaner.confirmed_by or cleaner.left is None:
        return None
    if cleaner.left <= cleaner.came:
        return None
    return Presence(
        person=cleaner.person,
        begins=cleaner.came,
        ends=cleaner.left,
        about=cleanup.id,
        activity=cleanup.title,
        day=cleanup.day,
        place=cleanup.area,
        kind="other",
        confirmed_by=cleaner.confirmed_by,
        void=(cleaner.void_reason or "-") if cleaner.voided else "",
    )
