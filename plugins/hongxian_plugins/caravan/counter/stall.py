"""What is done at a stall: give numbers, call, serve, pass over, hand a line over to another laptop."""

from __future__ import annotations

import peewee

from hongxian import Refused, Store, Text, action, local_now, step
from hongxian.records import Device, asked_as, same_id, team_for
from hongxian.shapes import Print
from hongxian.turns import call_out
from hongxian_plugins.caravan.counter.records import Slip, order
from hongxian_plugins.caravan.counter.things import Left, Wish, count_one
from hongxian_plugins.caravan.fairs import Fair, Stall, is_ours, team_key
from hongxian_plugins.caravan.settings import CaravanRules

# -- numbers ---------------------------------------------------------------------------------------


@action(of=Fair, title=Text("开号簿（本队每台电脑一本）", "Open number books"), icon="book")
def prepare(store: Store, fair: Fair) -> Text:
    """Open number books of the team's stalls for all its laptops, while there is a network; then sync."""
    size = CaravanRules.now(store).book_size
    with store.transaction():
        opened = sum(
            Slip.number.prepare(scope_of(store, each), size=size, stall=each.id)
            for each in Stall.select().where(Stall.fair == fair.id)
            if is_ours(store, each)
        )
    told = Text(
        "开了 {n} 本号簿；请联网同步一次再用。",
        "{n} number books opened; sync once before the day.",
    )
    return told.format(n=opened)


@action(
    of=Stall,
    title=Text("发号", "Give a number"),
    asks={"items": Slip.items, "phone_last4": Slip.phone_last4},
    usual=True,
    icon="ticket-perforated",
)
def give(
    store: Store, stall: Stall, items: str | None = None, phone_last4: str | None = None
) -> Text | Print:
    """Give whoever stands there a number, also once no more were to be given: a mark tells of it."""
    scope = scope_of(store, stall)
    with store.transaction():
        number = Slip.number.draw(scope, size=CaravanRules.now(store).book_size, stall=stall.id)
        slip = entered(store, stall, number, items=items, phone_last4=phone_last4)
    return _on_paper(store, slip)


@action(of=Slip, title=Text("没打出来，再打", "Print it again"), icon="printer")
def print_again(store: Store, slip: Slip) -> Text | Print:
    """The printer failed: the same number, on another piece of paper."""
    return _on_paper(store, slip)


def entered(store: Store, stall: Stall, number: str, **values: str | None) -> Slip:
    """A slip of a stall, called here; its id follows from its number."""
    now = local_now(store)
    slip: Slip = Slip.create(
        id=id_of(stall.id, number),
        scope=scope_of(store, stall),
        stall=stall.id,
        number=number.strip(),
        taken_at=now,
        queued_at=now,
        caller=store.writer().laptop,
        **values,
    )
    return slip


def id_of(stall: str, number: str) -> str:
    """The same on whatever laptop it is written down."""
    return same_id("caravan.slip", stall, number.strip())


def _on_paper(store: Store, slip: Slip) -> Text | Print:
    told = Text("{slip}：前面还有 {ahead} 人", "{slip}: {ahead} are before you")
    said = told.format(slip=told_of(slip), ahead=ahead_of(slip))
    roll = CaravanRules.now(store).roll
    return said if roll == "none" else Print(said, f"caravan.slip_{roll}", slip.id)


def scope_of(store: Store, stall: Stall) -> str:
    """In which scope its slips lie; raises `Refused` on a laptop of another team."""
    if not is_ours(store, stall):
        raise Refused(
            "{stall}由别的队发号；请在那个队的电脑上取，或改这个摊位的“哪个队”。",
            "Another team gives the numbers of {stall}: go to its laptop, or change the stall's team.",
            stall=stall.told,
        )
    return team_for(store, like=team_key(store, stall))


# -- calling ---------------------------------------------------------------------------------------


@step(Slip, "call")
def call(store: Store, slip: Slip) -> Text:
    """A laptop calls its own: whoever it called before has come, or was passed over."""
    if slip.caller != store.writer().laptop:
        raise Refused(
            "{number} 号在{laptop}上，请那边叫；那台坏了，就在这里“接过来叫”。",
            "No. {number} is called at {laptop}. If that one is broken, take its line over here.",
            number=slip.number,
            laptop=_laptop_name(slip.caller),
        )
    call_out(slip, local_now(store), line_here(store, slip.stall).where(Slip.state == "called"))
    slip.calls += 1
    return told_of(slip)


