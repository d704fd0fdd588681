"""Plugins that only one of the hub and some laptop has, as the laptops told last."""

from __future__ import annotations

from collections.abc import Sequence

from hongxian.text import LISTED, Text, joined
from hongxian.words.values import JsonObject
from hongxian_server.tables.access import Incarnation

MOST_NAMED = 5
"""Laptops that a sentence names; of the others it tells how many."""
_HUB_LACKS = Text(
    "主机没有插件 {plugin}，它在 {laptops}：那里填写的在等，装到主机上后自动送来",
    "This hub has no plugin {plugin}, which is on {laptops}: what is written there waits, and comes "
    "once it is installed here",
)
_LAPTOPS_LACK = Text(
    "{laptops} 没有插件 {plugin}：收不到它的记录，装上后自动补齐",
    "{laptops} without the plugin {plugin}: its records do not reach there until it is installed",
)
_LAPTOP = Text("{number} 号“{name}”（未送 {unsent}）", "{number} “{name}” ({unsent} unsent)")
_MORE = Text("还有 {count} 台", "{count} more")


def plugins_apart_of(live: Sequence[Incarnation]) -> JsonObject:
    """By plugin the numbers of laptops that alone have it, and of those that alone lack it."""
    return {
        "hub_lacks": _by_plugin(live, "brings"),
        "laptops_lack": _by_plugin(live, "lacks"),
    }


def said_of(apart: JsonObject, live: Sequence[Incarnation]) -> list[Text]:
    """A sentence for each plugin."""
    called = {
        each.number: _LAPTOP.format(number=each.number, name=each.name, unsent=each.unsent)
        for each in live
    }
    return [
        sentence.format(plugin=plugin, laptops=_listed([called[number] for number in numbers]))
        for side, sentence in (("hub_lacks", _HUB_LACKS), ("laptops_lack", _LAPTOPS_LACK))
        for plugin, numbers in apart[side].items()
    ]


def _by_plugin(live: Sequence[Incarnation], field: str) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for each in live:
        for plugin in getattr(each, field).split():
            found.setdefault(plugin, []).append(each.number)
    return dict(sorted(found.items()))


def _listed(laptops: Sequence[Text]) -> Text:
    rest = len(laptops) - MOST_NAMED
    more = [_MORE.format(count=rest)] if rest > 0 else []
    return joined([*laptops[:MOST_NAMED], *more], LISTED)
