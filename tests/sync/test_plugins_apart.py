"""A plugin that only one of hub and laptop has is told in words, on both sides, until it is on both."""

from pathlib import Path

from command_line import Place, joined, new_hub, serving
from consoles import keepers
from consoles import page as page_of
from desks import desk_of, entered, page, unmarked
from hongxian.plugins.apart import plugins_apart
from hongxian_client.replica.replica import Replica
from hongxian_server.hub import Hub

TEAM = "示例队"
UMBRELLA = '''"""Umbrella stand."""

from peewee import CharField

from hongxian import Record, hookimpl


class Loan(Record):
    """One umbrella out of the stand."""

    borrower = CharField(verbose_name="借用人", max_length=40)

    class Meta:
        collection = "umbrella.loan"


@hookimpl
def hongxian_collections():
    return [Loan]
'''


def give(place: Place) -> Path:
    file = place.folder / "plugins" / "umbrella.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(UMBRELLA, "utf-8")
    return file


def desks_pages(laptop: Place) -> list[str]:
    desk = entered(desk_of(Replica.open(laptop.folder)))
    return [unmarked(page(desk, address)) for address in ("/", "/attention")]


def test_what_the_hub_lacks_is_told_on_both_sides_until_it_has_it(tmp_path: Path) -> None:
    hub = new_hub(tmp_path / "hub", TEAM)
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "甲机", TEAM)
        give(laptop)
        laptop.json("add", "umbrella.loan", "borrower=示例·借")
        said = "社区主机没有插件 umbrella：本机有 1 项改动等着"
        assert said in laptop("sync").out
        assert laptop.json("sync")["hub_lacks"] == ["umbrella"]
        assert laptop.json("status")["hub_lacks"] == ["umbrella"]
        assert said in laptop("status").out
        assert said in laptop("attention").out
        for shown in desks_pages(laptop):
            assert "the hub has no plugin umbrella: changes waiting here: 1;" in shown
        [number] = hub.json("hub", "status")["plugins_apart"]["hub_lacks"]["umbrella"]
        assert (
            f"主机没有插件 umbrella，它在 {number} 号“甲机”（未送 1）" in hub("hub", "status").out
        )
        console = keepers(Hub.open(hub.folder))
        assert "This hub has no plugin umbrella" in unmarked(page_of(console, "/console/overview"))
    give(hub)
    with serving(hub) as url:
        assert laptop.json("sync", "--hub", url)["sent"] == 1
        assert laptop.json("sync")["hub_lacks"] == []
        for command in ("sync", "status", "attention"):
            assert "umbrella" not in laptop(command).out
        assert "umbrella" not in hub("hub", "status").out


def test_what_a_laptop_lacks_is_told_on_both_sides_until_it_has_it(tmp_path: Path) -> None:
    hub = new_hub(tmp_path / "hub", TEAM)
    give(hub)
    with serving(hub) as url:
        laptop = joined(hub, url, tmp_path / "甲机", TEAM)
        said = "本机没有插件 umbrella：主机有它的记录"
        assert said in laptop("sync").out
        assert said in laptop("status").out
        assert laptop.json("status")["laptop_lacks"] == ["umbrella"]
        assert "this laptop has no plugin umbrella" in desks_pages(laptop)[0]
        told = hub("hub", "status").out
        assert "“甲机”（未送 0） 没有插件 umbrella" in told
        file = give(laptop)
        laptop.json("sync")
        laptop.json("add", "umbrella.loan", "borrower=示例·借")
        laptop.json("sync")
        assert (
            "umbrella" not in laptop("sync").out + laptop("status").out + hub("hub", "status").out
        )
        laptop.json("add", "umbrella.loan", "borrower=示例·又借")
        file.unlink()
        assert "本机没有插件 umbrella：以前填写的 1 项改动等着" in laptop("sync").out


def test_names_are_those_of_plugins_and_of_collections_where_only_releases_differ() -> None:
    assert plugins_apart(["a.x", "a.y", "b.z"], {"b.y"}) == ["a", "b.z"]
    assert plugins_apart([], {"a.x"}) == []
