"""The page that joins in a real browser, with what the network said before."""

from pathlib import Path

from playwright.sync_api import Browser, expect

from announcing import announcement, anybody_announces, own_network
from browsing import window_at
from days import SIZES
from desks import desk_of, entered, open_at, page, way_in
from hongxian.security.code import drawn
from hongxian_client.replica.replica import Replica
from hongxian_testing.laptop import with_only
from samples import SAMPLE


def test_the_press_that_joins_is_on_the_first_screen_however_many_hubs_there_are(
    tmp_path: Path, chromium: Browser
) -> None:
    desk = desk_of(Replica.open(tmp_path, plugins=with_only((SAMPLE,))))
    said = (announcement(drawn(17), 8470, f"示例·{number}") for number in range(4))
    with own_network(), anybody_announces(*said):
        found = page(entered(desk), "/join/hubs")
    with (
        open_at(desk) as address,
        window_at(chromium, address, viewport=SIZES["mouse"]) as context,
    ):
        tab = context.new_page()
        tab.route("**/join/hubs", lambda route: route.fulfill(body=found, content_type="text/html"))
        tab.goto(f"{address}{way_in(desk)}")
        tab.goto(f"{address}/join")
        expect(tab.locator(".hubs label")).to_have_count(4)
        expect(tab.get_by_role("button", name="Join", exact=True)).to_be_in_viewport(ratio=1)
