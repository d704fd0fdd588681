"""Settings of plugins: versions that come together on every laptop, and what they were at any time."""

from datetime import date, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import BooleanField, CharField, DateField, IntegerField

from consoles import keepers, last_act, page, send
from hongxian import MembersField, Settings, Text, local_now
from hongxian.engine.store import Store
from hongxian.errors import BadCollection, NotAllowed, OnlyMovesForward
from hongxian.model.row import Row
from hongxian.plugins.loading import Plugins
from hongxian.records import COMMUNITY, new_id
from hongxian_server.hub import Hub
from hongxian_server.tables.keeper_log import Act
from hongxian_testing import Laptop, Neighbourhood
from hongxian_testing.laptop import open_laptop
from hongxian_testing.told import refusing
from samples import plugin


class Rules(Settings):
    """Rules."""

    points = IntegerField(verbose_name=Text("分", "Points"), default=10)
    cap = IntegerField(verbose_name=Text("封顶", "Cap"), null=True)
    since = DateField(verbose_name=Text("起", "Since"), null=True)
    is_open = BooleanField(verbose_name=Text("开放", "Open"), default=True)

    class Meta:
        collection = "station.rules"
        title = Text("规则", "Rules")


class Limits(Settings):
    """Limits."""

    most = IntegerField(verbose_name=Text("最多", "At most"), default=5)
    word = CharField(verbose_name=Text("口令", "Word"), default="", max_length=20)
    shut = BooleanField(verbose_name=Text("停办", "Shut"), default=False)

    class Meta:
        collection = "station.limits"
        title = Text("上限", "Limits")
        writers = "keeper"


STATION = plugin("station", Rules, Limits)
pytestmark = pytest.mark.plugins(STATION)


def told(laptop: Laptop | Hub) -> tuple[Any, ...]:
    with laptop:
        rules = Rules.now(laptop if isinstance(laptop, Store) else laptop.store)
        return rules.points, rules.cap, rules.since, rules.is_open


def test_there_are_settings_before_anybody_wrote_one(laptop: Laptop) -> None:
    assert told(laptop) == (10, None, None, True)


def test_a_change_leaves_what_it_does_not_name_and_may_empty_a_field(laptop: Laptop) -> None:
    assert Rules.change(points=5, cap=120).cap == 120
    Rules.change(since=date(2026, 5, 1))
    assert told(laptop) == (5, 120, date(2026, 5, 1), True)
    Rules.change(cap=None, is_open=False)
    assert told(laptop) == (5, None, date(2026, 5, 1), False)
    assert [each.changed for each in Rules.select()] == ["points,cap", "since", "cap,is_open"]


def test_a_change_of_nothing_changes_nothing(laptop: Laptop, neighbourhood: Neighbourhood) -> None:
    other = neighbourhood.laptop()
    with other:
        Rules.change()  # it saw the defaults
    Rules.change(points=5)
    neighbourhood.meet()
    assert told(laptop) == told(other) == (5, None, None, True)


def test_what_two_changed_offline_counts_both(neighbourhood: Neighbourhood) -> None:
    first, second = neighbourhood.laptop(), neighbourhood.laptop()
    with first:
        Rules.change(points=1)
    with second:
        Rules.change(cap=60)
        Rules.change(points=2)
    neighbourhood.meet()
    assert told(first) == told(second) == told(neighbourhood.hub) == (2, 60, None, True)


def test_what_counted_at_a_time_stays_what_counted_then(laptop: Laptop) -> None:
    laptop.at("2026-05-01 09:00")
    Rules.change(points=1)
    laptop.at("2026-05-03 09:00")
    Rules.change(points=2)
    asked = (datetime(2026, 4, 30), datetime(2026, 5, 1, 9), datetime(2026, 5, 3, 9))
    assert [Rules.at(laptop.store, each).points for each in asked] == [10, 1, 2]
    assert Rules.at(laptop.store, local_now(laptop.store)).points == 2


def test_a_version_is_never_edited_and_to_delete_it_takes_it_back(laptop: Laptop) -> None:
    Rules.change(points=1)
    Rules.change(points=2)
    *_, last = Rules.select().order_by(Rules.id)
    with pytest.raises(OnlyMovesForward):
        Rules.update(points=3).where(Rules.id == last.id).execute()
    Rules.delete().where(Rules.id == last.id).execute()
    assert told(laptop)[0] == 1


