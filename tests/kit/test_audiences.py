"""Whom an offer is for: each is asked as every audience, on every road, and shows nothing it should not."""

from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from consoles import keepers, page
from desks import desk_of, entered
from hongxian import Refused, Viewer, action, document, view
from hongxian.collections.directory import name_of_laptop
from hongxian.errors import BadPlugin
from hongxian.plugins.loading import Plugins
from hongxian.plugins.offering import NotForYou, Offered, carry_out, offers
from hongxian.plugins.offers import Action, Document, Offer, View
from hongxian.plugins.viewer import AUDIENCES, Audience
from hongxian.shapes import Table
from hongxian_client.plugins.offers import leader
from hongxian_server.hub import Hub
from hongxian_testing.laptop import open_laptop
from meeting import meeting
from samples import plugin

BUNDLED = ("knife_grinding", "mediation", "reward_station", "roster", "service")
SEES = {audience: {audience, "public"} for audience in AUDIENCES}


def halls() -> ModuleType:
    """A plugin that offers something of each kind to each audience, and counts who had it."""
    made = plugin("halls")
    for audience in AUDIENCES:
        for number, decorator in enumerate((action, view, document)):
            function = answering(decorator, audience, number)
            vars(made)[function.__name__] = function
    return made


def answering(decorator: Any, audience: Audience, number: int) -> Any:
    def run(store: Any, viewer: Viewer) -> Any:
        told = f"for {audience}, asked by {viewer.audience} {viewer.name}".strip()
        return Table([told], [[told]]) if decorator is view else told

    run.__name__ = f"{audience}_{number}"
    return decorator(title=f"{audience} {number}", audience=audience)(run)


@pytest.fixture
def laptop(tmp_path: Path) -> Any:
    with open_laptop(tmp_path / "laptop", halls()) as laptop:
        yield laptop


@pytest.mark.parametrize("audience", AUDIENCES)
@pytest.mark.parametrize("kind", [Action, View, Document])
def test_everybody_has_what_is_theirs_and_what_is_public_and_nothing_else(
    laptop: Any, kind: type[Offer], audience: Audience
) -> None:
    viewer = Viewer(audience)
    assert {each.offer.audience for each in offers(laptop, kind, viewer).values()} == SEES[audience]
    for offered in everything(laptop, kind):
        if offered.offer.audience in SEES[audience]:
            told = carry_out(laptop, offered, None, {}, viewer)
            assert f"asked by {audience}" in str(told)
        else:
            with pytest.raises(NotForYou, match=offered.name):
                carry_out(laptop, offered, None, {}, viewer)


def everything(store: Any, kind: type[Offer]) -> list[Offered[Offer]]:
    found = [offers(store, kind, Viewer(audience)) for audience in AUDIENCES]
    return list({name: each for some in found for name, each in some.items()}.values())


@pytest.mark.parametrize("audience", AUDIENCES)
def test_no_offer_of_a_bundled_plugin_is_carried_out_for_whom_it_is_not(
    tmp_path: Path, audience: Audience
) -> None:
    modules = [import_module(f"hongxian_plugins.{name}") for name in BUNDLED]
    with open_laptop(tmp_path, *modules) as laptop:
        offered = [each for kind in (Action, View, Document) for each in everything(laptop, kind)]
        assert len(offered) > 50
        for each in offered:
            if SEES[audience].isdisjoint(each.offer.audiences):
                with pytest.raises(NotForYou):
                    carry_out(laptop, each, None, {}, Viewer(audience))


def test_a_desk_shows_a_leader_what_is_for_leaders_and_for_anybody(laptop: Any) -> None:
    browser = entered(desk_of(laptop))
    for audience in AUDIENCES:
        for number, road in enumerate(("do", "view", "print")):
            answer = browser.get(f"/{road}/halls.{audience}_{number}")
            assert (answer.status_code == 200) == (audience in SEES["leader"]), answer.text
            assert ("asked by" in answer.text) <= (audience in SEES["leader"])
    menu = browser.get("/view/halls.leader_1").text  # the menu unfolds of the plugin where one is
    assert "leader 1" in menu
    assert "keeper 1" not in menu


def test_the_console_shows_the_keeper_no_view_of_the_leaders(tmp_path: Path) -> None:
    sample = plugin("sample")
    for audience in AUDIENCES:

        @view(title=audience, audience=audience, console=True)
        def run(store: Any, viewer: Viewer) -> Table:
            return Table([f"asked by {viewer.audience}"], [])

        run.__name__ = audience
        vars(sample)[audience] = run
    plugins = Plugins(installed=False)
    plugins.add(sample)
    keeper = keepers(Hub.init(tmp_path / "hub", "示例社区", plugins=plugins))
    overview = page(keeper, "/console/overview")
    for audience in AUDIENCES:
        told = keeper.get(f"/console/figures/sample.{audience}")
        assert (told.status_code == 200) == (audience in SEES["keeper"])
        assert (f"sample.{audience}" in overview) == (audience in SEES["keeper"])


def test_an_offer_is_told_who_asks(laptop: Any) -> None:
    with laptop.acting_as("示例·甲001"):
        offered = offers(laptop, Action, Viewer("leader"))["halls.leader_0"]
        viewer = Viewer("leader", name="示例·甲001")
        assert "示例·甲001" in carry_out(laptop, offered, None, {}, viewer)


def test_an_audience_that_is_none_is_said_where_it_was_written() -> None:
    with pytest.raises(BadPlugin, match="'leaders' is no audience; there are leader, keeper"):
        view(title="看", audience="leaders")(lambda store: None)  # type: ignore[arg-type]


def test_a_refusal_of_whom_it_is_for_is_a_refusal() -> None:
    assert issubclass(NotForYou, Refused)


def test_a_leader_is_called_as_they_said_and_else_as_their_laptop(tmp_path: Path) -> None:
    with meeting(tmp_path, halls()) as all_:
        all_.team("east")
        laptop = all_.laptop("east")
        with laptop:
            assert leader(laptop).name == "本机", "its hub has told nothing yet"
        all_.sync(laptop)
        with laptop:
            assert leader(laptop).name == name_of_laptop(laptop.writer().laptop) != ""
            with laptop.acting_as("示例·甲001"):
                assert leader(laptop).name == "示例·甲001"
