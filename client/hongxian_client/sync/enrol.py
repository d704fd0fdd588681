"""Enrolment on the laptop: a code typed once lets its key in, once the hub has proven to be the one.

The hub's `sync.enrol` takes the code.
"""

from __future__ import annotations

import platform

from hongxian.errors import AlreadyThere, HubOutOfReach, OtherTeams, Unauthorized
from hongxian.security.code import EnrolmentCode, fingerprint_of
from hongxian.security.keys import SigningKey, id_of
from hongxian.security.sealing import SealingKey
from hongxian.text import Text
from hongxian.wire.enrol import EnrolReply, EnrolRequest
from hongxian.wire.history import HistoryEntry
from hongxian.wire.signed import Asker
from hongxian.words.incarnation import new_salt
from hongxian.words.logs import logger
from hongxian_client.replica.hub_way import let_hub_open
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.transport.discovery import PATIENT_SECONDS, find_hub
from hongxian_client.transport.link import HubRefused, Link, NotTheHub, introduced

log = logger(__name__)


class NoHub(HubOutOfReach):
    """No hub answers where a laptop wants to join: unlike after joining, nothing is sent later by itself."""

    message = Text(
        "{url} 没有社区主机应答（{detail}）。请核对网址，确认主机开着、这台电脑在主机的网络里，再重新加入。",
        "No hub answers at {url} ({detail}). Check the address, that the hub is on, and that "
        "this laptop"
        " is on its network; then join again.",
    )


class NoHubHere(HubOutOfReach):
    """The hub of a code does not announce itself on this laptop's network, and no address was given."""

    message = Text(
        "在这个网络里没有找到注册码的那台主机。请核对注册码，确认主机开着、这台电脑和它在同一个网络；"
        "还是找不到，就填上主机的网址。",
        "The hub of this code was not found on this network. Check the code, that the hub is on, "
        "and that this laptop is on its network; or give the hub's address.",
    )


class OtherHub(HubOutOfReach):
    """The code belongs to another hub than the one that answers: nothing was sent to it."""

    message = Text(
        "注册码不是 {url} 这台主机的：要么输错了，要么应答的是别的机器。什么都没有发给它。"
        "请核对网址和注册码。",
        "The code does not belong to the hub at {url}: it was mistyped, or another machine "
        "answers there. "
        "Nothing was sent to it. Check the address and the code.",
    )


def join(replica: Replica, url: str | None, code: str, name: str | None = None) -> EnrolReply:
    """Use an enrolment code; returns what the hub said. Raises `CodeRefused`, `OtherHub`, `NoHub`.

    Without an address the code's hub is looked for in the laptop's network; raises `NoHubHere`.
    That the hub is the one of the code is seen before the code's secret goes out. A laptop that has
    a hub joins again only where that does not know it: the hub was restored to a time before, or
    lost. Raises `AlreadyThere` where it does, `OtherTeams`.
    """
    held, before, typed = LaptopState.read(), replica.now(), EnrolmentCode.typed(code)
    url = url or find_hub(typed.fingerprint, seconds=PATIENT_SECONDS)
    if url is None:
        raise NoHubHere()
    key = replica.key() if held.hub_key else replica.new_key()
    asker = held.asker if held.laptop == id_of(key.public) else _newcomer(replica, key, held)
    try:
        hub = introduced(url)
        statement = hub.statement
        if fingerprint_of(statement.identity) != typed.fingerprint:
            raise OtherHub(url=url)
        link = Link(hub.url, statement.identity, key, asker)
        link.begin(hub)
        if held.hub_key == statement.identity and _is_known(link):
            raise AlreadyThere(
                what=Text(
                    "这台电脑的社区主机（{hub_url}）", "a hub for this laptop ({hub_url})"
                ).format(hub_url=held.hub_url)
            )
        said = _use_code(link, typed.secret, name, held)
    except OtherTeams:
        teams = [f"{title} ({scope})" for scope, title in held.teams.items()]
        raise OtherTeams(teams=teams) from None
    except (OtherHub, NotTheHub):
        raise
    except HubOutOfReach as error:
        raise NoHub(**error.facts) from error
    with replica.upkeep(), LaptopState.changing() as state:
        state.hub_url, state.hub_key, state.number = link.url, link.hub_key, said.number
        state.laptop, state.salt = asker.laptop, asker.salt
        state.incarnation = asker.incarnation
        # A hub that was put back learns from it; another hub cannot read it.
        state.grant = held.grant if held.hub_key == statement.identity else ""
        state.hub_sealing = statement.sealing
        state.teams, state.community = said.teams, said.community
        state.epoch = state.epoch or said.epoch  # another one is entered by the first round
        state.clock_offset = clock_offset(said.clock, before, replica.now())
    with replica:
        let_hub_open(replica)
    log.info("joined device=%d teams=%d", said.number, len(said.teams))
    return said


def _newcomer(replica: Replica, key: SigningKey, held: LaptopState) -> Asker:
    """As whom a laptop asks that is none yet: the same each time, for the answer may be lost."""
    drawn = new_salt() if held.laptop else held.salt or new_salt()
    if not held.laptop:
        with replica.upkeep(), LaptopState.changing() as state:
            state.salt = drawn
    return Asker(id_of(key.public), drawn)


def _use_code(link: Link, secret: str, name: str | None, held: LaptopState) -> EnrolReply:
    link.is_let_in = False
    called = name or platform.node() or "laptop"
    key, sealing = link.key.public, SealingKey(link.key).public
    request = EnrolRequest(
        secret=secret,
        key=key,
        sealing=sealing,
        name=called,
        holds=list(held.teams),
        circles=[circle for circle, is_of in held.circles.items() if is_of],
    )
    return link.post_json("/v1/enrol", request, EnrolReply)


def _is_known(link: Link) -> bool:
    """Whether a hub knows the laptop; any question to it tells."""
    try:
        link.get_list("/v1/history/hongxian.team/-", HistoryEntry)
    except Unauthorized:
        return False
    except HubRefused:
        pass
    return True


def clock_offset(hub_clock: int, before: int, after: int) -> int:
    """How far the hub's clock is ahead of ours (ms); 0 within a minute, which harms nobody."""
    offset = hub_clock - (before + after) // 2
    return offset if abs(offset) > 60_000 else 0
