"""One process serves many communities, and nothing of one is ever seen in another."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from html import unescape
from pathlib import Path

import pytest
import urllib3
from conftest import NewDatabase

from command_line import Place, sheet_of
from hongxian.errors import HubOutOfReach
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import NotTheHub, link_to_hub, post_to_hub
from hongxian_server.folder import CONFIG, DATABASE
from hongxian_server.http.serve import HERE, work_through
from hongxian_server.hub import Hub
from hongxian_server.town import town as town_module
from hongxian_server.town.folder import Kept, new_password, pause
from hongxian_server.town.front import Front
from hongxian_server.town.town import Town
from on_channel import running, soon
from towns import THREADS, Settlement, brought, names_at, served_town, write


@pytest.fixture(autouse=True)
def often(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is looked at by the clock is looked at often."""
    monkeypatch.setattr(town_module, "LOOK_SECONDS", 0.05)
    monkeypatch.setattr(town_module, "AGAIN_SECONDS", 0.2)


@pytest.fixture
def settlement(tmp_path: Path) -> Settlement:
    made = Settlement(tmp_path / "town")
    made.community("east")
    made.community("west")
    return made


@pytest.fixture
def town(settlement: Settlement) -> Iterator[Town]:
    with served_town(settlement, ["east", "west"]) as town:
        yield town


def test_laptops_of_each_community_sync_with_their_own_alone(
    settlement: Settlement, town: Town
) -> None:
    one, other = settlement.laptop("east", "one"), settlement.laptop("east", "other")
    elsewhere = settlement.laptop("west")
    write(one, "示例·东")
    write(elsewhere, "示例·西")
    assert brought(other) == {"示例·东"}
    assert brought(elsewhere) == {"示例·西"}


def test_a_laptop_at_the_address_of_another_community_is_told_nothing_and_believes_nothing(
    settlement: Settlement, town: Town
) -> None:
    laptop = settlement.laptop("east")
    with laptop:
        wrong = link_to_hub(laptop, f"{settlement.url}/west")
        with pytest.raises(NotTheHub):
            sync(laptop, wrong.post)


def test_what_one_commits_rings_no_laptop_of_another(settlement: Settlement, town: Town) -> None:
    writer, reader = settlement.laptop("east", "writer"), settlement.laptop("east", "reader")
    elsewhere = settlement.laptop("west")
    with running(reader), running(elsewhere) as (_, asking):
        asked = list(asking.paths)
        write(writer, "示例·东")
        soon(lambda: "示例·东" in names_at(reader))
        assert asking.paths == asked


def test_one_that_is_paused_is_let_go_of_and_the_others_go_on(
    settlement: Settlement, town: Town
) -> None:
    laptop, elsewhere = settlement.laptop("east"), settlement.laptop("west")
    with running(laptop) as (loop, _):
        Place(settlement.folder).json("hub", "town", "pause", "east")
        soon(lambda: [each.name for each in town.places() if each.community] == ["west"])
        soon(lambda: not loop.is_live)
        with Hub.open(settlement.folder / "east").held():
            pass  # it is free for whoever restores it
        with laptop, pytest.raises(HubOutOfReach) as told:
            sync(laptop, post_to_hub(laptop))
        assert "暂停" in told.value.text.zh
        write(elsewhere, "示例·西")
        Place(settlement.folder).json("hub", "town", "resume", "east")
        soon(lambda: loop.is_live)
    write(laptop, "示例·东")


def test_what_is_done_by_the_hour_ends_where_one_is_let_go_of_and_goes_on_for_the_others(
    settlement: Settlement, town: Town
) -> None:
    """Whoever restores it meanwhile has no other's work in what came."""
    done: list[tuple[str, str]] = []

    def first(hub: Hub) -> None:
        done.append(("first", hub.folder.name))
        if hub.folder.name == "east":
            pause(settlement.folder, "east", is_paused=True)
            soon(lambda: [each.folder.name for each in town.open_now()] == ["west"])

    def second(hub: Hub) -> None:
        done.append(("second", hub.folder.name))

    work_through(Front(town, HERE), [first, second])
    assert done == [("first", "east"), ("first", "west"), ("second", "west")]


