"""What two lives of the hub gave out, each without sight of the other: a person is told of it.

Both were confirmed, to people who may have acted on it, so that no rule can take one of them back.
"""

from __future__ import annotations

from hongxian.collections.collection import Collection
from hongxian.merges.quota import overdrawn, total
from hongxian.model.lines import value_of
from hongxian.model.row import Row
from hongxian.text import Text
from hongxian.words.values import Values
from hongxian_server.intake.books import sum_of
from hongxian_server.intake.doubles import held_twice, open_tasks, task_for
from hongxian_server.store import HubStore

_TWICE = Text(
    "{key}：主机恢复前后各确认过一次，共 {n} 条记录占着，请核对后改掉。",
    "{key}: confirmed before the hub was restored and after it; {n} records hold it. See which is to "
    "stay and change the others.",
)
_BEYOND = Text(
    "{quota}：主机恢复前后合计多给出 {n}，请盘点。",
    "{quota}: {n} more were given out, before the hub was restored and after it, than there were. "
    "Count what is there.",
)


_NO_LINES = Text(
    "{quota}：主机补齐后，入账比凭据多 {n}，请核对。",
    "{quota}: since the hub was filled again {n} more are granted than the books have lines for. See why.",
)


def tell_double_grants(hub: HubStore) -> None:
    """Open a task for each record that holds a key with others, each overdrawn quota and each without its lines.

    Inside the caller's commit; what is told already is not told again.
    """
    tasks: list[Values] = []
    for collection in hub.collections.values():
        tasks += held_twice(hub, collection, _TWICE)
        if collection.quotas:
            rows = collection.rows("NOT deleted ORDER BY id")
            tasks += _overdrawn(collection, rows)
            tasks += _without_lines(hub, collection, rows)
    open_tasks(hub, tasks)


def _overdrawn(collection: Collection, rows: list[Row]) -> list[Values]:
    tasks = []
    for row in rows:
        for name in sorted(collection.quotas):
            beyond = overdrawn(row.values.get(name) or {})
            if beyond:
                text = _BEYOND.format(quota=collection.columns[name].label, n=beyond)
                tasks.append(task_for(row, collection, text))
    return tasks


def _without_lines(hub: HubStore, collection: Collection, rows: list[Row]) -> list[Values]:
    """What offers brought is granted before its lines can be asked for: those may come later."""
    tasks = []
    for name in sorted(collection.quotas):
        lines = collection.quota(name).grants
        if lines is None:
            continue
        for row in rows:
            granted = total(row.values.get(name) or {}, "g")
            beyond = granted and granted - sum_of(hub, lines, value_of(row, lines.by))
            if beyond > 0:
                text = _NO_LINES.format(quota=collection.columns[name].label, n=beyond)
                tasks.append(task_for(row, collection, text))
    return tasks
