"""On the phone of whoever holds a slip: how many are before them, and about how long."""

from __future__ import annotations

from hongxian import Store, Text, view
from hongxian.codes import code_field, found_by_code, record_by_code
from hongxian.shapes import Beside
from hongxian_plugins.knife_grinding.counter import turns_of
from hongxian_plugins.knife_grinding.queue import SLIP, Slip
from hongxian_plugins.knife_grinding.stall import LABELS, ahead_of


@view(
    title=Text("磨刀排到几号", "My turn at the grinder"),
    audience="public",
    icon="ticket-perforated",
    asks={"code": code_field(Text("号条上的码", "Code on the slip"))},
    scans=lambda store, code: record_by_code(Slip, code) is not None,
)
def my_number(store: Store, code: str) -> Beside:
    """By the code of a slip alone, and nothing of who holds it."""
    slip = found_by_code(Slip, code)
    same = (Slip.day == slip.day) & (Slip.service == slip.service) & (Slip.maker == slip.maker)
    turns = turns_of(store, list(Slip.select().where(same).order_by(Slip.id)))
    stands = SLIP.title_of(slip.state)
    return turns.told_to(slip, ahead_of(slip), LABELS[slip.service], stands)
