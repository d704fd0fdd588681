"""What to look at of the redemptions: the code of one, and how all stand."""

from __future__ import annotations

from peewee import fn

from hongxian import Store, Text, view
from hongxian.shapes import Qr, Stat, Stats, Table
from hongxian_plugins.reward_station import codes
from hongxian_plugins.reward_station.gifts.records import REDEMPTION, Redemption


@view(of=Redemption, title=Text("取货码", "Code"))
def code(store: Store, redemption: Redemption) -> Table:
    """The pick-up code of a redemption, to be read by a telephone or by eye."""
    if redemption.state != "code_given":
        return Table((), ())
    written = codes.written(redemption.short, redemption.letters)
    note = Text("只能用一次，请勿转发。", "It works once; keep it to yourself.")
    heads = Text("取货码", "Code"), Text("二维码", "QR")
    return Table(heads, [[written, Qr(written)]], note=note)


@view(title=Text("兑换情况", "How redemptions stand"), menu=False)
def redemptions(store: Store) -> Stats:
    """How many wait for a code, wait to be collected, and went; the list has each, by its state."""
    query = Redemption.select(Redemption.state, fn.COUNT(Redemption.id)).group_by(Redemption.state)
    counted = dict(query.tuples())
    return Stats([Stat(each.title, counted.get(each.name, 0)) for each in REDEMPTION.states])
