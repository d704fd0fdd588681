"""Releases of plugins on the laptop: what it runs is told; what the hub orders is fetched and put on the shelf.

It comes after the records, for those matter more. A release runs from the next start on. The hub says
which release; that it is sound its publisher says, whom this laptop knows. The hub's `sync.releases` answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from hongxian.engine.store import PLUGINS
from hongxian.errors import PageRefused, Refused
from hongxian.plugins.loading import Plugins
from hongxian.releases.manifest import ReleaseRefused
from hongxian.releases.publisher import called
from hongxian.releases.release import SUFFIX, Release
from hongxian.releases.shelf import Shelf, Shelved
from hongxian.text import NOTHING, Text
from hongxian.wire.bundle import BundleReply
from hongxian.wire.page import read_stream, stream
from hongxian.wire.releases import (
    LONGEST_ERROR,
    MOST_PLUGINS,
    Order,
    PluginsReply,
    PluginsRequest,
    Running,
    as_bytes,
    token_of,
)
from hongxian.wire.round import RoundReply
from hongxian.words.logs import logger, phase
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.line.arriving import arriving, fetch
from hongxian_client.sync.line.carrier import Carrier
from hongxian_client.sync.program import Left, program_here, see_to_program

log = logger(__name__)
Fetch = Callable[[Order], bytes | None]
"""Gives a release's bytes; None where they are not to be had yet."""
_PARTS = "arriving"
_GOES_ON = Text(
    "插件 {name} {version} 已到，重新打开后启用",
    "the plugin {name} {version} has come, and runs from the next start on",
)
_STOPS = Text(
    "插件 {name} 已由管理员撤下，重新打开后停用",
    "the plugin {name} was taken back by the keeper, and does not run after the next start",
)


class PublisherNotTrusted(Refused):
    """A release by a publisher this laptop does not know."""

    message = Text(
        "插件 {release} 的发布者这台电脑还不认识：{letters}。向管理员核对这些字母，对得上再运行："
        "hongxian plugin trust {letters}",
        "This laptop does not know the publisher of {release}: {letters}. Compare the letters "
        "with the keeper's; if they match: hongxian plugin trust {letters}",
    )


_OTHER_PUBLISHER = Text(
    "它由另一个发布者签名（{letters}）", "it is signed by another publisher ({letters})"
)
_NOT_AS_ORDERED = Text("它不是主机所说的那一个", "it is not the one that the hub named")


@dataclass
class Seen:
    """What came of seeing to orders."""

    notes: list[Text] = field(default_factory=list)
    """What there is to say."""
    plugins: list[str] = field(default_factory=list)
    """Those that are otherwise from the next start on."""
    is_done: bool = True
    """Whether nothing is left to fetch, or to put in place."""
    goes_on: bool = False
    """Whether a further sync at once has more of it to fetch: records go between."""


def exchange(replica: Replica, carrier: Carrier, reply: RoundReply) -> Seen:
    """Tell what runs here and see to what is ordered, where either is news.

    `reply` is the last round's. Raises `HubOutOfReach`.
    """
    state, running, program = LaptopState.read(), running_here(replica.plugins), program_here()
    report = token_of([*running, *([program] if program else [])], reply.epoch)
    if reply.plugins is None or (report, reply.plugins) == (state.plugins_told, state.orders_told):
        return Seen()
    with phase(log, "plugins") as counts:
        asked = PluginsRequest(running=running, program=program)
        said = carrier("/v1/plugins", b"".join(stream(asked, [])))
        told = PluginsReply.load(next(read_stream(said), None))
        orders = told.orders
        seen = see_to(replica, orders, lambda order: _fetched(replica, carrier, order))
        if told.program is not None:
            left = see_to_program(told.program, carrier)
            seen.is_done &= left is Left.NOTHING
            seen.goes_on = left is Left.BYTES
        counts.update(orders=len(orders), changed=len(seen.plugins))
    with replica.upkeep(), LaptopState.changing() as state:
        state.plugins_told = report
        ordered = [*orders, *([told.program] if told.program else [])]
        state.orders_told = token_of(ordered) if seen.is_done else ""
        state.orders_at = reply.clock
    return seen


