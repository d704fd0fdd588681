"""A laptop's credentials open what the keeper gave it, on every road, and nothing else."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from adversary import (
    DRAWN,
    MODELS,
    SECRET,
    Adversary,
    Target,
    edit_of,
    new_of,
    new_row_id,
    rows_of,
    teams_of,
)
from hongxian.engine.store import PLUGINS
from hongxian.model.record import COMMUNITY
from hongxian.model.row import Row
from hongxian.plugins.loading import Plugins
from hongxian.releases.release import Release
from hongxian.storage.files import Link
from hongxian_server.http.app import make_app
from hongxian_server.http.contract import contract_of
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership import devices
from hongxian_server.ops.releases.plugins import found_plugin
from hongxian_server.ops.releases.stages import send_out
from hongxian_server.sync.incarnation import start_epoch
from hongxian_testing.laptop import with_only
from listening import served
from plugin_releases import added, released
from signing import enrolled
from sweeps import sweep

OURS, THEIRS = "甲队", "乙队"


@dataclass
class Scene:
    """A hub with records of two teams, and one laptop whose holder is up to no good."""

    hub: Hub
    adversary: Adversary
    victim: Adversary
    """Of both teams; it made the records."""
    ours: str
    theirs: str
    targets: list[Target]
    release: Release
    """Of a plugin, for a laptop of the other team alone."""


def laptop(hub: Hub, address: str, *teams: str) -> Adversary:
    return Adversary(address, enrolled(hub, *teams))


def values_for(scope: str, theirs: str, owner: int) -> dict[str, Any]:
    return {
        "text": SECRET if scope == theirs else "原",
        "sealed": None,
        "own": None,
        "ours": None,
        "counted": {str(owner): [5, 0]},
        "tags": {"猫": {str(owner): [1, 0]}},
        "stock": {str(owner): {"g": 5}},
    }


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    release = released("1.0")
    added(Hub.init(tmp_path / "hub", "示例社区", plugins=with_only(())), release)
    plugins = Plugins(tmp_path / "hub" / PLUGINS, installed=False)
    plugins.add(DRAWN)
    hub = Hub.open(tmp_path / "hub", plugins=plugins)
    with hub:
        ours, theirs = (devices.add_team(hub, name) for name in (OURS, THEIRS))
    with served(hub) as address:
        adversary = laptop(hub, address, OURS)
        both, other = laptop(hub, address, OURS, THEIRS), laptop(hub, address, THEIRS)
        with hub:
            send_out(hub, found_plugin(release.manifest.name), [other.given.number])
        assert [each["sha256"] for each in other.plugins().message["orders"]] == [release.sha256]
        targets = []
        for (kind, writers), model in MODELS.items():
            for scope in {"team": (ours, theirs), COMMUNITY: (COMMUNITY,)}.get(
                kind, (ours, theirs, COMMUNITY)
            ):
                maker = both if scope == ours else other
                id, stamp = new_row_id(), maker.stamp()
                name = str(model._meta.collection)
                values = values_for(scope, theirs, maker.given.incarnation)
                if writers == "hub":
                    with hub:
                        id = model.create(text=values["text"], scope=scope).id
                else:
                    [answer] = [maker.round(new_of(name, id, stamp, scope, values))]
                    assert answer.message["outcome"]["plain"] == 1, answer.message["outcome"]
                row = rows_of(hub)[name, id]
                if scope == theirs:
                    hub.files.link(Link(name, id, hub.files.put(SECRET.encode(), 0)))
                targets.append(Target(model, kind, writers, row, scope != theirs, maker is both))
        yield Scene(hub, adversary, both, ours, theirs, targets, release)


Attempt = tuple[str, Any]
"""What it is, and a function that tries it and returns what came back."""
FIELDS = ("text", "deleted", "sealed", "own", "ours")


def changes_to(scene: Scene, target: Target) -> Iterator[tuple[str, dict[str, Any]]]:
    """Changes that are not the adversary's to make, by what each is."""
    victim, mine = (str(each.given.incarnation) for each in (scene.victim, scene.adversary))
    with scene.hub:
        hubs = str(HubState.read().incarnation)
    for name in FIELDS:
        if target.forbids(name):
            yield name, {name: True if name == "deleted" else "改"}
    stolen = {
        "another's share": {"counted": {victim: [99, 0]}},
        "another's dot": {"tags": {"狗": {victim: [1, 0]}}},
        "another's entry": {"stock": {victim: {"g": 99}}},
        "the hub's entry": {"stock": {hubs: {"p": {mine: 9}}}},
        "an entry of another of the hub's lives": {"stock": {"1": {"p": {mine: 9}}}},
    }
    yield from stolen.items()
    if target.forbids("text"):
        yield "a count", {"counted": {mine: [1, 0]}}
        yield "a grant", {"stock": {mine: {"g": 1}}}
        yield "a move", {"scope": scene.ours if target.row.scope != scene.ours else COMMUNITY}
    elif target.scope_kind == "any":
        yield "a move", {"scope": scene.theirs}
    else:
        yield "a move", {"scope": COMMUNITY if target.scope_kind == "team" else scene.ours}


