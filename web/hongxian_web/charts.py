"""A plugin's chart, for the macro `chart` of `hongxian/macros.html`."""

from __future__ import annotations

from hongxian.shapes.chart import Chart
from hongxian_web import words


def parts_of(chart: Chart) -> dict[str, object]:
    """What the macro asks for, and the note beneath, in the language of the page."""
    return {
        "labels": [words.shown(each) for each in chart.labels],
        "series": [(words.shown(title), list(numbers)) for title, numbers in chart.series],
        "unit": words.shown(chart.unit),
        "kind": chart.kind,
        "note": words.marked(chart.note),
    }