def test_one_whose_writers_wait_for_long_stops_no_other(settlement: Settlement, town: Town) -> None:
    """More requests than there are threads wait for one that writes in a database of theirs."""
    laptop, wrong = settlement.laptop("west"), "示例示例示例示例示例"
    with (
        urllib3.PoolManager(maxsize=2 * THREADS, retries=False) as pool,
        Hub.open(settlement.folder / "east") as beside,
        ThreadPoolExecutor(2 * THREADS) as threads,
    ):
        Place(settlement.folder / "east").json("hub", "keeper")
        with beside.upkeep():
            waiting = [
                threads.submit(entered, pool, f"{settlement.url}/east/console", wrong)
                for _ in range(2 * THREADS)
            ]
            write(laptop, "示例·西")
            assert not any(each.done() for each in waiting)
        assert {each.result().status for each in waiting} == {403, 429}


def test_one_that_cannot_be_opened_says_why_and_the_others_go_on(
    settlement: Settlement, town: Town
) -> None:
    laptop = settlement.laptop("west")
    (settlement.folder / "north").mkdir()
    (settlement.folder / "north" / CONFIG).write_text("damaged")
    soon(lambda: any(each.name == "north" and "坏" in each.why.zh for each in town.places()))
    write(laptop, "示例·西")


def test_one_whose_folder_is_damaged_while_it_is_served_keeps_no_other_from_being_followed(
    settlement: Settlement, town: Town
) -> None:
    (settlement.folder / "east/plugins/releases").mkdir()
    (settlement.folder / "east/plugins/releases/shelf.json").write_text("{}")
    Place(settlement.folder).json("hub", "town", "pause", "west")
    soon(lambda: [each.name for each in town.places() if each.community] == ["east"])


def test_a_laptop_that_was_told_the_towns_address_alone_is_told_how_one_ends(
    settlement: Settlement, town: Town
) -> None:
    with urllib3.PoolManager(retries=False) as pool:
        for path in ("/v1/hub", "/nowhere/v1/hub"):
            told = ask(pool, settlement.url + path)
            assert (told.status, told.json()["error"]) == (404, "NoCommunity")


def test_one_that_is_made_while_the_town_is_served_is_there_within_seconds(
    settlement: Settlement, town: Town
) -> None:
    settlement.community("north")
    soon(lambda: any(each.name == "north" and each.community for each in town.places()))
    write(settlement.laptop("north"), "示例·北")


def ask(pool: urllib3.PoolManager, url: str, **more: str) -> urllib3.BaseHTTPResponse:
    return pool.request("GET", url, redirect=False, **more)


def entered(pool: urllib3.PoolManager, url: str, password: str) -> urllib3.BaseHTTPResponse:
    """The answer to a log-in with this password."""
    page = ask(pool, f"{url}/log-in")
    token = re.search('name="csrf_token" value="([^"]+)"', page.data.decode())
    assert token, page.status
    return pool.request_encode_body(
        "POST",
        f"{url}/log-in",
        {"csrf_token": token[1], "password": password},
        {"Cookie": page.headers["Set-Cookie"].partition(";")[0], "Referer": f"{url}/log-in"},
        encode_multipart=False,
        redirect=False,
    )


def test_the_console_of_each_opens_to_its_own_keeper_below_its_own_name(
    settlement: Settlement, town: Town
) -> None:
    east, west = (Place(settlement.folder / name) for name in ("east", "west"))
    password = east.json("hub", "keeper")["keeper_password"]
    west.json("hub", "keeper")
    with urllib3.PoolManager(retries=False) as pool:
        own = entered(pool, f"{settlement.url}/east/console", password)
        assert (own.status, own.headers["Location"]) == (302, "/east/console/overview")
        assert "Path=/east" in own.headers["Set-Cookie"], "no browser sends it to another"
        others = entered(pool, f"{settlement.url}/west/console", password)
        assert others.status == 403
        cookie = {"Cookie": own.headers["Set-Cookie"].partition(";")[0]}
        assert ask(pool, f"{settlement.url}/east/console/overview", headers=cookie).status == 200
        stolen = ask(pool, f"{settlement.url}/west/console/overview", headers=cookie)
        assert stolen.status == 302, "sent there all the same, it opens nothing"


LINK = re.compile(r'(?:href|src)="(/[^"#]*)')
ADDRESS = re.compile(r'(?:href|src|action|hx-[a-z]+|data-[a-z-]+)="(/[^"]*)"')


