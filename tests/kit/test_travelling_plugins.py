"""Plugins travel: the hub holds signed releases, and laptops fetch, check and run them, and go back."""

import io
import os
import subprocess
from pathlib import Path
from typing import BinaryIO

import pytest

from command_line import PROGRAM, Place
from hongxian.errors import HubOutOfReach
from hongxian.plugins.loading import Plugins
from hongxian.releases.publisher import called
from hongxian.releases.shelf import Shelf
from hongxian.wire.page import first_of
from hongxian.wire.releases import ReleasePartRequest
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica
from hongxian_client.review.missing_plugins import missing_plugins
from hongxian_client.sync.bundle import bundle_in, bundle_out
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import Post, post_to_hub
from hongxian_server.ops.plugins_apart import plugins_apart_of, said_of
from hongxian_server.ops.releases.plugins import (
    OtherPublisher,
    add_release,
    found_plugin,
    roll_back,
)
from hongxian_server.ops.releases.stages import (
    PublisherUnknown,
    SameVersion,
    hold_back,
    send_out,
)
from hongxian_server.sync.bundle import answer_bundle
from hongxian_server.tables.access import Access, live_ones
from hongxian_server.tables.releases import PluginRelease
from listening import served
from plugin_releases import STRANGER, added, released, seat
from travelling import Travel

BROKEN = "raise RuntimeError('broken at import')"


@pytest.fixture
def travel(tmp_path: Path) -> Travel:
    travel = Travel(tmp_path)
    travel.joined("a", "b")
    return travel


def test_a_release_that_the_hub_runs_comes_to_each_laptop_and_is_reported(travel: Travel) -> None:
    travel.adds(released("1.0"))
    report = travel.synced("a")
    assert any("runs from the next start on" in note.en for note in report.notes)
    assert (travel.runs("hub"), travel.runs("a"), travel.runs("b")) == ("1.0", "1.0", None)
    assert not travel.synced("a").notes, "what is there is not told again"
    assert travel.reported("2")["version"] == "1.0"
    with Replica.open(travel.folder / "a") as laptop:
        laptop.collection("seat.thing").model.create(seats=3)
    assert travel.synced("a").sent == 1


def test_a_laptop_that_was_away_for_three_releases_takes_the_last_one_alone(travel: Travel) -> None:
    travel.adds(*(released(version) for version in ("1.0", "1.1", "1.2")))
    travel.synced("a")
    assert travel.runs("a") == "1.2"
    assert list(Shelf(travel.folder / "a" / "plugins").read()["seat"].held) == ["1.2"]


def test_a_hub_that_serves_sends_nothing_that_it_does_not_run_itself(travel: Travel) -> None:
    serving = travel.hub
    travel.adds(released("1.0"))
    assert not travel.synced("a", serving).notes
    assert travel.runs("a") is None
    travel.synced("a")
    assert travel.runs("a") == "1.0"


def test_a_release_that_does_not_load_at_the_hub_comes_to_no_laptop(travel: Travel) -> None:
    travel.adds(released("1.0"), released("1.1", BROKEN))
    travel.synced("a")
    assert (travel.runs("hub"), travel.runs("a")) == ("1.0", "1.0")
    assert "release 1.1 does not load" in travel.errors("hub")
    assert "broken at import" in travel.errors("hub")


def test_a_release_that_does_not_load_on_a_laptop_goes_back_by_itself_and_is_told(
    travel: Travel,
) -> None:
    here = travel.folder / "hub"
    source = f"if {str(here)!r} not in __file__: raise RuntimeError('not here')\n"
    travel.adds(released("1.0"))
    travel.synced("a")
    travel.adds(released("1.1", source + seat("1.1")))
    travel.synced("a")
    assert (travel.runs("hub"), travel.runs("a")) == ("1.1", "1.0")
    travel.synced("a")
    told = travel.reported("2")
    assert told["version"] == "1.0"
    assert "not here" in told["error"]["en"]
    assert travel.runs("a") == "1.0", "what failed is not tried again"
    travel.adds(released("1.2"))
    travel.synced("a")
    assert travel.runs("a") == "1.2"
    assert not travel.errors("a")


def test_a_release_goes_to_some_laptops_first_then_to_all_and_the_keeper_takes_it_back(
    travel: Travel,
) -> None:
    travel.adds(released("1.0"))
    travel.adds(released("1.1"), to=[2])
    for name in ("a", "b"):
        travel.synced(name)
    assert (travel.runs("a"), travel.runs("b")) == ("1.1", "1.0")
    hub = travel.hub
    with hub:
        hold_back(hub, found_plugin("seat"))
    travel.synced("a")
    travel.synced("b")
    assert (travel.runs("a"), travel.runs("b")) == ("1.1", "1.0"), "who has it goes on"
    with hub:
        send_out(hub, found_plugin("seat"))
    travel.synced("b")
    assert travel.runs("b") == "1.1"
    serving = travel.hub
    with serving:
        roll_back(serving, "seat")
    for name in ("a", "b"):
        travel.synced(name, serving)
    assert {travel.runs(name) for name in ("a", "b", "hub")} == {"1.0"}
    with serving:
        _, before = roll_back(serving, "seat")
    assert before is None
    travel.synced("a")
    assert (travel.runs("a"), travel.runs("hub")) == (None, None)