def offered(row: Row, change: dict[str, Any], stamp: int) -> Row:
    """The whole record with these fields as if they had been written later."""
    made = replace(row, values=dict(row.values), stamps=dict(row.stamps))
    for name, value in change.items():
        held = made.values.get(name)
        made.put(name, {**held, **value} if isinstance(held, dict) else value, stamp)
    return made


def writes(scene: Scene) -> Iterator[Attempt]:
    """Each forbidden change of each record, by a round and by an offer."""
    adversary = scene.adversary
    for target in scene.targets:
        name, row = target.name, target.row
        for what, change in changes_to(scene, target):
            page = edit_of(name, row.id, adversary.stamp(), change, row.newest)
            yield f"round: {what} of {name} in {row.scope}", lambda page=page: adversary.round(page)
            scopes = {row.scope, change.get("scope", row.scope), scene.ours}
            if what == "a move":  # where it is already, or where it may go, an offer moves nothing
                scopes = scopes - {row.scope} if target.forbids("text") else {change["scope"]}
            for scope, stamp in product(scopes, (adversary.stamp(), row.stamp)):
                changed = offered(row, change, stamp)
                under = "the stamp that is there" if stamp == row.stamp else "a later stamp"
                yield (
                    f"offer to {scope} under {under}: {what} of {name} in {row.scope}",
                    lambda scope=scope, name=name, changed=changed: adversary.repair(
                        scope, name, [changed]
                    ),
                )


def new_ones(scene: Scene) -> Iterator[Attempt]:
    """New records where the adversary may have none, or with fields that are not its to fill."""
    adversary = scene.adversary
    mine = str(adversary.given.incarnation)
    for target in scene.targets:
        usual = {**target.row.values, "counted": {}, "tags": {}, "stock": {}}
        usual = {key: each for key, each in usual.items() if key in DRAWN_FIELDS}
        odd: dict[str, tuple[str, dict[str, Any]]] = {"hub's field": ("", {"sealed": "改"})}
        odd["another team's"] = scene.theirs, {}
        if target.writers == "hub":
            odd["hub's"] = "", {}
        if target.scope_kind != "any":
            odd["wrong scope"] = (
                COMMUNITY if target.scope_kind == "team" else scene.ours,
                {"counted": {mine: [1, 0]}},
            )
        for what, (scope, more) in odd.items():
            scope = scope or (COMMUNITY if target.scope_kind == COMMUNITY else scene.ours)
            id, stamp = new_row_id(), adversary.stamp()
            page = new_of(target.name, id, stamp, scope, {**usual, **more})
            yield f"round: new {what} of {target.name}", lambda page=page: adversary.round(page)
            row = Row(id, stamp, {"deleted": False, **usual, **more, "scope": scope})
            yield (
                f"offer: new {what} of {target.name}",
                lambda row=row, scope=scope, name=target.name: adversary.repair(scope, name, [row]),
            )


DRAWN_FIELDS = ("text", "sealed", "own", "ours", "counted", "tags", "stock")


def directory(scene: Scene) -> Iterator[Attempt]:
    """The system's own records: teams, devices, conflicts, written as if one were the hub."""
    adversary = scene.adversary
    added = {scene.theirs: {str(adversary.given.incarnation): [1, 0]}}
    for (name, id), row in rows_of(scene.hub).items():
        if name == "hongxian.device" and row.values["number"] == adversary.given.number:
            for what, change in (("teams", {"teams": added}), ("revoked", {"revoked": True})):
                page = edit_of(name, id, adversary.stamp(), change, row.newest)
                yield f"round: its own {what}", lambda page=page: adversary.round(page)
                changed = offered(row, change, adversary.stamp())
                yield (
                    f"offer: its own {what}",
                    lambda changed=changed: adversary.repair(
                        COMMUNITY, "hongxian.device", [changed]
                    ),
                )
    device = {
        "incarnation": adversary.given.incarnation,
        "number": adversary.given.number,
        "laptop": adversary.given.told.laptop,
        "name": "x",
        "teams": added,
        "revoked": False,
    }
    team = {"name": "丙队", "key": "t-00000001"}
    for name, values in (("hongxian.device", device), ("hongxian.team", team)):
        id, stamp = new_row_id(), adversary.stamp()
        page = new_of(name, id, stamp, COMMUNITY, values)
        yield f"round: a new {name}", lambda page=page: adversary.round(page)
        row = Row(id, stamp, {"deleted": False, **values, "scope": COMMUNITY})
        yield (
            f"offer: a new {name}",
            lambda name=name, row=row: adversary.repair(COMMUNITY, name, [row]),
        )


