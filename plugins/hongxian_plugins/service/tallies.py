"""What is counted at an activity: how many came for a haircut, how many knives; one press each."""

from __future__ import annotations

from peewee import fn

from hongxian import Store, Text, action, view
from hongxian.records import same_id
from hongxian.shapes import Button, Cells, Grid, GridRow
from hongxian_plugins.service.records import Activity, Tally

_USUAL = ("理发", "磨刀", "量血压", "修小家电", "法律咨询")
"""What is offered to be counted where nothing was yet at an activity of the kind; data, as it is stored."""
_MOST = 12


@view(of=Activity, title=Text("数人次", "Head-counts"), page=True, icon="people")
def tallies(store: Store, activity: Activity) -> Grid:
    """A row for each thing that is counted here, and for what is usually counted at such an activity."""
    counted = list(Tally.select().where(Tally.activity == activity.id).order_by(Tally.id))
    rows = [GridRow(each.label, each.id, key=each.label) for each in counted]
    there = {each.label for each in counted}
    rows += [
        GridRow(label, key=label, given=_given(activity, label))
        for label in _usual(activity)
        if label not in there
    ]
    return Grid(
        of=Tally,
        title=Text("项目", "What"),
        columns=[Cells("people", step=1)],
        rows=rows[: max(_MOST, len(counted))],
        note=Text(
            "人次不是人数；几台电脑一起数，一个不丢", "Visits, not people; many may count at once"
        ),
        presses=[
            Button(Text("加一项", "Count something else"), "service.count_more", {}, activity.id)
        ],
    )


@action(
    of=Activity,
    title=Text("加一项人次", "Count something else"),
    asks={"label": Tally.label},
)
def count_more(store: Store, activity: Activity, label: str) -> Text:
    """Begin to count something that is not on the list yet."""
    given = _given(activity, label.strip())
    if not Tally.select().where(Tally.activity == activity.id, Tally.label == label).exists():
        Tally.create(**given)
    return Text("加上了：{label}", "On the list: {label}").format(label=label)


def _given(activity: Activity, label: str) -> dict[str, str]:
    """What its record is made with: two laptops that begin to count offline count in one."""
    id = same_id("service.tally", activity.id, label)
    return {"id": id, "activity": activity.id, "label": label, "scope": activity.scope}


def _usual(activity: Activity) -> list[str]:
    """What was counted at activities of the kind, the most usual first."""
    alike = Activity.select(Activity.id).where(
        Activity.kind == activity.kind, Activity.id != activity.id
    )
    query = (
        Tally.select(Tally.label)
        .where(Tally.activity.in_(alike))
        .group_by(Tally.label)
        .order_by(fn.COUNT(Tally.id).desc(), Tally.label)
        .limit(_MOST)
    )
    return [label for (label,) in query.tuples()] or list(_USUAL)
