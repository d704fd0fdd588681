"""Counted and ticked at a fair: people without a number, and what is brought along."""

from __future__ import annotations

from hongxian import Store, Text, local_now, view
from hongxian.records import same_id
from hongxian.shapes import Cells, Grid, GridRow, Print
from hongxian_plugins.caravan.fairs import Fair, stalls_of
from hongxian_plugins.caravan.services import SERVICES
from hongxian_plugins.caravan.things import Count, Material


@view(of=Fair, title=Text("人次", "Head-counts"), page=True, icon="people", menu=False)
def counts(store: Store, fair: Fair) -> Grid:
    """A row for each service in this hour: who was served by a number is counted by itself."""
    hour = local_now(store).hour
    there = {
        each.service: each.id
        for each in Count.select().where(Count.fair == fair.id, Count.hour == hour)
    }
    services = {each.service: None for each in stalls_of(fair.id)}
    return Grid(
        of=Count,
        title=Text("项目", "Service"),
        columns=[Cells("people", step=1)],
        rows=[
            GridRow(
                SERVICES[name].title,
                there.get(name, ""),
                key=name,
                given={
                    "id": same_id("caravan.count", fair.id, name, str(hour)),
                    "fair": fair.id,
                    "service": name,
                    "hour": hour,
                },
            )
            for name in services
        ],
        note=Text(
            "{hour} 点这一小时；没取号的人点加一",
            "The hour from {hour}; press + for who had no number",
        ).format(hour=hour),
    )


@view(of=Fair, title=Text("物资", "Materials"), page=True, icon="box-seam", menu=False)
def materials(store: Store, fair: Fair) -> Grid:
    """What is brought: ticked when it is there, and when it goes back."""
    found = Material.select().where(Material.fair == fair.id).order_by(Material.id)
    return Grid(
        of=Material,
        title=Text("物品", "What"),
        columns=[
            Cells("amount", typed=False),
            Cells("arrived", tick=True, all=Text("都到了", "All there"), key="A"),
            Cells("returned", tick=True, all=Text("都还了", "All back"), key="R"),
        ],
        rows=[GridRow(each.what, each.id) for each in found],
        presses=[Print(Text("物资清单", "List"), "caravan.materials_list", fair.id)],
    )