def test_a_setting_without_a_default_is_refused_with_its_name() -> None:
    with refusing(BadCollection, match="points"):

        class Bare(Settings):
            points = IntegerField()

            class Meta:
                collection = "bare.settings"


@pytest.mark.parametrize("what", [{"writers": "hub"}, {"members": MembersField()}])
def test_what_settings_cannot_be_is_refused(what: dict[str, Any]) -> None:
    writers = what.pop("writers", "team")
    meta = type("Meta", (), {"collection": "odd.settings", "writers": writers})
    with pytest.raises(BadCollection):
        type(Settings)("Odd", (Settings,), {"Meta": meta, "__doc__": "Odd.", **what})


# -- the fold ------------------------------------------------------------------------------------

VERSIONS = st.lists(
    st.fixed_dictionaries(
        {}, optional={"points": st.integers(0, 9), "cap": st.none() | st.integers(0, 9)}
    ),
    max_size=4,
)


@given(VERSIONS, st.integers(0, 5))
def test_the_order_in_which_versions_arrive_does_not_matter(
    versions: list[dict[str, int | None]], until: int
) -> None:
    rows, expected = [], {"points": 10, "cap": None}
    for stamp, values in enumerate(versions, 1):
        seen = {"is_open": True, "since": None, "scope": COMMUNITY, **expected, **values}
        changed = ",".join(values) or "-"
        rows.append(Row(new_id(), stamp, {**seen, "changed": changed}))
        if stamp <= until:
            expected |= values
    for order in permutations(rows):
        folded = Rules.folded(order, until)
        assert {name: getattr(folded, name) for name in expected} == expected


# -- who may ---------------------------------------------------------------------------------------


def test_a_laptop_reads_the_keepers_settings_and_writes_none(neighbourhood: Neighbourhood) -> None:
    laptop = neighbourhood.laptop()
    with neighbourhood.hub:
        Limits.change(most=3)
    neighbourhood.meet()
    with laptop:
        assert Limits.now(laptop.store).most == 3
        with pytest.raises(NotAllowed):
            Limits.change(most=4)


def test_the_keeper_changes_them_on_the_console(tmp_path: Path) -> None:
    hub = Hub.init(tmp_path, "示例社区", plugins=_with_station())
    browser, address = keepers(hub), "/console/plugin-settings/station.limits"
    assert "station.limits" in page(browser, "/console/plugin-settings")
    drawn = {"was.most": "5", "was.word": "", "was.shut": "false"}
    answer = send(browser, address, **drawn, most="7", word="", shut="true")
    assert answer.status_code == 302
    with hub:
        held = Limits.now(hub)
        assert (held.most, held.word, held.shut) == (7, "", True)
        assert Limits.select().get().changed == "most,shut"
    assert last_act(hub)[0] == Act.SETTING
    # A page that was drawn before does not put back what it did not touch.
    send(browser, address, **drawn, most="5", word="芝麻", shut="false")
    with hub:
        assert (Limits.now(hub).most, Limits.now(hub).word) == (7, "芝麻")


def test_the_console_says_what_is_no_value_and_keeps_what_was_typed(tmp_path: Path) -> None:
    hub = Hub.init(tmp_path, "示例社区", plugins=_with_station())
    browser, address = keepers(hub), "/console/plugin-settings/station.limits"
    answer = send(browser, address, **{"was.most": "5"}, most="many", word="芝麻")
    assert answer.status_code == 400
    assert 'value="many"' in answer.text
    assert 'value="芝麻"' in answer.text
    with hub:
        assert Limits.now(hub).most == 5
    assert browser.get("/console/plugin-settings/station.rules").status_code == 404


def _with_station() -> Plugins:
    plugins = Plugins(installed=False)
    plugins.add(STATION)
    return plugins


def test_the_desk_shows_the_history_and_offers_no_edit_of_a_version(laptop: Laptop, desk) -> None:
    page = desk.open("/c/station.rules").press("修改").press("保存", cap="90")
    assert told(laptop) == (10, 90, None, True)
    [version] = Rules.select()
    assert "修改" not in desk.open(f"/c/station.rules/{version.id}").buttons
    assert "没有变化" in desk.open("/c/station.rules/new").press("保存").text
    assert "封顶" in page.text


def test_two_changes_within_one_second_are_told_apart(tmp_path: Path) -> None:
    with open_laptop(tmp_path, STATION) as store:
        for number in range(5):
            Rules.change(points=number)
        assert Rules.now(store).points == 4
        assert Rules.at(store, local_now(store) - timedelta(days=1)).points == 10
