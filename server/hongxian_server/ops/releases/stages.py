"""What a keeper does with any release: know its publisher, send it to some or all laptops, hold it back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeVar

import orjson

from hongxian.errors import Refused
from hongxian.releases.publisher import called, is_called
from hongxian.text import Text
from hongxian_server.hub import Hub
from hongxian_server.ops.releases.own import run_newest
from hongxian_server.tables.access import Incarnation, incarnations
from hongxian_server.tables.keeper_log import note
from hongxian_server.tables.releases import HubRelease, PluginRelease, Stage

One = TypeVar("One", bound=HubRelease)


class PublisherUnknown(Refused):
    """A release by a publisher this hub does not know yet."""

    message = Text(
        "{release} 的发布者还不认识：{letters}。请向发布者当面或打电话核对这些字母，对得上再运行："
        "{command} 文件 --publisher {letters}",
        "The publisher of {release} is not known here: {letters}. Compare these letters with the "
        "publisher's, face to face or by telephone; if they match: {command} FILE "
        "--publisher {letters}",
    )


class SameVersion(Refused):
    """Another release with a version number that is already taken."""

    message = Text(
        "{release} 已经有了，内容不同。请给新的换一个版本号。",
        "{release} is already here, with different content. Give the new one another version "
        "number.",
    )


class ReleaseUnknown(Refused):
    """A release that the hub does not hold."""

    message = Text(
        "主机没有发行版 {release}。现有：{known}",
        "The hub holds no release {release}. There are: {known}",
    )


def refuse_stranger(new: HubRelease, held: Iterable[HubRelease], letters: str) -> None:
    """Raise `PublisherUnknown` unless one of its kind is here, or the keeper told the publisher's letters."""
    known = {each.publisher for each in held}
    if new.publisher not in known and not is_called(new.publisher, letters):
        told = called(new.publisher)
        raise PublisherUnknown(release=new.called, letters=told, command=f"{new.COMMAND} add")


def same_here(new: One, held: Iterable[One]) -> One | None:
    """The one that is here under its version; raises `SameVersion` where that has other content."""
    same = next((each for each in held if each.which == new.which), None)
    if same is not None and same.sha256 != new.sha256:
        raise SameVersion(release=new.called)
    return same


def keep(hub: Hub, new: HubRelease, file: str) -> None:
    """Keep what came in as this file, held from all laptops."""
    with hub.upkeep():
        new.save(force_insert=True)
        note(hub, new.ADDED, file, called(new.publisher))


def send_out(hub: Hub, found: Sequence[HubRelease], numbers: Sequence[int] | None = None) -> None:
    """Let laptops have it: those of these numbers, beside those that were chosen before, or all."""
    with hub.upkeep():
        for one in found:
            one.stage = Stage.ALL if numbers is None else Stage.SOME
            if numbers is not None:
                chosen = incarnations().where(Incarnation.number << numbers)
                ids = dict.fromkeys([*one.goes_to, *(each.laptop for each in chosen)])
                one.laptops = orjson.dumps(list(ids)).decode()
            one.save()
        to = [Stage.ALL.text] if numbers is None else numbers
        note(hub, found[0].SENT_OUT, found[0].called, *to)
    _run_newest_of(hub, found)


def hold_back(hub: Hub, found: Sequence[HubRelease]) -> None:
    """Let no further laptop have it; those that run it go on."""
    with hub.upkeep():
        for one in found:
            one.stage = Stage.HELD
            one.save()
        note(hub, found[0].HELD_BACK, found[0].called)
    _run_newest_of(hub, found)


def _run_newest_of(hub: Hub, found: Iterable[HubRelease]) -> None:
    """One that was taken back, and now is not, the hub runs first."""
    for each in found:
        if isinstance(each, PluginRelease):
            run_newest(hub, each.name)


def refuse_none(found: Sequence[HubRelease], asked: str, held: Iterable[HubRelease]) -> None:
    """Raise `ReleaseUnknown`, which names what is here, where nothing was found."""
    if not found:
        known = list(dict.fromkeys(each.called for each in held))
        raise ReleaseUnknown(release=asked, known=known or "-")