@pytest.mark.thorough
def test_every_address_on_every_page_of_a_console_is_below_its_communitys_name(
    settlement: Settlement, town: Town
) -> None:
    password = Place(settlement.folder / "east").json("hub", "keeper")["keeper_password"]
    with urllib3.PoolManager(retries=False) as pool:
        inside = entered(pool, f"{settlement.url}/east/console", password)
        cookie = {"Cookie": inside.headers["Set-Cookie"].partition(";")[0]}
        waiting, seen = ["/east/console/overview"], set()
        while waiting:
            address = waiting.pop()
            if address in seen or "log-out" in address:
                continue
            seen.add(address)
            answer = ask(pool, settlement.url + address, headers=cookie)
            assert answer.status in (200, 302), address
            if answer.status == 302:
                waiting.append(answer.headers["Location"])
            elif answer.headers["Content-Type"].startswith("text/html"):
                told = {each.partition("#")[0] for each in ADDRESS.findall(answer.data.decode())}
                assert all(each.startswith("/east/") for each in told), (address, told)
                waiting += [unescape(each) for each in LINK.findall(answer.data.decode())]
        assert len(seen) > 30


def test_the_towns_keeper_sees_all_and_a_stranger_none(settlement: Settlement, town: Town) -> None:
    laptop = settlement.laptop("east")
    write(laptop, "示例·东")
    password = new_password(settlement.folder)
    with urllib3.PoolManager(retries=False) as pool:
        assert ask(pool, f"{settlement.url}/").headers["Location"] == "/log-in"
        assert entered(pool, settlement.url, "wrong").status == 403
        inside = entered(pool, settlement.url, password)
        assert inside.status == 302
        cookie = {"Cookie": inside.headers["Set-Cookie"].partition(";")[0]}
        page = ask(pool, f"{settlement.url}/", headers=cookie).data.decode()
        assert "示例社区·east" in page
        assert "示例社区·west" in page
        new_password(settlement.folder)
        out = ask(pool, f"{settlement.url}/", headers=cookie)
        assert out.status == 302, "another password ends what the former opened"


def test_processes_that_began_before_and_after_a_password_was_made_know_each_others_cookies(
    settlement: Settlement,
) -> None:
    before = Kept.of(settlement.folder).cookies
    new_password(settlement.folder)
    assert Kept.of(settlement.folder).cookies == before


def test_the_towns_keeper_lists_all_in_a_terminal_also_while_one_cannot_be_opened(
    settlement: Settlement,
) -> None:
    (settlement.folder / "east" / DATABASE).rename(settlement.folder / "away")
    east, west = Place(settlement.folder).json("hub", "town", "list")
    assert east["why"]
    assert not west["why"]
    (settlement.folder / "away").rename(settlement.folder / "east" / DATABASE)
    told = Place(settlement.folder).json("hub", "town", "list")
    assert [(each["name"], each["community"]) for each in told] == [
        ("east", "示例社区·east"),
        ("west", "示例社区·west"),
    ]


def test_nobody_is_told_which_communities_there_are(settlement: Settlement, town: Town) -> None:
    with urllib3.PoolManager(retries=False) as pool:
        for path in ("/nowhere/v1/hub", "/nowhere/console/", "/v1/hub", "/..%2f/v1/hub"):
            answer = ask(pool, settlement.url + path)
            assert answer.status in (400, 404), path
            assert "east" not in answer.data.decode()


@pytest.mark.thorough
def test_one_moves_to_postgresql_and_back_while_the_others_work(
    settlement: Settlement, town: Town, new_postgres: NewDatabase
) -> None:
    """Its laptops know it again, and nothing is to be typed on them."""
    east, keeper = Place(settlement.folder / "east"), Place(settlement.folder)
    laptop, elsewhere = settlement.laptop("east"), settlement.laptop("west")
    write(laptop, "示例·先")
    with ExitStack() as alive:
        url = alive.enter_context(new_postgres())
        for place, options in enumerate((["--database", url], ["--database", "sqlite"])):
            keeper.json("hub", "town", "pause", "east")
            soon(
                lambda: all(each.community is None for each in town.places() if each.name == "east")
            )
            backup = settlement.folder.parent / f"backup-{place}"
            letters = sheet_of(east)
            east.json("hub", "backup", backup)
            east.typing(letters).json("hub", "restore", *options, backup)
            write(elsewhere, f"示例·西{place}")
            keeper.json("hub", "town", "resume", "east")
            soon(lambda: all(each.community for each in town.places()))
            write(laptop, f"示例·后{place}")
            with Hub.open(east.folder) as hub:
                assert hub.database.postgres == (not place)
        assert {"示例·先", "示例·后0", "示例·后1"} <= brought(settlement.laptop("east", "new"))
