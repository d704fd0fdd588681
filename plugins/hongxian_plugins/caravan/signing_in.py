"""Who helped from when to when, and whoever led them confirms it: hours follow from there."""

from __future__ import annotations

from hongxian import Store, Text, Viewer, local_now, view
from hongxian.shapes import Cells, Go, Grid, GridRow, Print
from hongxian_plugins.caravan.fairs import Fair, stalls_of
from hongxian_plugins.caravan.helpers import Helper
from hongxian_plugins.caravan.signup import helpers_of, moment_on, names_of, posts_of


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
    names = names_of(store, [each.person for each in helpers])
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
                beside=f"{each.shift:%H:%M} {stalls[post.stall].called}"
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
