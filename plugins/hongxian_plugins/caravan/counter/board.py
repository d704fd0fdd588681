"""The day's page: the queue of one stall at this laptop, and beside it how all stalls stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from hongxian import Reference, Store, Text, local_today, view
from hongxian.days import day_in_words
from hongxian.shapes import Beside, Button, Card, Cards, Go, Link, Numbers, Print, Queue, Table
from hongxian.text import joined
from hongxian.turns import Turns, waiting_words
from hongxian_plugins.caravan.counter.gives import queue_elsewhere, turnouts
from hongxian_plugins.caravan.counter.records import Slip, order
from hongxian_plugins.caravan.counter.stall import in_order, line_here, scope_of
from hongxian_plugins.caravan.counter.things import Left
from hongxian_plugins.caravan.fairs import (
    NO_FAIR,
    STALL,
    WHICH_FAIR,
    Fair,
    Stall,
    fair_meant,
    is_ours,
    stalls_of,
)
from hongxian_plugins.caravan.helpers.signup import missing_at
from hongxian_plugins.caravan.services import SERVICES
from hongxian_plugins.caravan.settings import CaravanRules

WHICH_STALL = Reference("caravan.stall", verbose_name=Text("摊位", "Stall"), null=True)


@view(
    title=Text("今天的大篷车", "The caravan today"),
    asks={"fair": WHICH_FAIR, "stall": WHICH_STALL},
    icon="truck",
)
def board(store: Store, fair: str | None = None, stall: str | None = None) -> Beside:
    """A fair on one page: the queue at this laptop and all stalls. Without a fair the next one."""
    chosen = Stall.get_or_none(Stall.id == stall) if stall else None
    held = fair_meant(chosen.fair if chosen else fair)
    if held is None:
        return Beside([Cards([], note=NO_FAIR)])
    stalls = stalls_of(held.id)
    here = [each for each in stalls if _calls_here(store, each)]
    chosen = chosen if chosen in here else _last_at(store, here)
    queue = [queue_of(store, chosen, here)] if chosen is not None else []
    return Beside(
        [*queue, cards_of(store, held, stalls)],
        title=Text("大篷车 {day}", "Caravan {day}").format(
            day=day_in_words(held.date, local_today(store))
        ),
        note=joined([held.title, held.place], Text.of(" · ")),
        presses=[
            Go(Text("志愿者", "Helpers"), {"fair": held.id}, "caravan.signing_up", "people"),
            Go(Text("收摊", "Closing"), {"fair": held.id}, "caravan.closing", "check2-all"),
            Link(Text("这一次", "This caravan"), Fair, held.id),
        ],
    )


def _calls_here(store: Store, stall: Stall) -> bool:
    """Whether numbers of it are given at this laptop: a trader's stall has none."""
    if stall.provider == "paid" or not is_ours(store, stall):
        return False
    return queue_elsewhere(store, stall) is None


def _last_at(store: Store, here: Sequence[Stall]) -> Stall | None:
    """The stall at which this laptop gave a number last, or the first one."""
    own = Slip.select().where(
        Slip.stall.in_([each.id for each in here]), Slip.caller == store.writer().laptop
    )
    last = own.order_by(Slip.taken_at.desc(), Slip.id).first()
    return next((each for each in here if last is None or each.id == last.stall), None)


def queue_of(store: Store, stall: Stall, among: Sequence[Stall]) -> Queue:
    """The line of one stall at this laptop: all of it is done by one press each."""
    slips = in_order(line_here(store, stall.id))
    turns = turns_of(stall, slips)
    called, calls = turns.called, CaravanRules.now(store).calls
    number = Slip.number.coming(scope_of(store, stall), stall=stall.id)
    laptop, apart, _ = number.partition("-")
    return turns.at_the_counter(
        Button(
            Text("发 {number} 号", "Give {number}").format(number=number),
            "caravan.give",
            id=stall.id,
            at_once=True,
            icon="ticket-perforated",
        ),
        services=[
            Go(each.told, {"stall": each.id}, icon=SERVICES[each.service].icon, here=each == stall)
            for each in among
        ],
        presses=_presses(turns, called, calls) if called else (),
        beside=_print_again(turns),
        lines=_lines(stall, slips),
        note=_OWN.format(laptop=laptop) if apart else "",
    )


_OWN = Text(
    "“{laptop}-”是这台 {laptop} 号电脑：没有号簿时自己编号，不会与别的电脑重号。",
    "“{laptop}-” is this laptop, No. {laptop}: without a book it counts by itself, and no other gives the same.",
)


