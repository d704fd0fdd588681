"""The rounds of a year, in numbers: routes walked, findings by kind and what became of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from hongxian import Store, Text
from hongxian.yearly import Figure, yearly
from hongxian_plugins.rounds.findings import KINDS, Finding
from hongxian_plugins.rounds.steps import FINDING
from hongxian_plugins.rounds.walks import Round

_WALKED = ("done", "unfinished")
_TIMES, _FOUND = Text("次", "times"), Text("处", "findings")


@yearly(title=Text("巡查", "Rounds"))
def rounds(store: Store, year: int) -> Iterator[Figure]:
    """Rounds that were walked, what was found, and how that stands by now."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    walked = Counter(
        each.day.month
        for each in Round.select().where(Round.day.between(first, last), Round.state.in_(_WALKED))
    )
    found = list(Finding.select().where(Finding.found_on.between(first, last)))
    kinds, states = Counter(each.kind for each in found), Counter(str(each.state) for each in found)
    titles = {each.name: each.title for each in FINDING.states}
    yield Figure.tallied(Text("巡查", "Rounds walked"), _TIMES, walked, Text("月份", "Month"))
    yield Figure.tallied(
        Text("发现", "Findings"), _FOUND, kinds, Finding.kind.verbose_name, dict(KINDS)
    )
    yield Figure.tallied(
        Text("发现（按进度）", "Findings, by how they stand"),
        _FOUND,
        states,
        Finding.state.verbose_name,
        titles,
    )
