"""The mediation of a year, in numbers: what the figures of the cases tell, and nothing of a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import partial

from hongxian import Store, Text
from hongxian.shapes import Table
from hongxian.yearly import Figure as Number
from hongxian.yearly import yearly
from hongxian_plugins.mediation.case import KINDS
from hongxian_plugins.mediation.figure import Figure

_CASES = Text("件", "cases")


@yearly(title=Text("人民调解", "People's mediation"))
def mediation(store: Store, year: int) -> Iterator[Number]:
    """Cases registered in the year by kind, and how they stand by now."""
    standing, kinds = Counter[str](), Counter[tuple[str, str]]()
    for each in Figure.select().where(
        Figure.month.startswith(f"{year}-"), Figure.standing != "voided"
    ):
        standing[each.standing] += 1
        kinds[each.kind, each.standing] += 1
    for title, names in (
        (Text("受理", "Registered"), tuple(standing)),
        (Text("达成协议", "Agreed"), ("agreed",)),
        (Text("终止", "Terminated"), ("terminated",)),
        (Text("办理中", "Open"), ("open",)),
    ):
        yield Number(
            title,
            sum(standing[name] for name in names),
            _CASES,
            partial(_by_kind, kinds, names),
        )


def _by_kind(kinds: Counter[tuple[str, str]], standing: tuple[str, ...]) -> Table:
    counted = {kind: sum(kinds[kind, each] for each in standing) for kind, _ in KINDS}
    return Table(
        [Text("类型", "Kind"), _CASES],
        [[label, counted[kind]] for kind, label in KINDS if counted[kind]],
    )
