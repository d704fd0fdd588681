"""The console's page of phones: how things stand, opened and shut, and the address on paper."""

from pathlib import Path

import pytest

from command_line import Place
from consoles import HOSTILE, keepers, last_act, page, send, visitor
from desks import CHINESE
from hongxian.collections.builtin import Phone
from hongxian.plugins.loading import Plugins
from hongxian_server.hub import Hub
from hongxian_server.ops.phone_pages import pages_now
from samples import PEOPLE, Person

PATH = "/console/phones"
ADDRESS = "https://hub.example.org"


@pytest.fixture
def hub(tmp_path: Path) -> Hub:
    plugins = Plugins(installed=False)
    plugins.add(PEOPLE)
    return Hub.init(tmp_path / "hub", "示例社区", plugins=plugins)


def test_it_says_what_is_missing_until_there_is_an_address(hub: Hub) -> None:
    browser = keepers(hub)
    before, chinese = page(browser, PATH), page(browser, PATH, headers=CHINESE)
    for said in (
        "What is missing",
        "A name in the internet",
        "--proxy 127.0.0.1",
        "http://localhost/m/",
    ):
        assert said in before
    assert "还缺什么" in chinese
    assert "Test the address" not in before
    assert send(browser, PATH, address=f" {ADDRESS}/ ", served="everywhere").status_code == 302
    assert last_act(hub)[:2] == ["phones' pages set", ADDRESS]
    after = page(browser, PATH)
    assert "What is missing" not in after
    assert f"{ADDRESS}/m/" in after
    assert f"{ADDRESS}/m/" in page(browser, f"{PATH}/paper")
    send(browser, PATH, address="", served="everywhere")
    assert "What is missing" in page(browser, PATH)
    send(browser, PATH, address="", served="nowhere")
    assert "No page for phones is served anywhere" in page(browser, PATH)


@pytest.mark.parametrize(
    ("address", "served"),
    [("http://hub.example.org", "everywhere"), ("", "only_there"), (ADDRESS, "x"), (HOSTILE, "")],
)
def test_what_is_no_address_is_said_and_kept_as_it_was_typed(
    hub: Hub, address: str, served: str
) -> None:
    browser = keepers(hub)
    answer = send(browser, PATH, address=address, served=served)
    assert answer.status_code == 400
    assert "must look like https://hub.example.org" in answer.text
    assert "<script>alert" not in answer.text
    with hub:
        assert (pages_now().address, pages_now().served) == ("", "everywhere")


def test_a_test_that_fails_says_why_and_nobody_else_may_ask_for_one(hub: Hub) -> None:
    browser = keepers(hub)
    assert send(browser, f"{PATH}/test", PATH).status_code == 404
    send(browser, PATH, address="http://localhost:9", served="everywhere")
    send(browser, f"{PATH}/test", PATH)
    assert "nobody answers there" in page(browser, PATH)
    for path in (PATH, f"{PATH}/paper"):
        assert visitor(hub).get(path).status_code == 302
    assert visitor(hub).post(f"{PATH}/test").status_code in (302, 400)


def test_phones_are_found_by_their_people_and_ended(hub: Hub) -> None:
    with hub:
        for n in range(103):
            person = Person.create(name=f"示例·{n:03}", scope="community")
            Phone.create(of="people.person", record=person.id)
    browser = keepers(hub)
    shown = page(browser, PATH)
    assert "103 phones of 103 people" in shown
    assert "示例·102" in shown
    assert "示例·000" not in shown
    assert "3 more" in shown
    found = page(browser, f"{PATH}?q=·000")
    assert "示例·000" in found
    assert "示例·001" not in found
    with hub:
        phone = Phone.select().order_by(Phone.id).first()
    send(browser, f"{PATH}/end", PATH, phone=phone.id)
    assert last_act(hub)[0] == "phone ended"
    before = last_act(hub)
    send(browser, f"{PATH}/end", PATH, phone=phone.id)
    assert last_act(hub) == before
    assert "102 phones of 102 people" in page(browser, PATH)


def test_the_command_opens_shows_and_shuts_them(hub: Hub) -> None:
    place = Place(hub.folder, "en")
    assert place.json("hub", "phones", "show") == {
        "address": "",
        "served": "everywhere",
        "phones": 0,
    }
    opened = place.json("hub", "phones", "open", ADDRESS, "--only-there")
    assert (opened["address"], opened["served"]) == (f"{ADDRESS}/m/", "only_there")
    assert place.json("hub", "phones", "shut", "--all") == {
        "address": f"{ADDRESS}/m/",
        "served": "nowhere",
        "phones": 0,
    }
    assert place.json("hub", "phones", "shut") == {"address": "", "served": "nowhere", "phones": 0}
    place.json("hub", "phones", "open", ADDRESS)
    assert place.json("hub", "phones", "shut")["served"] == "everywhere"
    assert (
        place.json("hub", "phones", "open", "hub.example.org", code=1)["error"] == "AddressRefused"
    )
    assert "at each address" in place("hub", "phones", "show").out
