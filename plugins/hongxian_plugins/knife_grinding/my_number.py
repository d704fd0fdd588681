"""On the phone of whoever holds a slip: how many are before them, and about how long."""

from __future__ import annotations

from peewee import CharField

from hongxian import Refused, Store, Text, view
from hongxian.codes import record_by_code
from hongxian.shapes import Beside
from hongxian_plugins.knife_grinding.counter import turns_of
from hongxian_plugins.knife_grinding.queue import SLIP, Slip
from hongxian_plugins.knife_grinding.stall import LABELS, ahead_of


@view(
    title=Text("磨刀排到几号", "My turn at the grinder"),
    audience="public",
    icon="ticket-perforated",
    asks={
        "code": CharField(
            verbose_name=Text("号条上的码", "Code on the slip"),
            max_length=190,
            help_text=Text("12 个字母和数字。", "12 letters."),
        )
    },
    scans=lambda store, code: record_by_code(Slip, code) is not None,
)
def my_number(store: Store, code: str) -> Beside:
    """By the code of a slip alone, and nothing of who holds it."""
    slip = record_by_code(Slip, code)
    if slip is None:
        raise Refused("没有这个码，请对一对。", "There is no such code: look at it again.")
    same = (Slip.day == slip.day) & (Slip.service == slip.service) & (Slip.maker == slip.maker)
    turns = turns_of(store, list(Slip.select().where(same).order_by(Slip.id)))
    stands = SLIP.title_of(slip.state)
    return turns.told_to(slip, ahead_of(slip), LABELS[slip.service], stands)
