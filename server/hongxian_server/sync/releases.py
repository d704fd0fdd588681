"""Releases of plugins at the hub: what it orders for a laptop, and their bytes. The laptop's `sync.releases` asks.

A release goes out once the hub that answers runs it itself, or a later one: so what does not load here
comes to no laptop, and nobody writes by rules that the hub does not know yet.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import orjson

from hongxian.engine.store import PLUGINS
from hongxian.errors import NotAllowed
from hongxian.releases.release import RELEASE_BYTES
from hongxian.releases.shelf import Shelf
from hongxian.text import Text
from hongxian.wire.releases import (
    Order,
    PluginsReply,
    PluginsRequest,
    ReleasePart,
    ReleasePartRequest,
    Running,
    as_text,
    token_of,
)
from hongxian.words.logs import logger
from hongxian.words.values import Json
from hongxian_server.hub import Hub
from hongxian_server.sync.program import keep_program, program_file, program_order_for
from hongxian_server.tables.access import Incarnation
from hongxian_server.tables.releases import PluginRelease, has_releases, plugin_releases

log = logger(__name__)
_NOT_ORDERED = Text("这个插件发行版没有下发给本机", "this release is not ordered for this laptop")

_FILE_GONE = Text(
    "主机上没有它的文件，请管理员再收一次：hongxian hub plugin add，或 hongxian hub programs add",
    "its file is not at the hub any more; its keeper adds it again: hongxian hub plugin add, or hongxian hub "
    "programs add",
)


def orders_for(hub: Hub, by: Incarnation) -> list[Order]:
    """The release of each plugin that a laptop is to run."""
    if not has_releases():
        return []
    held = plugin_releases()
    running = {each["sha256"] for each in report_of(by)}
    here = {each.sha256 for each in hub.plugins.all if each.loaded}
    return [
        order
        for name, mine in held.items()
        if (order := _order(name, mine, by.laptop, running, here)) is not None
    ]


def _order(
    name: str,
    mine: Sequence[PluginRelease],
    laptop: str,
    running: Collection[str],
    here: Collection[str],
) -> Order | None:
    newest = max((each.added for each in mine if each.sha256 in here), default=-1)
    fit = [each for each in mine if each.added <= newest and each.is_for(laptop, running)]
    if fit:
        one = fit[-1]
        return Order(
            name=name,
            version=one.version,
            sha256=one.sha256,
            size=one.size,
            publisher=one.publisher,
        )
    if any(each.sha256 in running for each in mine):
        return Order(name=name, version="")
    return None


def token_for(hub: Hub, by: Incarnation) -> str:
    """What stands for all that is ordered for a laptop."""
    program = program_order_for(by)
    return token_of([*orders_for(hub, by), *([program] if program else [])])


def take_report(hub: Hub, by: Incarnation, request: PluginsRequest) -> PluginsReply:
    """Keep what a laptop runs, and tell it what it is to run."""
    keep_report(hub, by, request.running)
    keep_program(hub, by, request.program)
    return PluginsReply(orders=orders_for(hub, by), program=program_order_for(by))


def keep_report(hub: Hub, by: Incarnation, running: Sequence[Running]) -> None:
    """Keep what a laptop runs, for the keeper and for what is ordered for it."""
    told = orjson.dumps(running).decode()
    if told != by.plugins:
        by.plugins = told
        with hub.upkeep():
            Incarnation.update(plugins=told).where(Incarnation.id == by.id).execute()


def report_of(by: Incarnation) -> list[Mapping[str, Json]]:
    """What a laptop told of its plugins last, each as `Running` has it."""
    told: list[Mapping[str, Json]] = orjson.loads(by.plugins)
    return told


def part_of(hub: Hub, by: Incarnation, request: ReleasePartRequest) -> ReleasePart:
    """Some bytes of a release, or of a program file; raises `NotAllowed` for one that is not ordered for who asks."""
    program = program_order_for(by)
    if program is not None and program.sha256 == request.sha256:
        return _read(program_file(hub, program.sha256), request)
    for order in _to_fetch(by, orders_for(hub, by)):
        if order.sha256 == request.sha256:
            return _read(_shelf(hub).file_of(order.name, order.version), request)
    raise NotAllowed(detail=_NOT_ORDERED)


def _read(path: Path, request: ReleasePartRequest) -> ReleasePart:
    try:
        with path.open("rb") as file:
            file.seek(request.start)
            return ReleasePart(content=as_text(file.read(request.most)))
    except FileNotFoundError:
        raise NotAllowed(detail=_FILE_GONE) from None


def releases_on_stick(hub: Hub, by: Incarnation, orders: Sequence[Order]) -> dict[str, str]:
    """The releases of these orders that a laptop does not run, as a stick carries them."""
    room, found = RELEASE_BYTES, {}
    for order in _to_fetch(by, orders):
        if order.size <= room:
            with suppress(FileNotFoundError):
                content = _shelf(hub).file_of(order.name, order.version).read_bytes()
                found[order.sha256] = as_text(content)
                room -= order.size
    return found


def _to_fetch(by: Incarnation, orders: Sequence[Order]) -> list[Order]:
    """Those whose bytes a laptop lacks: what it says it runs is believed, and so opens nothing to it."""
    running = {each["sha256"] for each in report_of(by)}
    return [each for each in orders if each.sha256 and each.sha256 not in running]


def _shelf(hub: Hub) -> Shelf:
    return Shelf(hub.folder / PLUGINS)
