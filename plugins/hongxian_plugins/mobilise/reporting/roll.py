"""Who has reported, what they can do and when, and which of the community's needs that fits."""

from __future__ import annotations

from collections import Counter

from hongxian import Store, Text, local_today, view
from hongxian.shapes import Button, Link, Table, Tag
from hongxian_plugins.mobilise.people import names_of
from hongxian_plugins.mobilise.reporting.members import HERE, Report
from hongxian_plugins.mobilise.reporting.units import Need, Unit
from hongxian_plugins.mobilise.steps import REPORT

_MOST = 300
_FITS = 3
_HEADS = (
    Text("姓名", "Name"),
    Text("单位", "Unit"),
    Text("特长", "Can"),
    Text("时间", "When"),
    Text("状态", "State"),
    Text("合适的需求", "Needs that fit"),
)


@view(title=Text("报到和需求", "Reports and needs"), icon="people")
def roll(store: Store) -> Table:
    """A line for each who has reported, with the needs that they fit best: a press claims one."""
    reports = list(
        Report.select().where(Report.state.in_(HERE)).order_by(Report.id.desc()).limit(_MOST)
    )
    needs = open_needs(store)
    names = names_of(store, [each.person for each in reports])
    units = {each.id: each.name for each in Unit.select()}
    return Table(
        _HEADS,
        [
            [
                Link(names[each.person], Report, each.id),
                units.get(each.unit, ""),
                "、".join(sorted(each.can)),
                "、".join(sorted(each.free)),
                Tag(REPORT.title_of(each.state), "done" if each.state != "reported" else "wait"),
                _fitting(each, needs),
            ]
            for each in reports
        ],
        note=Text("党员身份只有本队看得到。", "Who is of the Party this team alone sees."),
    )


def open_needs(store: Store) -> list[Need]:
    """The needs of today and later for which people are still wanted, the next first."""
    claimed = Counter(
        need for (need,) in Report.select(Report.need).where(Report.state == "claimed").tuples()
    )
    coming = Need.select().where(Need.day >= local_today(store)).order_by(Need.day, Need.id)
    return [each for each in coming if claimed[each.id] < each.people]


def fits(report: Report, need: Need) -> int:
    """How well: by what they can do, by what they want to do, by when they are free."""
    wanted = f"{need.title} {need.hour or ''}"
    can = sum(each in wanted or need.title in each for each in report.can)
    return 2 * can + bool(report.wants and report.wants in wanted) + _is_free(report, need)


def _is_free(report: Report, need: Need) -> bool:
    day = f"周{'一二三四五六日'[need.day.weekday()]}"
    return any(each in (need.hour or "") or each.startswith(day) for each in report.free)


def _fitting(report: Report, needs: list[Need]) -> list[Button]:
    if report.state not in ("accepted", "fed_back"):
        return []
    best = sorted(needs, key=lambda each: -fits(report, each))[:_FITS]
    return [
        Button(each.title, "mobilise.claim", {"need": each.id}, report.id, at_once=True)
        for each in best
        if fits(report, each)
    ]
