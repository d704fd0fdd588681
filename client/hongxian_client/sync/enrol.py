"""Enrolment on the laptop: a code typed once becomes a token of its own.

The hub's `sync.enrol` takes the code.
"""

from __future__ import annotations

import platform

from peewee import fn
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from hongxian.builtin import Device
from hongxian.errors import AlreadyThere, CodeRefused, HubOutOfReach, Refused, Unauthorized, Usage
from hongxian.logs import logger
from hongxian.text import Text
from hongxian.wire.enrol import LONGEST_CODE, EnrolReply, EnrolRequest
from hongxian.wire.history import HistoryEntry
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.replica.restamp import restamp
from hongxian_client.sync.lineage import new_lineage
from hongxian_client.sync.link import HubRefused, Link

log = logger(__name__)


class OtherTeams(Refused):
    """A hub that does not know this laptop any more gives it teams that are not those it is of."""

    message = Text(
        "这台电脑存着 {teams} 的记录，而这台主机没有让它加入：加入后这些记录会被移除。"
        "请向社区管理员要这些团队的注册码；主机若是丢失后重建的，请先逐个恢复团队："
        "hongxian hub team add NAME --scope SCOPE",
        "This laptop holds the records of {teams}, which this hub does not give it: they would "
        "leave it."
        " Ask the hub's keeper for a code for these teams; a hub that was lost gets each of them "
        "back by:"
        " hongxian hub team add NAME --scope SCOPE",
    )


class NoAddress(Usage):
    """What was given as the hub's address is none."""

    message = Text(
        "“{url}”不是社区主机的网址，例如 http://192.168.1.10:8470",
        "{url!r} is not a hub's address, such as http://192.168.1.10:8470",
    )


class NoHub(HubOutOfReach):
    """No hub answers where a laptop is to join: nothing goes out later by itself, as after joining."""

    message = Text(
        "{url} 没有社区主机应答（{detail}）。请核对网址，确认主机开着、这台电脑在主机的网络里，再重新加入。",
        "No hub answers at {url} ({detail}). Check the address, that the hub is on, and that "
        "this laptop"
        " is in its network; then join again.",
    )


def hub_address(given: str) -> str:
    """The hub's address, http where no scheme was typed; raises `NoAddress`."""
    given = given.strip()
    url = given if "://" in given else f"http://{given}"
    try:
        parsed = parse_url(url)
        url.encode()
    except (LocationParseError, UnicodeEncodeError):
        raise NoAddress(url=given) from None
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise NoAddress(url=given)
    return url


def join(replica: Replica, url: str, code: str, name: str | None = None) -> EnrolReply:
    """Use an enrolment code; returns what the hub said. Raises `CodeRefused`, `NoHub`.

    A laptop that has a hub joins again only where that does not know it: the hub was restored to
    a time before, or lost. Raises `AlreadyThere` where it does, `OtherTeams`.
    """
    link, held, before = Link(url), LaptopState.read(), replica.now()
    try:
        if held.token and _is_known(Link(url, held.token)):
            raise AlreadyThere(
                what=Text(
                    "这台电脑的社区主机（{hub_url}）", "a hub for this laptop ({hub_url})"
                ).format(hub_url=held.hub_url)
            )
        said = _use_code(link, code, name)
    except HubOutOfReach as error:
        raise NoHub(**error.facts) from error
    if held.token and held.teams.keys() - said.teams.keys():
        teams = [f"{title} ({scope})" for scope, title in held.teams.items()]
        raise OtherTeams(teams=teams)
    with replica.upkeep():
        with LaptopState.changing() as state:
            state.hub_url, state.token, state.laptop = link.url, said.token, said.laptop
            state.teams, state.community = said.teams, said.community
            state.epoch = state.epoch or said.epoch  # another one is entered by the first round
        new_lineage()
        offset = clock_offset(said.clock, before, replica.now())
        restamp(replica, device=said.number, offset=offset)
    log.info("joined device=%d teams=%d", said.number, len(said.teams))
    return said


def _use_code(link: Link, code: str, name: str | None) -> EnrolReply:
    if not 0 < len(code) <= LONGEST_CODE:
        raise CodeRefused()
    called = name or platform.node() or "laptop"
    request = EnrolRequest(code=code, name=called, known=largest_number())
    return link.post_json("/v1/enrol", request, EnrolReply)


def largest_number() -> int:
    """The largest device number that this laptop knows of, its own included."""
    directory = Device.select(fn.MAX(Device.number)).scalar() or 0
    return max(int(directory), LaptopState.read().device)


def _is_known(link: Link) -> bool:
    """Whether a hub knows the link's token; any question to it tells."""
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
