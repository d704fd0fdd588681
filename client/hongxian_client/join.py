"""Joining a community: a code typed once becomes a token of this laptop's own."""

from __future__ import annotations

import platform
from typing import Any

from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from hongxian.envelope import EnrolReply, load
from hongxian.errors import AlreadyThere, Usage
from hongxian.setting import get_setting, put_settings
from hongxian_client.chain import new_chain
from hongxian_client.link import Link
from hongxian_client.replica import Replica
from hongxian_client.restamp import restamp


class NoAddress(Usage):
    """What was given as the hub's address is none."""

    en = "{url!r} is not a hub's address, such as http://192.168.1.10:8470"
    zh = "“{url}”不是社区主机的网址，例如 http://192.168.1.10:8470"


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


def join(replica: Replica, url: str, code: str, name: str | None = None) -> dict[str, Any]:
    """Use an enrolment code; returns what the hub said. Raises `CodeRefused`, `HubOutOfReach`."""
    if get_setting("token"):
        raise AlreadyThere(what=f"a hub for this laptop ({get_setting('hub_url')}) · 已加入的社区")
    link = Link(url)
    before = replica.now()
    said = load(
        EnrolReply,
        link.post_json("/v1/enrol", {"code": code, "name": name or platform.node() or "laptop"}),
    )
    with replica.upkeep():
        put_settings(
            hub_url=link.url,
            token=said["token"],
            laptop=said["laptop"],
            teams=said["teams"],
            community=said["community"],
            epoch=get_setting("epoch")
            or said["epoch"],  # another one is entered by the first round
        )
        new_chain()
        offset = clock_offset(said["clock"], before, replica.now())
        restamp(replica, device=said["number"], offset=offset)
    return said


def clock_offset(hub_clock: int, before: int, after: int) -> int:
    """How far the hub's clock is ahead of ours (ms); 0 within a minute, which harms nobody."""
    offset = hub_clock - (before + after) // 2
    return offset if abs(offset) > 60_000 else 0