def running_here(plugins: Plugins) -> list[Running]:
    """All plugins of a laptop, as the hub is told of them."""
    return [
        Running(
            name=each.name[:80],
            version=each.version[:40] if each.loaded else "",
            sha256=each.sha256 if each.loaded else "",
            error=_cut(each.errors[-1]) if each.errors else None,
        )
        for each in plugins.all[:MOST_PLUGINS]
    ]


def _cut(error: Text) -> Text:
    return Text(error.zh[:LONGEST_ERROR], error.en[:LONGEST_ERROR])


def see_to(replica: Replica, orders: Iterable[Order], fetch: Fetch) -> Seen:
    """Put on the shelf what is ordered. One order that cannot be done stops no other, and is told."""
    shelf, seen = Shelf(replica.folder / PLUGINS), Seen()
    for order in orders:
        try:
            note = _done(shelf, order, fetch)
        except (Refused, PageRefused) as error:
            seen.is_done &= isinstance(error, (ReleaseRefused, PublisherNotTrusted))
            stranger = order.publisher if isinstance(error, PublisherNotTrusted) else ""
            is_news = shelf.tell(order.name, error.text, stranger)
            seen.notes += [error.text] if is_news else []
            continue
        seen.is_done &= note is not None
        if note:
            seen.notes.append(note)
            seen.plugins.append(order.name)
    return seen


def _done(shelf: Shelf, order: Order, fetch: Fetch) -> Text | None:
    """See to one order; gives what there is to say, and None where the release is still to be fetched."""
    mine = shelf.read().get(order.name, Shelved())
    if not order.version:
        if mine.use:
            shelf.use(order.name, "")
        return _STOPS.format(name=order.name) if mine.use else NOTHING
    if order.sha256 == mine.sha256 or order.sha256 in mine.failed:
        return NOTHING
    _refuse_stranger(shelf, mine, order)
    if mine.held.get(order.version) != order.sha256:
        content = fetch(order)
        if content is None:
            return None
        shelf.put(_as_ordered(content, order))
    shelf.use(order.name, order.version)
    shelf.tidy()
    log.info("release plugin=%s version=%s", order.name, order.version)
    return _GOES_ON.format(name=order.name, version=order.version)


def _refuse_stranger(shelf: Shelf, mine: Shelved, order: Order) -> None:
    """Raise for a release that is not by whom this laptop trusts; the first publisher is believed."""
    release, letters = f"{order.name}-{order.version}", called(order.publisher)
    if mine.publisher not in ("", order.publisher):
        raise ReleaseRefused(file=release, detail=_OTHER_PUBLISHER.format(letters=letters))
    trusted = shelf.publishers()
    if trusted and order.publisher not in trusted:
        raise PublisherNotTrusted(release=release, letters=letters)
    if not trusted:
        shelf.trust(order.publisher)


def _as_ordered(content: bytes, order: Order) -> Release:
    release = Release.read(content, f"{order.name}-{order.version}{SUFFIX}")
    manifest = release.manifest
    told = (manifest.name, manifest.version, manifest.publisher, release.sha256)
    if told != (order.name, order.version, order.publisher, order.sha256):
        raise ReleaseRefused(file=manifest.called, detail=_NOT_AS_ORDERED)
    manifest.refuse_other_host()
    return release


def see_to_carried(replica: Replica, reply: BundleReply) -> Seen:
    """The same of a stick, which carries some releases in base64; the others come another time.

    Signed as it is, one that was kept back orders what was taken back since: it is done nothing by.
    """
    carried = reply.releases

    def fetch(order: Order) -> bytes | None:
        return as_bytes(carried[order.sha256]) if order.sha256 in carried else None

    if reply.clock < LaptopState.read().orders_at:
        return Seen()
    seen = see_to(replica, reply.orders, fetch)
    with replica.upkeep(), LaptopState.changing() as state:
        state.orders_at = reply.clock
    return seen


def _fetched(replica: Replica, carrier: Carrier, order: Order) -> bytes:
    """A release, part by part, from where the line broke last time. Raises `HubOutOfReach`."""
    path = arriving(replica.folder / PLUGINS / _PARTS, order.sha256)
    fetch(path, order.size, f"{order.name}-{order.version}", carrier)
    content = path.read_bytes()
    path.unlink()
    return content
