"""What the whole community may know of mediation: counts and deadlines, not one name or content.

One record a case, under an id that leads nobody back to it. The hub alone writes them, after it
has merged what laptops sent: one writer, so that two mediators' laptops never disagree over a
figure, and a figure always says what the merged case says.
"""

from __future__ import annotations

from collections import Counter

from peewee import CharField, DateField, fn

from hongxian import Record, Store, Text, local_today, view
from hongxian.records import COMMUNITY, Values, same_id
from hongxian.shapes import Table
from hongxian_plugins.mediation.case import KINDS, Case, court_deadline
from hongxian_plugins.mediation.papers import Agreement

STANDINGS = (
    ("open", Text("办理中", "Open")),
    ("agreed", Text("达成协议", "Agreed")),
    ("terminated", Text("已终止", "Terminated")),
    ("voided", Text("作废", "Void")),
)


class Figure(Record):
    """Mediation figures."""

    month = CharField(
        verbose_name=Text("受理月份", "Month"),
        max_length=7,
        index=True,
        help_text=Text("如 2026-03。", "The month."),
    )
    kind = CharField(
        verbose_name=Text("纠纷类型", "Kind"),
        max_length=12,
        choices=KINDS,
        help_text=Text("哪一类。", "The kind."),
    )
    standing = CharField(
        verbose_name=Text("结果", "Standing"),
        max_length=10,
        choices=STANDINGS,
        help_text=Text("办到哪里。", "How it stands."),
    )
    perform_by = DateField(
        verbose_name=Text("履行期限", "Perform by"),
        null=True,
        help_text=Text("还没有履行完的协议的期限。", "Of an agreement not yet performed."),
    )
    court_by = DateField(
        verbose_name=Text("司法确认期限", "Court by"),
        null=True,
        help_text=Text("还可以申请到哪天。", "The last day to ask the court."),
    )

    class Meta:
        collection = "mediation.figure"
        title = Text("调解统计", "Mediation figures")
        menu = False
        scope = COMMUNITY
        writers = "hub"


def draw_figures(store: Store) -> None:
    """On the hub: bring the figures up to the cases that were stored since the last one.

    Not only the case just stored: a hub that stopped between the two catches up here.
    """
    with store.transaction():
        newest = Figure.select(fn.MAX(Figure.seq)).scalar() or 0
        drawn = {id for (id,) in Figure.select(Figure.id).tuples()}
        for case in Case.select().where(Case.id.in_(_stored_since(newest))):
            id, values = same_id("mediation.figure", case.id), figure_of(case)
            if id in drawn:
                store.edit(Figure, {id: values})
            else:
                store.create(Figure, [{"id": id, **values}])


def _stored_since(seq: int) -> list[str]:
    cases = Case.select(Case.id).where(Case.seq > seq).tuples()
    agreements = Agreement.select(Agreement.case).where(Agreement.seq > seq).tuples()
    return sorted({id for (id,) in (*cases, *agreements)})


def figure_of(case: Case) -> Values:
    """A case as the community may know it."""
    agreement = Agreement.get_or_none(Agreement.case == case.id)
    standing = _standing(case)
    binding = standing == "agreed" and case.state != "archived"
    return {
        "month": f"{case.registered_on:%Y-%m}",
        "kind": case.kind,
        "standing": standing,
        "perform_by": agreement.perform_by
        if binding and agreement and case.performance != "done"
        else None,
        "court_by": court_deadline(case.agreed_on) if binding and not case.court_filed_on else None,
    }


def _standing(case: Case) -> str:
    if case.voided:
        return "voided"
    if case.agreed_on:
        return "agreed"
    return "terminated" if case.ended_on else "open"


_MONTH = {
    "month": CharField(
        verbose_name=Text("月份", "Month"),
        null=True,
        max_length=7,
        help_text=Text("如 2026-03。", "Empty: all."),
    )
}


@view(title=Text("调解统计", "Mediation figures"), asks=_MONTH, menu=False)
def figures(store: Store, month: str | None = None) -> Table:
    """Counts by month and kind, for every laptop of the community."""
    now, counts = local_today(store), Counter[tuple[str, str, str]]()
    for each in Figure.select().where(Figure.standing != "voided"):
        if month in (None, "", each.month):
            place = (each.month, each.kind)
            counts[*place, "registered"] += 1
            counts[*place, each.standing] += 1
            counts[*place, "due"] += each.perform_by is not None
            counts[*place, "overdue"] += each.perform_by is not None and each.perform_by < now
            counts[*place, "court"] += each.court_by is not None and each.court_by >= now
    columns = ("registered", "open", "agreed", "terminated", "due", "overdue", "court")
    labels = dict(KINDS)
    return Table(
        headers=(
            Text("月份", "Month"),
            Text("类型", "Kind"),
            Text("受理", "Registered"),
            Text("办理中", "Open"),
            Text("达成协议", "Agreed"),
            Text("终止", "Terminated"),
            Text("待履行", "To perform"),
            Text("逾期", "Overdue"),
            Text("可申请司法确认", "Court open"),
        ),
        rows=[
            (month, labels[kind], *(counts[month, kind, column] for column in columns))
            for month, kind in sorted({place[:2] for place in counts})
        ],
        note=Text("只有数字和期限，没有姓名和内容。", "Counts and deadlines only."),
    )


@view(title=Text("调解统计", "Mediation figures"), audience="keeper", console=True)
def figures_for_keeper(store: Store) -> Table:
    """The same on the hub's console."""
    return figures(store)
