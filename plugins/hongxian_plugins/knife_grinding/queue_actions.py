"""What can be done at the stall: hand out numbers, call them, serve, pass over, promise a visit."""

from __future__ import annotations

from typing import Any

from peewee import CharField, IntegerField

from hongxian import Action, Device, Reference, Refused, Store, local_now
from hongxian_plugins.knife_grinding.bookings import Booking
from hongxian_plugins.knife_grinding.days import Day
from hongxian_plugins.knife_grinding.numbering import hand_over, next_number, open_books
from hongxian_plugins.knife_grinding.queue import SERVICES, NumberBook, Slip
from hongxian_plugins.knife_grinding.steps import SLIP, SLIP_STATES

_LABELS, _STATES = dict(SERVICES), dict(SLIP_STATES)


def prepare(store: Store, id: str, service: str | None = None) -> str:
    """Open number books for all laptops of the team, while there is a network; then sync."""
    with store.transaction():
        day = Day.get_by_id(id)
        opened = sum(open_books(store, day, each) for each in _LABELS if service in (None, each))
    return (
        f"开了 {opened} 本号簿；请联网同步一次再用。"
        f"{opened} number books opened; sync once before the stall opens."
    )


def give_book(store: Store, id: str, to: str) -> str:
    """Hand what is left of a number book to another laptop."""
    with store.transaction():
        device = Device.get_by_id(to)
        left = hand_over(NumberBook.get_by_id(id), device.number)
    return f"{left} 个号已转给{device.name}。{left} numbers are {device.name}'s now."


def draw(store: Store, id: str, service: str, tag: str | None = None) -> str:
    """Give the next person a number."""
    with store.transaction():
        slip = Slip.create(
            scope=Day.get_by_id(id).scope,
            day=id,
            service=service,
            number=next_number(store, id, service),
            stall=store.writer().number,
            taken_at=local_now(store),
            tag=tag,
        )
    return f"{_shown(slip)}：前面还有 {ahead_of(slip)} 人 · {ahead_of(slip)} are before you"


def call_next(store: Store, id: str, service: str | None = None) -> str:
    """Call whoever has waited longest of those that took their number at this laptop."""
    with store.transaction():
        waiting = _waiting(id, store.writer().number, service).first()
        if waiting is None:
            raise Refused(detail="这里没有人在等。Nobody is waiting here.")
        return _move(waiting.id, "called")


def serve(store: Store, id: str) -> str:
    """Whoever was called has come."""
    return _move(id, "serving")


def finish(store: Store, id: str) -> str:
    """The work is done and the things are back."""
    return _move(id, "done")


def skip(store: Store, id: str) -> str:
    """Nobody answered; they may be called again."""
    return _move(id, "skipped")


def call_again(store: Store, id: str) -> str:
    """They came back."""
    return _move(id, "called")


def visit_at_home(
    store: Store, id: str, name: str, address: str, phone: str | None = None, count: int = 1
) -> str:
    """It cannot be done here: ask for a home visit instead."""
    with store.transaction():
        slip = Slip.get_by_id(id)
        booking = Booking.create(
            scope=slip.scope,
            name=name,
            phone=phone,
            address=address,
            at_home=True,
            **{slip.service: count},
        )
        return _move(id, "at_home", booking=booking.id)


def ahead_of(slip: Slip) -> int:
    """How many wait for the same at the same laptop and came before."""
    return int(_waiting(slip.day, slip.stall, slip.service).where(Slip.id < slip.id).count())


def _waiting(day: str, stall: int, service: str | None) -> Any:
    query = Slip.select().where(Slip.day == day, Slip.stall == stall, Slip.state == "taken")
    return (query.where(Slip.service == service) if service else query).order_by(Slip.id)


def _move(id: str, state: str, **values: Any) -> str:
    Slip.update(state=state, **values).where(Slip.id == id).execute()
    return f"{_shown(Slip.get_by_id(id))}：{_STATES[state]}"


def _shown(slip: Slip) -> str:
    return f"{slip.number} 号 {_LABELS[slip.service]}"


_ON_DAY, _ON_SLIP = "knife_grinding.day", "knife_grinding.slip"


def _service(**options: Any) -> CharField:
    return CharField(
        verbose_name="项目", choices=SERVICES, help_text="排哪一项。What they wait for.", **options
    )


ACTIONS = [
    Action(
        "knife_grinding.prepare",
        "开号簿（每台电脑一本） · Open number books",
        prepare,
        _ON_DAY,
        {"service": _service(null=True)},
    ),
    Action(
        "knife_grinding.give_book",
        "转交号簿 · Hand a number book over",
        give_book,
        "knife_grinding.number_book",
        {"to": Reference("hongxian.device", verbose_name="转给", help_text="哪台电脑。To whom.")},
    ),
    Action(
        "knife_grinding.draw",
        "取号 · Draw a number",
        draw,
        _ON_DAY,
        {
            "service": _service(),
            "tag": CharField(
                verbose_name="寄放牌", null=True, help_text="东西先放下时填。If things stay here."
            ),
        },
    ),
    Action(
        "knife_grinding.call_next",
        "叫下一号 · Call the next",
        call_next,
        _ON_DAY,
        {"service": _service(null=True)},
    ),
    Action(
        "knife_grinding.serve", "开始磨 · Serve", serve, _ON_SLIP, fits=SLIP.leads_to("serving")
    ),
    Action("knife_grinding.finish", "磨好 · Done", finish, _ON_SLIP, fits=SLIP.leads_to("done")),
    Action(
        "knife_grinding.skip", "过号 · Pass over", skip, _ON_SLIP, fits=SLIP.leads_to("skipped")
    ),
    Action(
        "knife_grinding.call_again",
        "再叫 · Call again",
        call_again,
        _ON_SLIP,
        fits=lambda values: values["state"] == "skipped",
    ),
    Action(
        "knife_grinding.visit_at_home",
        "转上门 · Turn into a home visit",
        visit_at_home,
        _ON_SLIP,
        {
            "name": CharField(
                verbose_name="居民姓名", max_length=40, help_text="谁要磨。Who asks."
            ),
            "address": CharField(
                verbose_name="住址",
                max_length=80,
                help_text="小区–幢–单元–室。Estate–building–unit–room.",
            ),
            "phone": CharField(
                verbose_name="电话",
                max_length=11,
                null=True,
                help_text="11 位；没有就留空。11 digits, or none.",
            ),
            "count": IntegerField(verbose_name="几件", default=1, help_text="几件。How many."),
        },
        SLIP.leads_to("at_home"),
    ),
]
