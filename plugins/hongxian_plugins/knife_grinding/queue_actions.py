"""What can be done at the stall: hand out numbers, call them, serve, pass over, promise a visit."""

from __future__ import annotations

import peewee
from peewee import CharField, IntegerField

from hongxian import Device, Reference, Refused, Store, Text, action, hand_over, local_now, step
from hongxian_plugins.knife_grinding.bookings import Booking
from hongxian_plugins.knife_grinding.days import Day
from hongxian_plugins.knife_grinding.queue import SERVICES, NumberBook, Slip
from hongxian_plugins.knife_grinding.steps import SLIP

_LABELS = dict(SERVICES)


def _service(**options: object) -> CharField:
    return CharField(
        verbose_name=Text("项目", "Service"),
        choices=SERVICES,
        help_text=Text("排哪一项。", "What they wait for."),
        **options,
    )


@action(
    of=Day,
    title=Text("开号簿（每台电脑一本）", "Open number books"),
    asks={"service": _service(null=True)},
)
def prepare(store: Store, day: Day, service: str | None = None) -> Text:
    """Open number books for all laptops of the team, while there is a network; then sync."""
    with store.transaction():
        opened = sum(
            Slip.number.prepare(day.scope, size=day.book_size, day=day.id, service=each)
            for each in _LABELS
            if service in (None, each)
        )
    return Text(
        f"开了 {opened} 本号簿；请联网同步一次再用。",
        f"{opened} number books opened; sync once before the stall opens.",
    )


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
        left = hand_over(book, device.incarnation)
    return Text("{left} 个号已转给{name}。", "{left} numbers are {name}'s now.").format(
        left=left, name=device.name
    )


@action(
    of=Day,
    title=Text("取号", "Draw a number"),
    asks={
        "service": _service(),
        "tag": CharField(
            verbose_name=Text("寄放牌", "Tag"),
            null=True,
            help_text=Text("东西先放下时填。", "If things stay here."),
        ),
    },
)
def draw(store: Store, day: Day, service: str, tag: str | None = None) -> Text:
    """Give the next person a number."""
    with store.transaction():
        of = {"day": day.id, "service": service}
        slip = Slip.create(
            scope=day.scope,
            number=Slip.number.draw(day.scope, size=day.book_size, **of),
            **of,
            stall=store.writer().number,
            taken_at=local_now(store),
            tag=tag,
        )
    told = Text("{slip}：前面还有 {ahead} 人", "{slip}: {ahead} are before you")
    return told.format(slip=_shown(slip), ahead=ahead_of(Slip.get_by_id(slip.id)))


@action(of=Day, title=Text("叫下一号", "Call the next"), asks={"service": _service(null=True)})
def call_next(store: Store, day: Day, service: str | None = None) -> Text:
    """Call whoever has waited longest of those that took their number at this laptop."""
    with store.transaction():
        waiting = _waiting(day.id, store.writer().laptop, service).first()
        if waiting is None:
            raise Refused(detail=Text("这里没有人在等。", "Nobody is waiting here."))
        waiting.state = "called"
        waiting.save()
    told = Text("{slip}：{state}", "{slip}: {state}")
    return told.format(slip=_shown(waiting), state=SLIP.title_of("called"))


@step(
    Slip,
    "visit_at_home",
    asks={
        "name": CharField(
            verbose_name=Text("居民姓名", "Name"),
            max_length=40,
            help_text=Text("谁要磨。", "Who asks."),
        ),
        "address": CharField(
            verbose_name=Text("住址", "Address"),
            max_length=80,
            help_text=Text("小区–幢–单元–室。", "Estate–building–unit–room."),
        ),
        "phone": CharField(
            verbose_name=Text("电话", "Phone"),
            max_length=11,
            null=True,
            help_text=Text("11 位；没有就留空。", "11 digits, or none."),
        ),
        "count": IntegerField(
            verbose_name=Text("几件", "Count"), default=1, help_text=Text("几件。", "How many.")
        ),
    },
)
def visit_at_home(
    store: Store, slip: Slip, name: str, address: str, phone: str | None = None, count: int = 1
) -> None:
    """It cannot be done here: ask for a home visit instead."""
    booking = Booking.create(
        scope=slip.scope,
        name=name,
        phone=phone,
        address=address,
        at_home=True,
        **{slip.service: count},
    )
    slip.booking = booking.id


def ahead_of(slip: Slip) -> int:
    """How many wait for the same at the same laptop and came before."""
    return int(_waiting(slip.day, slip.maker, slip.service).where(Slip.id < slip.id).count())


def _waiting(day: str, laptop: str, service: str | None) -> peewee.ModelSelect:
    query = Slip.select().where(Slip.day == day, Slip.maker == laptop, Slip.state == "taken")
    return (query.where(Slip.service == service) if service else query).order_by(Slip.id)


def _shown(slip: Slip) -> Text:
    told = Text("{number} 号 {service}", "No. {number} {service}")
    return told.format(number=slip.number, service=_LABELS[slip.service])
