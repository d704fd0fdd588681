"""The mediation of a year, in numbers: what the figures of the cases tell, and nothing of a case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hongxian import Store, Text
from hongxian.yearly import Figure as Number
from hongxian.yearly import yearly
from hongxian_plugins.mediation.case import KINDS
from hongxian_plugins.mediation.figure import Figure

_CASES = Text("件", "cases")


@yearly(title=Text("人民调解", "People's mediation"))
def mediation(store: Store, year: int) -> Iterator[Number]:
    """Cases registered in the year by kind, and how they stand by now."""
    standing, kinds = set[str](), Counter[tuple[str, str]]()
    for each in Figure.select().where(
        Figure.month.startswith(f"{year}-"), Figure.standing != "voided"
    ):
        standing.add(each.standing)
        kinds[each.kind, each.standing] += 1
    for title, names in (
        (Text("受理", "Registered"), tuple(standing)),
        (Text("达成协议", "Agreed"), ("agreed",)),
        (Text("终止", "Terminated"), ("terminated",)),
        (Text("办理中", "Open"), ("open",)),
    ):
        of = {kind: sum(kinds[kind, each] for each in names) for kind, _ in KINDS}
        yield Number.tallied(title, _CASES, of, Text("类型", "Kind"), dict(KINDS))
