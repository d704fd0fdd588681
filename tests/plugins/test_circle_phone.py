"""The circle on phones: what is open near, its map, and a word where something is wrong; no name is asked."""

import re
from pathlib import Path

import pytest

import hongxian_plugins.circle as circle
import hongxian_plugins.roster as roster
from circling import gate, picture, venue
from hands import Hand
from hongxian_plugins.circle import Wrong
from hongxian_server.hub import Hub
from hongxian_server.membership import pace
from hongxian_testing.laptop import with_only

ALWAYS = "周一至周日 0:00-24:00"


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    return Hub.init(tmp_path / "hub", "示例社区", plugins=with_only((roster, circle)))


def test_anybody_sees_what_is_open_near_a_gate_and_a_venues_hours_but_no_draft(hub: Hub) -> None:
    with hub:
        here = gate()
        open_one = venue(name="示例·菜场", hours=ALWAYS, point="600,400", kind="market")
        draft = venue(name="示例·未开", state="draft")
    anybody = Hand(hub)
    told = anybody.read("/view/circle.open_now", gate=here.id)
    assert re.search(r"示例·菜场 2 分钟", told)
    assert "未开" not in told
    assert "示例苑3幢" in told
    page = anybody.read(f"/of/circle.venue/{open_one.id}")
    assert "地址 示例路1号" in page
    assert "0:00–24:00" in page
    assert "步行 示例苑3幢 2 分钟" in page
    assert "示例路1号" not in anybody.read(f"/of/circle.venue/{draft.id}")
    assert "示例·菜场" in anybody.read("/")


def test_the_map_has_its_picture_by_an_address_that_leads_to_no_other(hub: Hub) -> None:
    with hub:
        gate()
        picture()
        venue(point="600,400")
    anybody = Hand(hub)
    html = anybody.open("/view/circle.map")
    assert 'viewBox="0 0 1500 1000"' in html
    [address] = re.findall(r'<image href="/m(/picture/[^"]+)"', html)
    shown = anybody._client.get(address, base_url="http://localhost/m")
    assert shown.mimetype == "image/jpeg"
    assert shown.data.startswith(b"\xff\xd8")
    anybody.open(address[:-4] + "AAAA")
    assert anybody.status == 404
    with hub:
        circle.Picture.delete().execute()
    anybody.open(address)
    assert anybody.status == 404


def test_anybody_says_that_something_is_wrong_and_who_is_not_kept(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "NETWORKS_PACE", ((4, 60_000),))
    with hub:
        shop, draft = venue(), venue(name="示例·未开", state="draft")
    anybody = Hand(hub)
    assert "记下了" in anybody.do("circle.report", shop.id, what="周日不开")
    anybody.do("circle.report", draft.id, what="？")
    assert anybody.status == 404
    for n in range(4):
        anybody.do("circle.report", shop.id, what=f"{n}")
    assert anybody.status == 429
    with hub:
        assert Wrong.select().count() == 4
        assert {each.venue for each in Wrong.select()} == {shop.id}
