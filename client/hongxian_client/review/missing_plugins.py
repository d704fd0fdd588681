"""Plugins that only one of hub and laptop has, told in words: which, on which side, and how much waits."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from hongxian.plugins.apart import plugins_apart
from hongxian.text import Text
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.unsent.outbox import Entry, EntryState

_HUB_LACKS = Text(
    "社区主机没有插件 {plugins}：本机有 {count} 项改动等着，管理员在主机装上后自动送出",
    "the hub has no plugin {plugins}: changes waiting here: {count}; they go out once its keeper has "
    "installed it there",
)
_LAPTOP_LACKS = Text(
    "本机没有插件 {plugins}：主机有它的记录，装上后自动取回",
    "this laptop has no plugin {plugins}: the hub has, and its records come once it is installed here",
)
_WORK_WAITS = Text(
    "本机没有插件 {plugins}：以前填写的 {count} 项改动等着，装回来后自动送出",
    "this laptop has no plugin {plugins}: changes waiting here: {count}; they go out once it is back",
)


@dataclass(frozen=True)
class MissingPlugins:
    """What either side lacks, as far as the hub has told."""

    hub_lacks: list[str]
    laptop_lacks: list[str]
    said: list[Text]
    """A sentence for each side."""


def missing_plugins(replica: Replica) -> MissingPlugins:
    """As things stand now; it goes away by itself once a sync has seen the plugin on both sides."""
    state, here = LaptopState.read(), replica.collections.keys()
    there = here if state.collections is None else set(state.collections)
    waits = _deferred()
    not_there = here - there
    not_here = ((there - set(state.sent_out)) | waits.keys()) - here
    hub_lacks, laptop_lacks = plugins_apart(not_there, there), plugins_apart(not_here, here)
    said = []
    if hub_lacks:
        said.append(_HUB_LACKS.format(plugins=hub_lacks, count=_sum(waits, not_there)))
    if laptop_lacks:
        count = _sum(waits, not_here)
        said.append(
            (_WORK_WAITS if count else _LAPTOP_LACKS).format(plugins=laptop_lacks, count=count)
        )
    return MissingPlugins(hub_lacks, laptop_lacks, said)


def _deferred() -> dict[str, int]:
    """How many changes are put off, by collection."""
    sql = "SELECT collection, count(*) FROM hongxian_outbox WHERE state = ? GROUP BY collection"
    found = Entry._meta.database.execute_sql(sql, (EntryState.DEFERRED,)).fetchall()
    return dict(found)


def _sum(waits: dict[str, int], names: Collection[str]) -> int:
    return sum(count for name, count in waits.items() if name in names)