def test_whom_a_staged_release_is_not_for_hears_nothing_of_it_and_who_is_chosen_hears_it_once(
    travel: Travel,
) -> None:
    travel.adds(released("1.0"), to=[2])
    hub = travel.hub
    for name, notes in (("a", 1), ("b", 0)):
        assert len(travel.synced(name, hub).notes) == notes
        with Replica.open(travel.folder / name) as laptop:
            assert not missing_plugins(laptop).said
    assert "没有插件" not in Place(travel.folder / "b")("status").out
    with hub:
        live = list(live_ones())
        assert not said_of(plugins_apart_of(live), live)


def test_a_release_is_sent_to_laptops_by_their_names_too(travel: Travel) -> None:
    travel.joined("c")
    hub = Place(travel.folder / "hub")
    travel.keeps(released("1.0"))
    named = [each["name"] for each in hub.json("hub", "devices")]
    assert named == ["a", "b", "c"]
    hub.json("hub", "plugin", "release", "seat", "--to", "a", "--to", "3")
    with travel.hub:
        chosen = PluginRelease.get().goes_to
        assert set(chosen) == {each.laptop for each in list(live_ones())[:2]}
    assert "2 a, 3 b, 4 c" in hub.reading("en")("hub", "plugin", "release", "seat", "--to", "d").err
    assert hub("hub", "plugin", "release", "seat", "--to", "9").code != 0
    with travel.hub as opened, opened.upkeep():
        Access.update(name="a").execute()
    said = hub.reading("en")("hub", "plugin", "release", "seat", "--to", "a")
    assert "3 laptops are called a" in said.err
    assert "2 a" in said.err


def test_a_stick_carries_releases_too(travel: Travel, tmp_path: Path) -> None:
    travel.adds(released("1.0"))
    with Replica.open(travel.folder / "a") as laptop:
        bundle_out(laptop, tmp_path / "out")
        answer_bundle(travel.hub, tmp_path / "out", tmp_path / "back")
        assert bundle_in(laptop, tmp_path / "back").notes
    assert travel.runs("a") == "1.0"
    with Replica.open(travel.folder / "a") as laptop:
        bundle_out(laptop, tmp_path / "out")
        answer_bundle(travel.hub, tmp_path / "out", tmp_path / "back")
        assert (tmp_path / "back").stat().st_size < 4_000, "it runs there, and is not carried again"
    assert travel.reported("2")["version"] == "1.0"


@pytest.mark.parametrize("by_stick", [True, False])
def test_a_stick_that_was_kept_back_brings_no_release_back_that_was_replaced(
    travel: Travel, tmp_path: Path, by_stick: bool
) -> None:
    def carried(to: str) -> None:
        with Replica.open(travel.folder / "a") as laptop:
            bundle_out(laptop, tmp_path / "out")
            answer_bundle(travel.hub, tmp_path / "out", tmp_path / to)

    def taken(which: str) -> None:
        with Replica.open(travel.folder / "a") as laptop:
            bundle_in(laptop, tmp_path / which)

    travel.adds(released("1.0"))
    carried("old")
    taken("old")
    travel.adds(released("1.1"))
    if by_stick:
        carried("new")
        taken("new")
    else:
        travel.synced("a")
    assert travel.runs("a") == "1.1"
    taken("old")
    assert travel.runs("a") == "1.1"


def test_another_publisher_has_no_word_at_the_hub_nor_on_a_laptop(travel: Travel) -> None:
    travel.adds(released("1.0"))
    travel.synced("a")
    hub = travel.hub
    with hub, pytest.raises(OtherPublisher):
        add_release(hub, released("1.1", key=STRANGER))
    with hub, pytest.raises(PublisherUnknown):
        add_release(hub, released("1.0", key=STRANGER, name="other", source=""))
    added(hub, released("1.0", key=STRANGER, name="other", source=""))
    hub = travel.hub
    with hub:
        send_out(hub, found_plugin("other"))
    (note,) = travel.synced("a").notes
    assert "hongxian plugin trust" in note.en
    assert not travel.synced("a").notes
    said = Place(travel.folder / "a")("plugin", "trust", "23456")
    assert called(STRANGER.public) in said.err
    Place(travel.folder / "a").json("plugin", "trust", called(STRANGER.public))
    assert any("other 1.0" in note.en for note in travel.synced("a").notes)


def test_a_version_is_given_once(travel: Travel) -> None:
    travel.adds(released("1.0"))
    hub = travel.hub
    with hub, pytest.raises(SameVersion):
        add_release(hub, released("1.0", seat("1.0") + "# otherwise\n"))


def test_a_kind_that_changes_is_named_and_the_release_before_goes_on(travel: Travel) -> None:
    travel.adds(released("1.0"))
    travel.synced("a")
    with Replica.open(travel.folder / "a") as laptop:
        laptop.collection("seat.thing").model.create(seats=3)
    travel.synced("a")
    changed = seat("2.0", "CharField", "'20'", "max_length=9, ")
    added(travel.hub, released("2.0", changed))
    assert travel.runs("hub") == "1.0"
    assert "seat.thing.seats is stored as int here but declared as text" in travel.errors("hub")