def turns_of(stall: Stall, slips: Sequence[Slip]) -> Turns:
    """The line that these stand in; blades are handed to an adult by the same press."""
    return Turns(
        "caravan",
        slips,
        done=_TO_ADULT if stall.adults_only else _DONE,
        finish={"to_adult": stall.adults_only},
        minutes_each=stall.minutes_each,
    )


_DONE = Text("{number} 好了", "{number} is done")
_TO_ADULT = Text("{number} 好了，交成年人", "{number} is done, to an adult")


def _presses(turns: Turns, called: Slip, calls: int) -> list[Button]:
    """Called often enough and nobody came: passed over; before that once more."""
    again = Text("再叫（叫过 {n} 遍）", "Again (called {n} {n:time|times})").format(n=called.calls)
    over = [turns.pass_over(called)] if called.calls >= calls else []
    return [
        *over,
        turns.again(called, again),
        Button(Text("寄放", "Leave"), "caravan.leave", id=called.id),
        Button(Text("转上门", "Visit"), "caravan.visit_at_home", id=called.id),
    ]


def _print_again(turns: Turns) -> list[Button]:
    """The slip that was given last, for a printer that failed."""
    newest = max(turns.waiting, key=lambda each: (each.taken_at, order(each)), default=None)
    again = Text("没打出来，再打 {number}", "Print {number} again")
    return [turns.press(newest, "print_again", again)] if newest else []


def _lines(stall: Stall, slips: Sequence[Slip]) -> list[Numbers]:
    """Who waits at another laptop, and whose things are here."""
    others = Slip.select().where(Slip.stall == stall.id, Slip.state == "taken")
    elsewhere = others.where(Slip.id.not_in([each.id for each in slips])).count()
    numbers = {each.id: each.number for each in Slip.select().where(Slip.stall == stall.id)}
    left = Left.select().where(Left.state.in_(("left", "ready")), Left.slip.in_(list(numbers)))
    adult = {"to_adult": True} if stall.adults_only else {}
    return [
        Numbers(
            Text("别的电脑在等", "At other laptops"),
            [str(elsewhere)] if elsewhere else [],
            note=Text("那台坏了才“接过来叫”", "take it over only if that one is broken"),
        ),
        Numbers(
            Text("寄放", "Left here"),
            [
                Button(numbers[each.slip], "caravan.fetch", adult, each.id, at_once=True)
                for each in left
            ],
            note=Text("取走就点号码", "press once it is fetched"),
        ),
    ]


def cards_of(store: Store, fair: Fair, stalls: Sequence[Stall]) -> Cards:
    """All stalls: who waits, about how long, and how many helpers are missing."""
    came, missing = turnouts(store, fair, stalls), missing_at(fair)
    return Cards(
        [_card(store, each, came[each.id].waiting, missing) for each in stalls],
        of=Stall,
        note=Text("{n} 个摊位", "{n} {n:stall|stalls}").format(n=len(stalls)),
    )


def _card(store: Store, stall: Stall, waiting: int, missing: Counter[str]) -> Card:
    elsewhere = queue_elsewhere(store, stall)
    state, lacks = STALL.title_of(stall.state), missing[stall.id]
    if lacks:
        state = Text("缺 {n} 人", "{n} {n:helper|helpers} missing").format(n=lacks)
    steps = [
        Button(each.title, f"caravan.{each.name}", id=stall.id, at_once=True)
        for each in STALL.after(stall.state)
        if each.to == "open"
    ]
    note: Text | str = ""
    if elsewhere:
        note = Text("排队在“{day}”", "queue: {day}").format(day=elsewhere.title)
    elif waiting and stall.minutes_each:
        note = waiting_words(waiting, stall.minutes_each)
    return Card(
        stall.told,
        waiting,
        Text("人在等", "waiting"),
        icon=SERVICES[stall.service].icon,
        state=state,
        tone="wait" if lacks else "now" if stall.state == "open" else "rest",
        presses=steps,
        id=stall.id,
        note=note,
    )


@view(of=Stall, title=Text("排队在哪里", "Where its queue is"))
def where(store: Store, stall: Stall) -> Table:
    """The day that another plugin made of this stall, which has the queue."""
    link = queue_elsewhere(store, stall)
    return Table([Text("排队和预约", "Queue and bookings")], [[link]] if link else [])


@view(title=Text("摊位牌", "Signs"), of=Fair, page=True, menu=False, icon="printer")
def signs(store: Store, fair: Fair) -> Table:
    """A sign to print for each stall."""
    rows = [[Print(each.told, "caravan.sign", each.id)] for each in stalls_of(fair.id)]
    return Table([Text("摊位牌", "Signs")], rows)
