"""The road of a case on its page: the states behind it, the one it is in, and what each next step needs."""

from __future__ import annotations

from hongxian import Store, Text, view
from hongxian.records import Values
from hongxian.shapes import Table
from hongxian_plugins.mediation.case import STATES, Case, Step, road_of

_DONE, _HERE = "✓", "→"
_LABELS = dict(STATES)


@view(of=Case, title=Text("办到哪一步", "Where it stands"))
def road(store: Store, case: Case) -> Table:
    """Every step of the road that the case is on, with what is there and what is missing."""
    values = {name: getattr(case, name) for name in Case._meta.fields}
    steps = road_of(values)
    here = [step.state for step in steps].index(case.state)
    return Table(
        headers=[
            "",
            Text("步骤", "Step"),
            Text("还缺", "Still needs"),
            Text("人民调解法", "Mediation Law, article"),
        ],
        rows=[
            [
                _DONE if place < here else _HERE if place == here else "",
                _LABELS[step.state],
                _missing(step, values) if place > here else "",
                step.law,
            ]
            for place, step in enumerate(steps)
        ],
        note=Text("已作废", "Void") if case.voided else "",
    )


def _missing(step: Step, values: Values) -> Text:
    lacking = [name for name in step.needs if not values.get(name)]
    return Text.of("{lacking}").format(
        lacking=[Case._meta.fields[name].verbose_name for name in lacking]
    )
