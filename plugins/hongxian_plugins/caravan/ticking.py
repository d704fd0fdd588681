"""Ticked and counted at a fair: who helped and is confirmed, people without a number, what is brought along."""

from __future__ import annotations

from hongxian import Store, Text, Viewer, local_now, view
from hongxian.records import same_id
from hongxian.shapes import Cells, Go, Grid, GridRow, Print, row_code
from hongxian_plugins.caravan.counter.things import Count, Material
from hongxian_plugins.caravan.fairs import Fair, stalls_of
from hongxian_plugins.caravan.helpers.records import Helper
from hongxian_plugins.caravan.helpers.signup import PEOPLE, helpers_of, moment_on, posts_of
from hongxian_plugins.caravan.services import SERVICES

_AT = Text.of("{shift:%H:%M} {stall}")


@view(
    of=Fair,
    title=Text("签到和确认", "In, out and confirm"),
    page=True,
    usual=True,
    icon="person-check",
)
def sign_in(store: Store, fair: Fair, viewer: Viewer) -> Grid:
    """A row for each helper: in, out, and confirmed once they were checked; hours follow from there."""
    now = moment_on(fair.date, local_now(store))
    helpers = helpers_of(fair.id)
    names = store.names_of(PEOPLE, [each.person for each in helpers])
    posts = {each.id: each for each in posts_of(fair.id)}
    stalls = {each.id: each for each in stalls_of(fair.id)}
    return Grid(
        of=Helper,
        title=Text("姓名", "Name"),
        columns=[
            Cells("came", Text("到", "In"), tick=now),
            Cells("gone", Text("离", "Out"), tick=now, all=Text("全部离岗", "All out"), key="L"),
            Cells(
                "confirmed_by",
                Text("状态", "State"),
                tick=viewer.name,
                all=Text("全部确认", "Confirm all"),
                key="C",
                asks=Text(
                    "确认 {count} 人？确认后时间不能再改。",
                    "Confirm {count}? Their times then stay.",
                ),
                tells_state=True,
            ),
        ],
        rows=[
            GridRow(
                names.get(each.person, "?"),
                each.id,
                beside=_AT.format(shift=each.shift, stall=stalls[post.stall].told)
                if (post := posts.get(each.post)) and post.stall in stalls
                else "",
                state=Text("已确认", "Confirmed")
                if each.confirmed_by
                else Text("待确认", "To confirm")
                if each.gone
                else Text("在岗", "Here")
                if each.came
                else Text("没到", "Not here"),
                tone="done" if each.confirmed_by else "wait" if each.gone else "plan",
                code=row_code(each.id),
            )
            for each in helpers
        ],
        beside=Text("岗位", "Post"),
        by_name=True,
        presses=[
            Print(Text("安排表", "Roster"), "caravan.helpers_list", fair.id),
            Go(Text("排班", "Board"), {"fair": fair.id}, "caravan.signing_up"),
        ],
    )


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
