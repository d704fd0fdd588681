"""The count of the shelf, typed lot by lot as one goes along it."""

from __future__ import annotations

from hongxian import Store, Text, Viewer, view
from hongxian.shapes import Cells, Grid, GridRow, Print
from hongxian_plugins.reward_station.goods import Lot
from hongxian_plugins.reward_station.shelf import on_shelf


@view(title=Text("盘点", "Count the shelf"))
def counting(store: Store, viewer: Viewer) -> Grid:
    """A row for each lot of which any should be there; a number typed is a count of it."""
    lots = [each for each in Lot.select() if on_shelf(each) > 0]
    return Grid(
        of=Lot,
        title=Text("物品", "Goods"),
        columns=[
            Cells("place", typed=False),
            Cells("expires", typed=False),
            Cells("counted", Text("实有", "Counted")),
        ],
        rows=[
            GridRow(
                each.item,
                each.id,
                given={"reason": viewer.name},
                hints={"counted": on_shelf(each)},
            )
            for each in lots
        ],
        by_name=True,
        action="reward_station.count",
        note=Text(
            "灰色是账上的数，与账上不符的会调整。",
            "In grey what the books say; what differs adjusts them.",
        ),
        presses=[Print(Text("盘点表", "Stock-take"), "reward_station.stock_take")],
    )
