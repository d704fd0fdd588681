"""What is done at the stall: hand out numbers, call them, serve, pass over, promise a visit."""

from __future__ import annotations

import peewee
from peewee import CharField, IntegerField

from hongxian import Reference, Refused, Store, Text, action, local_now, step
from hongxian.records import Device
from hongxian.shapes import Print
from hongxian.turns import call_out
from hongxian_plugins.knife_grinding.bookings import Booking
from hongxian_plugins.knife_grinding.days import Day
from hongxian_plugins.knife_grinding.queue import SERVICES, SLIP, NumberBook, Slip
from hongxian_plugins.knife_grinding.settings import GrindingRules

LABELS = dict(SERVICES)
ANY_SERVICE = CharField(
    verbose_name=Slip.service.verbose_name,
    choices=SERVICES,
    null=True,
    help_text=Text("留空则不分项目。", "Empty for any."),
)


@action(
    of=Day,
    title=Text("开号簿（每台电脑一本）", "Open number books"),
    asks={"service": ANY_SERVICE},
)
def prepare(store: Store, day: Day, service: str | None = None) -> Text:
    """Open number books for all laptops of the team, while there is a network; then sync."""
    with store.transaction():
        opened = sum(
            Slip.number.prepare(day.scope, size=day.book_size, day=day.id, service=each)
            for each in ([service] if service else LABELS)
        )
    told = Text(
        "开了 {n} 本号簿；请联网同步一次再用。",
        "{n} number books opened; sync once before the stall opens.",
    )
    return told.format(n=opened)


@action(
    of=NumberBook,
    title=Text("转交号簿", "Hand a number book over"),
    asks={
        "to": Reference(
            "hongxian.device",
            verbose_name=Text("转给", "To"),
            help_text=Text("哪台电脑。", "To whom."),
        )
    },
)
def give_book(store: Store, book: NumberBook, to: str) -> Text:
    """Hand what is left of a number book to another laptop."""
    with store.transaction():
        device = Device.get_by_id(to)
        left = book.hand_over(device.incarnation)
    told = Text("{left} 个号已转给{name}。", "{left} {left:number is|numbers are} {name}'s now.")
    return told.format(left=left, name=device.name)


@action(
    of=Day, title=Text("取号", "Draw a number"), asks={"service": Slip.service, "tag": Slip.tag}
)
def draw(store: Store, day: Day, service: str, tag: str | None = None) -> Text | Print:
    """Give the next person a number, and its slip on the roll that the settings name."""
    of = {"day": day.id, "service": service}
    with store.transaction():
        slip = Slip.create(
            **of,
            scope=day.scope,
            number=Slip.number.draw(day.scope, size=day.book_size, **of),
            stall=store.writer().number,
            taken_at=local_now(store),
            tag=tag,
        )
    told = Text("{slip}：前面还有 {ahead} 人", "{slip}: {ahead} are before you")
    told = told.format(slip=_shown(slip), ahead=ahead_of(Slip.get_by_id(slip.id)))
    roll = GrindingRules.now(store).roll
    return told if roll == "none" else Print(told, f"knife_grinding.slip_{roll}", slip.id)


@action(of=Day, title=Text("叫下一号", "Call the next"), asks={"service": ANY_SERVICE})
def call_next(store: Store, day: Day, service: str | None = None) -> Text:
    """Call whoever has waited longest of those that took their number at this laptop."""
    with store.transaction():
        slip = waiting_at(day.id, store.writer().laptop, service).first()
        if slip is None:
            raise Refused("这里没有人在等。", "Nobody is waiting here.")
        call(store, slip)
        slip.state = "called"
        slip.save()
    told = Text("{slip}：{state}", "{slip}: {state}")
    return told.format(slip=_shown(slip), state=SLIP.title_of(slip.state))


@step(Slip, "call")
def call(store: Store, slip: Slip) -> Text:
    """Whoever was called here before it has come, or was passed over: one is called at a time."""
    here = (Slip.day == slip.day) & (Slip.service == slip.service) & (Slip.maker == slip.maker)
    call_out(slip, local_now(store), Slip.select().where(here, Slip.state == "called"))
    return _shown(slip)


@step(Slip, "call_again")
def call_again(store: Store, slip: Slip) -> Text:
    """Who was passed over came back."""
    return call(store, slip)


@action(of=Slip, title=Text("再叫一遍", "Call once more"), when=lambda slip: slip.state == "called")
def once_more(store: Store, slip: Slip) -> Text:
    """The number is called again, also on the wall."""
    slip.called_at = local_now(store)
    slip.save()
    return Text("又叫了一遍 {slip}", "{slip} is called once more").format(slip=_shown(slip))


@step(
    Slip,
    "visit_at_home",
    asks={
        "name": Booking.name,
        "address": CharField(
            verbose_name=Booking.address.verbose_name, help_text=Booking.address.help_text
        ),
        "count": IntegerField(
            verbose_name=Text("几件", "Count"), default=1, help_text=Text("几件。", "How many.")
        ),
    },
)
def visit_at_home(store: Store, slip: Slip, name: str, address: str, count: int = 1) -> None:
    """It cannot be done here: ask for a home visit instead."""
    asked = {"name": name, "address": address, slip.service: count}
    slip.booking = Booking.create(scope=slip.scope, at_home=True, **asked).id


def ahead_of(slip: Slip) -> int:
    """How many wait for the same at the same laptop and came before."""
    return int(waiting_at(slip.day, slip.maker, slip.service).where(Slip.id < slip.id).count())


def waiting_at(day: str, laptop: str, service: str | None) -> peewee.ModelSelect:
    """Who took a number at a laptop and was not called yet, in their order."""
    query = Slip.select().where(Slip.day == day, Slip.maker == laptop, Slip.state == "taken")
    return (query.where(Slip.service == service) if service else query).order_by(Slip.id)


def _shown(slip: Slip) -> Text:
    told = Text("{number} 号 {service}", "No. {number} {service}")
    return told.format(number=slip.number, service=LABELS[slip.service])
