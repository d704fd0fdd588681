"""A desk that got a plugin's release begins anew by itself: at the same address, with everybody still in."""

import json
import os
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from command_line import PROGRAM, Place
from desk_pages import asked, waited_for
from desks import HeldClock, desk_of, entered
from hongxian.storage.privacy import FILE
from hongxian_client.desk.desk import Desk
from hongxian_client.desk.handing_over import FILE as HANDOVER
from hongxian_client.desk.handing_over import GOOD_MILLISECONDS, hand_over, take_over
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_server.ops.releases.plugins import found_plugin
from hongxian_server.ops.releases.stages import send_out
from listening import served
from plugin_releases import added, released


@pytest.mark.thorough
def test_who_sits_at_the_desk_goes_on_there_with_the_plugin_that_came(tmp_path: Path) -> None:
    hub = Hub.init(tmp_path / "hub", "示例社区")
    with hub:
        devices.add_team(hub, "甲队")
        code = devices.make_code(hub, ["甲队"])[0]
    added(hub, released("1.0"))
    hub = Hub.open(tmp_path / "hub")
    with served(hub) as url:
        with Replica.open(tmp_path / "a") as laptop:
            join(laptop, url, code)
        desk = subprocess.Popen(
            [*PROGRAM, "desk", "--port", "0", "--no-browser", "--json", "--data", tmp_path / "a"],
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            told = json.loads(desk.stdout.readline())
            host = urlsplit(told["url"]).netloc
            _, cookie = asked(host, f"/enter?code={told['code']}")
            assert asked(host, "/c/roster.person", cookie)[0] == 200
            assert asked(host, "/c/seat.thing", cookie)[0] != 200
            with hub:
                send_out(hub, found_plugin("seat"))
            Place(tmp_path / "a").json("add", "roster.person", "name=示例·甲001")  # wakes its sync
            waited_for(lambda: asked(host, "/c/seat.thing", cookie)[0] == 200)
            assert not (tmp_path / "a" / HANDOVER).exists()
            assert asked(host, "/c/seat.thing")[0] != 200, "who was not in is not in now"
        finally:
            desk.terminate()
            desk.wait()
            desk.stdout.close()


def test_what_a_desk_hands_over_is_good_once_and_not_for_long(tmp_path: Path) -> None:
    clock = HeldClock()
    laptop = Replica.open(tmp_path / "a", now=clock)
    desk = desk_of(laptop)
    entered(desk)
    assert len(desk.browsers.all()) == 1
    hand_over(desk)
    if os.name != "nt":
        assert (laptop.folder / HANDOVER).stat().st_mode & 0o777 == FILE
    after, later = Desk(laptop, "x.localhost"), Desk(laptop, "x.localhost")
    take_over(after)
    assert [each.id for each in after.browsers.all()] == [each.id for each in desk.browsers.all()]
    assert after.secret == desk.secret
    take_over(later)
    assert not later.browsers.all()
    hand_over(desk)
    clock.wait(GOOD_MILLISECONDS / 60_000 + 1)
    take_over(later)
    assert not later.browsers.all()