@action(of=Slip, title=Text("再叫一遍", "Call once more"), when=lambda slip: slip.state == "called")
def once_more(store: Store, slip: Slip) -> Text:
    """The number is called again; too soon after the last time it is not counted as another call."""
    now, rules = local_now(store), CaravanRules.now(store)
    since = (now - slip.called_at).total_seconds() if slip.called_at else rules.call_seconds
    slip.calls += since >= rules.call_seconds
    slip.called_at = now
    slip.save()
    told = Text("又叫了 {slip}（第 {n} 遍）", "{slip} is called again (call {n})")
    return told.format(slip=told_of(slip), n=slip.calls)


@step(Slip, "call_again")
def call_again(store: Store, slip: Slip) -> Text:
    """Who was passed over came back: they wait behind so many others."""
    after = CaravanRules.now(store).back_after
    before = in_order(line_here(store, slip.stall).where(Slip.state == "taken"))[:after]
    slip.queued_at = before[-1].queued_at if before else local_now(store)
    slip.came_back, slip.calls = bool(before), 0
    told = Text("{slip} 前面 {n} 人", "{slip}: {n} before")
    return told.format(slip=told_of(slip), n=len(before))


@step(Slip, "finish")
def finish(store: Store, slip: Slip) -> Text:
    """One more was served, and counted."""
    stall = Stall.get_or_none(Stall.id == slip.stall)
    if stall is not None:
        count_one(stall.fair, stall.service, local_now(store).hour)
    return told_of(slip)


@action(
    of=Slip,
    title=Text("东西寄放", "Leave things here"),
    asks={"what": Left.what},
    when=lambda slip: slip.state in ("taken", "called", "serving"),
)
def leave(store: Store, slip: Slip, what: str) -> Text:
    """They go, and fetch it later by their number."""
    Left.create(scope=slip.scope, slip=slip.id, what=what)
    return Text("{what} 寄放，凭 {number} 号取", "{what}: left, fetched by No. {number}").format(
        what=what, number=slip.number
    )


@step(
    Slip,
    "visit_at_home",
    asks={"name": asked_as(Wish.name, null=False), "address": asked_as(Wish.address, null=False)},
)
def visit_at_home(store: Store, slip: Slip, name: str, address: str) -> None:
    """It cannot be done here: a visit is promised."""
    promise(slip, "visit", name=name, address=address)


@step(Slip, "next_time")
def next_time(store: Store, slip: Slip) -> None:
    """They are the first at the next fair."""
    promise(slip, "first")


def promise(slip: Slip, kind: str, **values: str) -> None:
    """Write down what was promised for a slip; once, however often it is said."""
    id, stall = same_id("caravan.wish", slip.id, kind), Stall.get_by_id(slip.stall)
    of = {"fair": stall.fair, "service": stall.service, "kind": kind, "slip": slip.id}
    Wish.get_or_create(id=id, defaults={"scope": slip.scope, **of, **values})


# -- who waits -------------------------------------------------------------------------------------


def line_here(store: Store, stall: str) -> peewee.ModelSelect:
    """The slips of a stall that this laptop calls."""
    return Slip.select().where(Slip.stall == stall, Slip.caller == store.writer().laptop)


def in_order(slips: peewee.ModelSelect) -> list[Slip]:
    """As they are called: who came first, and who came back behind those of that moment."""
    return sorted(slips, key=order)


def ahead_of(slip: Slip) -> int:
    """How many wait at the same laptop before this one."""
    same = Slip.select().where(
        Slip.stall == slip.stall, Slip.caller == slip.caller, Slip.state == "taken"
    )
    return sum(order(each) < order(slip) for each in same)


def _laptop_name(laptop: str) -> str:
    device = Device.select().where(Device.laptop == laptop).order_by(Device.number.desc()).first()
    return device.name if device else "?"


def told_of(slip: Slip) -> Text:
    """A slip for people: B 理发 17 号."""
    stall = Stall.get_or_none(Stall.id == slip.stall)
    told = Text("{stall} {number} 号", "{stall} No. {number}")
    return told.format(stall=stall.told if stall else "", number=slip.number)
