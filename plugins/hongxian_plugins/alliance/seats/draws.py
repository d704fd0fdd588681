"""A draw that anybody can repeat: the list is frozen and its hash made public, and only then comes the seed.

The order is that of the SHA-256 of the seed, a line break and each line of the list: `sha256sum`
is all that is needed to do it again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from peewee import CharField, DateField, IntegerField, TextField

from hongxian import (
    Keep,
    Lasting,
    PersonField,
    Record,
    Reference,
    State,
    StateField,
    Text,
    Transition,
    Workflow,
    computed,
    local_today,
)
from hongxian.checks import RecordSchema, whole_number
from hongxian.merges import First
from hongxian.records import Somebody
from hongxian_plugins.alliance.seats.invitations import a_year_later
from hongxian_plugins.alliance.words import LARGEST

DRAW = Workflow(
    State("open", Text("报名中", "Open")),
    State("frozen", Text("名单已封", "Frozen"), needs=("digest",)),
    State("drawn", Text("已抽", "Drawn"), needs=("digest", "seed")),
    Transition("freeze", Text("封名单", "Freeze the list"), "open", "frozen"),
    Transition("draw", Text("抽签", "Draw"), "frozen", "drawn", needs=("seed",)),
)


def digest_of(listed: str) -> str:
    """The SHA-256 of a list, as `sha256sum` has it."""
    return hashlib.sha256(listed.encode()).hexdigest()


def drawn(listed: str, seed: str, places: int) -> list[str]:
    """The lines that win, the first before the others."""
    lines = listed.split("\n")
    return sorted(lines, key=lambda line: digest_of(f"{seed}\n{line}"))[:places]


def listed(candidates: Sequence[Candidate]) -> str:
    """The list as it is frozen: a number, a name and the end of an id a line, in an order of its own."""
    named = sorted((tail(each), " ".join(each.called.split())) for each in candidates)
    return "\n".join(f"{n} {name} {end}" for n, (end, name) in enumerate(named, 1))


def tail(candidate: Candidate) -> str:
    """What tells a candidate from others of the name."""
    return str(candidate.id[-8:])


class DrawChecks(RecordSchema):
    """Of a draw: places."""

    places = whole_number(1, LARGEST)


class Draw(Record):
    """Draws."""

    title = CharField(
        verbose_name=Text("抽签", "Draw"),
        max_length=60,
        help_text=Text("如：三月包场抽签。", "What it is called."),
    )
    offer = Reference(
        "alliance.offer",
        verbose_name=Text("提供", "Offer"),
        index=True,
        help_text=Text("抽的是什么。", "What is drawn for."),
    )
    places = IntegerField(
        verbose_name=Text("抽几份", "Places"), help_text=Text("抽出几个人。", "How many win.")
    )
    state = StateField(
        DRAW,
        help_text=Text(
            "先封名单、公布校验码，再定种子。", "The list and its hash before the seed."
        ),
    )
    digest = CharField(
        verbose_name=Text("名单校验码", "Hash of the list"),
        max_length=64,
        null=True,
        help_text=Text("名单的 SHA-256，抽之前先公布。", "Its SHA-256, made public before."),
    )
    names = TextField(
        verbose_name=Text("名单", "The list"),
        null=True,
        help_text=Text("封好的名单。", "As it was frozen."),
    )
    seed = CharField(
        verbose_name=Text("种子", "Seed"),
        max_length=80,
        null=True,
        help_text=Text(
            "封名单之后大家都能查到的数，如次日福彩开奖号。",
            "A number that all can look up and that came after the list, such as the next day's lottery.",
        ),
    )
    day = DateField(
        verbose_name=Text("日期", "Day"),
        default=local_today,
        help_text=Text("哪天的；之后保留一年。", "Its day; kept for a year after."),
    )

    class Meta:
        collection = "alliance.draw"
        title = Text("抽签", "Draws")
        menu = False
        read_only = ("digest", "names")
        lasting = Lasting(once="digest", stays=("offer", "places", "names", "digest"))
        merges = {"seed": First(), "digest": First(), "names": First()}
        keep = Keep(until=a_year_later)
        checks = DrawChecks


class Candidate(Record):
    """Who wants to be drawn."""

    draw = Reference(
        "alliance.draw",
        verbose_name=Text("抽签", "Draw"),
        index=True,
        help_text=Text("哪次抽签。", "Which draw."),
    )
    person = PersonField(
        verbose_name=Text("谁", "Who"),
        help_text=Text("名册里的人，或姓名加电话。", "Of the roster, or a name and telephone."),
    )
    day = DateField(
        verbose_name=Text("报名日期", "Day"),
        default=local_today,
        help_text=Text("之后保留一年。", "Kept for a year after."),
    )

    class Meta:
        collection = "alliance.candidate"
        title = Text("抽签报名", "Candidates")
        menu = False
        claims = [("draw", "person")]
        keep = Keep(until=a_year_later)

    @computed(CharField(verbose_name=Text("姓名", "Name")))
    def called(self) -> str:
        """Who it is."""
        return Somebody(self.person).called