def reads(scene: Scene) -> Iterator[Attempt]:
    """Every way to ask for what the other team keeps."""
    adversary, theirs = scene.adversary, scene.theirs
    names = sorted({target.name for target in scene.targets} | {"hongxian.conflict"})
    for name in names:
        for more in ({}, {"whole": True}, {"own_seqs": [(0, 1)]}, {"due": True}):
            asked = {"collections": [name], "cursors": {theirs: {name: 0}}, **more}
            yield f"read {name} with {more}", lambda asked=asked: adversary.round(**asked)
        yield f"buckets of {name}", lambda name=name: adversary.buckets(theirs, name)
    for target in scene.targets:
        if target.mine:
            continue
        for scope in (scene.theirs, scene.ours, COMMUNITY):
            yield (
                f"fetch {target.name} in {scope}",
                lambda target=target, scope=scope: adversary.repair(
                    scope, target.name, fetch=[target.row.id]
                ),
            )
        for way in ("upload", "download"):
            yield (
                f"{way} of a file of {target.name}",
                lambda target=target, way=way: adversary.carry(way, target.name, target.row.id),
            )
        yield (
            f"history of {target.name}",
            lambda target=target: adversary.history(target.name, target.row.id),
        )


def releases(scene: Scene) -> Iterator[Attempt]:
    """Ways to a release that goes to another laptop, as one that has never run it and as one that says it does."""
    adversary, release = scene.adversary, scene.release
    told = {"name": release.manifest.name, "version": "1.0", "sha256": release.sha256}
    for what, running in (("nothing", ()), ("it", (told,))):
        yield f"saying that it runs {what}", lambda running=running: adversary.plugins(*running)
        yield (
            f"a release by who says that it runs {what}",
            lambda: adversary.release(release.sha256),
        )


def try_all(scene: Scene, attempts: Iterator[Attempt]) -> str:
    """Try each; returns those by which something was read or written that may not be."""
    kept, given, passed = rows_of(scene.hub), teams_of(scene.hub), []
    for what, attempt in list(attempts):
        answer = attempt()
        assert answer.status < 500, (what, answer.text)
        if SECRET in answer.text or scene.theirs in str(answer.message.get("digests")):
            passed.append(f"read by {what}")
        if rows_of(scene.hub) != kept or teams_of(scene.hub) != given:
            passed.append(f"written by {what}")
            kept, given = rows_of(scene.hub), teams_of(scene.hub)
    return "\n".join(passed)


ROADS = (new_ones, directory, reads, releases, writes)


@pytest.mark.parametrize("road", sweep(ROADS, quick=4))
def test_nobody_reads_or_writes_more_than_was_given(scene: Scene, road: Any) -> None:
    scene.adversary.round()  # it has been back: whatever the hub lacked is there
    assert not try_all(scene, road(scene))


@pytest.mark.thorough
@pytest.mark.parametrize("road", ROADS)
def test_nor_while_the_hub_is_being_filled_again(scene: Scene, road: Any) -> None:
    with scene.hub:
        scene.adversary.epoch = start_epoch(scene.hub)
    assert not try_all(scene, road(scene))


def test_a_deletion_that_is_not_its_own_empties_no_field_that_it_may_write(scene: Scene) -> None:
    [target] = (each for each in scene.targets if each.name == "drawn.team_maker" and each.mine)
    name, id = target.name, target.row.id
    scene.adversary.round(edit_of(name, id, scene.adversary.stamp(), {"ours": "好"}))
    kept = rows_of(scene.hub)
    assert kept[name, id].values["ours"] == "好"
    with scene.hub:
        scene.adversary.epoch = start_epoch(scene.hub)
    gone = offered(kept[name, id], {"ours": None, "deleted": True}, scene.adversary.stamp())
    scene.adversary.repair(scene.ours, name, [gone])
    assert rows_of(scene.hub) == kept


@pytest.mark.thorough
@pytest.mark.parametrize("road", ROADS)
def test_nor_before_its_first_round(scene: Scene, road: Any) -> None:
    attempts = sorted(road(scene), key=lambda each: each[0].startswith("round"))
    assert not try_all(scene, iter(attempts))


@pytest.mark.thorough
def test_every_route_that_a_laptop_may_ask_is_tried(scene: Scene) -> None:
    app = make_app(scene.hub)
    asked = {
        str(rule).partition("<")[0]
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
        and not contract_of(app.view_functions[rule.endpoint]).from_anyone
    }
    tried = set()
    ask = scene.adversary.ask

    def noted(method: str, path: str, body: bytes = b"") -> Any:
        tried.update(each for each in asked if path.startswith(each))
        return ask(method, path, body)

    scene.adversary.ask = noted  # type: ignore[method-assign]
    for road in ROADS:
        for _, attempt in road(scene):
            attempt()
    assert asked - tried == {"/v1/leave"}  # of which test_mutated_requests has some
