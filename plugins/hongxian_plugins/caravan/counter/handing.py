"""What goes on at another laptop: a line handed over, one taken over, and who stands there with its paper."""

from __future__ import annotations

from peewee import BooleanField

from hongxian import Reference, Refused, Store, Text, action
from hongxian.quotas import spendable
from hongxian.records import Device, asked_as
from hongxian_plugins.caravan.counter.records import SLIP, Slip, SlipBook
from hongxian_plugins.caravan.counter.stall import entered, id_of, told_of
from hongxian_plugins.caravan.fairs import Stall

_TO = Reference("hongxian.device", verbose_name=Text("哪台电脑", "Which laptop"))
_NEAR = ("taken", "called", "skipped", "serving")


@action(of=Stall, title=Text("转给另一台电脑叫", "Hand the line over"), asks={"to": _TO})
def hand_over(store: Store, stall: Stall, to: str) -> Text:
    """Whoever waits here, and what is left of the books, is another laptop's from its next sync on."""
    device, here = Device.get_by_id(to), store.writer().laptop
    with store.transaction():
        n = _give_line(stall, here, device.laptop)
        books = [
            b
            for b in SlipBook.select().where(SlipBook.stall == stall.id)
            if spendable(b, "numbers")
        ]
        left = sum(book.hand_over(device.incarnation) for book in books)
    told = Text(
        "{n} 人和 {left} 个号转给{name}。",
        "{n} people and {left} {left:number|numbers} are {name}'s now.",
    )
    return told.format(n=n, left=left, name=device.name)


def _give_line(stall: Stall, caller: str, to: str) -> int:
    """Whoever one laptop was to call is another's; how many."""
    near = Slip.select().where(Slip.stall == stall.id, Slip.caller == caller, Slip.state.in_(_NEAR))
    ids = [each.id for each in near]
    Slip.update(caller=to).where(Slip.id.in_(ids)).execute()
    return len(ids)


@action(
    of=Stall,
    title=Text("接过来叫", "Take its line over"),
    asks={
        "laptop": _TO,
        "off": BooleanField(
            verbose_name=Text("那台不再叫号", "That one calls no more"),
            help_text=Text("问过那边，或它坏了。", "They said so, or it is broken."),
        ),
    },
)
def take_over(store: Store, stall: Stall, laptop: str, off: bool) -> Text:
    """Call those of another laptop whose slips are known here; its book stays its own, and is spent."""
    if not off:
        raise Refused(
            "那台还在叫，一个号会叫两次；请在那台上“转给另一台电脑叫”。",
            "It calls still, and a number would be called twice: hand the line over there.",
        )
    with store.transaction():
        n = _give_line(stall, Device.get_by_id(laptop).laptop, store.writer().laptop)
    told = Text(
        "接过来 {n} 人；没传到的纸号，来了用“补记纸号”。",
        "{n} people are called here now; enter the slips of paper that were not heard of.",
    )
    return told.format(n=n)


@action(
    of=Stall,
    title=Text("补记纸号", "Enter a slip of paper"),
    asks={"number": asked_as(Slip.number), "items": Slip.items},
)
def enter_paper(store: Store, stall: Stall, number: str, items: str | None = None) -> Text:
    """Somebody stands here with a number of a laptop that is away: served, and not called again."""
    with store.transaction():
        slip = Slip.get_or_none(Slip.id == id_of(stall.id, number))
        if slip is None:
            slip = entered(store, stall, number, items=items, state="serving")
        elif slip.state in ("taken", "called", "skipped"):
            slip.state, slip.caller = "serving", store.writer().laptop
            slip.save()
    return Text("{slip}：{state}", "{slip}: {state}").format(
        slip=told_of(slip), state=SLIP.title_of(slip.state)
    )