def test_a_dropped_file_whose_kind_changed_takes_no_part_until_the_field_is_as_it_was(
    travel: Travel,
) -> None:
    file = travel.folder / "b" / "plugins" / "seat.py"
    file.write_text(seat("1.0"))
    assert travel.runs("b") == "1.0"
    file.write_text(seat("2.0", "CharField", "'20'", "max_length=9, "))
    assert travel.runs("b") is None
    assert "Keep the field as it was, and add another (seats_2)" in travel.errors("b")
    file.write_text(seat("2.1"))
    assert travel.runs("b") == "2.1"


def test_a_signed_release_takes_the_place_of_an_installed_one_and_of_a_dropped_file(
    travel: Travel,
) -> None:
    travel.adds(released("1.0"))
    travel.synced("a")
    (travel.folder / "a" / "plugins" / "seat.py").write_text(seat("9"))
    assert travel.runs("a") == "1.0"
    assert "a plugin named seat" in travel.errors("a"), "a file that takes no part is told"
    roster = released("7.0", '"""名册: roster."""\nversion = "7.0"\n', name="roster")
    shelf = Shelf(travel.folder / "b" / "plugins")
    shelf.put(roster)
    shelf.use("roster", "7.0")
    found = [each for each in Plugins(shelf.plugins).all if each.name == "roster"]
    assert [(each.version, each.errors) for each in found] == [("7.0", [])]


def test_what_the_hubs_disk_changed_of_a_release_runs_nowhere(travel: Travel) -> None:
    travel.adds(released("1.0"))
    hub = travel.hub
    file = Shelf(hub.folder / "plugins").file_of("seat", "1.0")
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 1
    file.write_bytes(bytes(whole))
    report = travel.synced("a", hub)
    assert not report.plugins
    assert any("seat-1.0" in note.en for note in report.notes)
    assert travel.runs("a") is None
    assert "cannot be used" in travel.errors("a")


def test_a_release_goes_on_where_the_line_broke_and_ends_no_sync(travel: Travel) -> None:
    travel.adds(released("1.0", seat("1.0") + "# " + os.urandom(60_000).hex()))
    parts = []

    def bad(post: Post) -> Post:
        def through(path: str, body: bytes) -> BinaryIO:
            if path == "/v1/release":
                parts.append(ReleasePartRequest.load(first_of(io.BytesIO(body))))
                if len(parts) == 3:
                    error = HubOutOfReach(url="-", detail="-")
                    error.carried = 16_000
                    raise error
            return post(path, body)

        return through

    with served(travel.hub) as url, Replica.open(travel.folder / "a") as laptop:
        with laptop.upkeep(), LaptopState.changing() as state:
            state.portion = 20_000
        assert not sync(laptop, bad(post_to_hub(laptop, url))).plugins, "the records are through"
        assert sync(laptop, bad(post_to_hub(laptop, url))).plugins == ["seat"]
    assert parts[3].start == parts[2].start > 0
    assert parts[3].most < parts[2].most
    assert travel.runs("a") == "1.0"


def test_an_order_for_another_hongxian_is_told_and_stops_no_other(travel: Travel) -> None:
    travel.adds(released("1.0"))
    hub = travel.hub
    later = released("2.0", works_with=">=99")
    Shelf(hub.folder / "plugins").put(later)
    sha256, size = later.sha256, len(later.content)
    with hub, hub.upkeep():  # a hub of a later Hongxian, on which it runs
        PluginRelease.update(version="2.0", sha256=sha256, size=size).execute()
    next(each for each in hub.plugins.all if each.name == "seat").sha256 = sha256
    report = travel.synced("a", hub)
    assert any(">=99" in note.en for note in report.notes)
    assert travel.runs("a") is None


def test_a_release_that_ends_the_program_is_put_back_at_the_third_start(travel: Travel) -> None:
    travel.adds(released("1.0"))
    travel.synced("a")
    assert travel.runs("a") == "1.0"
    shelf = Shelf(travel.folder / "a" / "plugins")
    shelf.put(released("1.1", "import os\nos._exit(7)\n"))
    shelf.use("seat", "1.1")
    command = [*PROGRAM, "status", "--data", travel.folder / "a"]
    ends = [subprocess.run(command, capture_output=True).returncode for _ in range(3)]
    assert ends == [7, 7, 0]
    assert travel.runs("a") == "1.0"
    assert "ended the program" in travel.errors("a")


def test_a_shelf_that_the_disk_damaged_stops_nothing(travel: Travel) -> None:
    travel.adds(released("1.0"))
    travel.synced("a")
    (travel.folder / "a" / "plugins" / "releases" / "shelf.json").write_text("{")
    assert travel.runs("a") is None
    with (
        Replica.open(travel.folder / "a") as laptop,
        laptop.upkeep(),
        LaptopState.changing() as state,
    ):
        state.orders_told = ""
    travel.synced("a")
    assert travel.runs("a") == "1.0", "the hub's order brings it back"
