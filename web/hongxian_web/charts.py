"""A plugin's chart, for the macro `chart` of `hongxian/macros.html`."""

from __future__ import annotations

from hongxian.shapes.chart import Chart
from hongxian_web import words

MOST_BARS = 12


def is_small(chart: Chart) -> bool:
    """Whether its numbers can stand above their bars, so that neither a script nor a table is wanted."""
    few = len(chart.series) == 1 and 0 < len(chart.labels) <= MOST_BARS
    return chart.kind == "bars" and few and min(chart.series[0][1]) >= 0


def parts_of(chart: Chart) -> dict[str, object]:
    """What the macro asks for, and the note beneath, in the language of the page."""
    return {
        "labels": [words.shown(each) for each in chart.labels],
        "series": [(words.shown(title), list(numbers)) for title, numbers in chart.series],
        "unit": words.shown(chart.unit),
        "kind": chart.kind,
        "is_small": is_small(chart),
        "note": words.marked(chart.note),
    }
