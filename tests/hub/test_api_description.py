"""The hub's description of its API: it is valid and whole, and what a hub says is as it describes."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from openapi_spec_validator import validate

from beginning import make_beginning
from described import STREAM, Described, check_stream
from hongxian.plugins.loading import Plugins
from hongxian.wire.bundle import read_bundle
from hongxian.wire.message import Message
from hongxian.wire.page import PageKind
from hongxian.wire.round import Status
from hongxian.wire.verdicts import VerdictKind
from hongxian_client.sync.bundle import bundle_out
from hongxian_server.http.app import make_app
from hongxian_server.hub import Hub
from hongxian_server.sync.bundle import answer_bundle
from meeting import meeting
from places import DOCS
from play import Play
from samples import SAMPLE, Visit
from simulation import World


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    folder = tmp_path_factory.mktemp("described") / "hub"
    return make_app(Hub.init(folder, "示例社区", plugins=Plugins(installed=False)))


@pytest.fixture(scope="module")
def told(app: Flask) -> dict[str, Any]:
    return dict(json.loads(app.test_client().get("/v1/openapi.json").data))


def test_the_description_is_valid_and_tells_every_route(app: Flask, told: dict[str, Any]) -> None:
    validate(told)
    paths = {(path, method) for path, methods in told["paths"].items() for method in methods}
    routes = {
        (re.sub("<(.*?)>", r"{\1}", rule.rule), method.lower())
        for rule in app.url_map.iter_rules()
        for method in rule.methods - {"HEAD", "OPTIONS"}
        if rule.endpoint != "static"
    }
    assert paths == routes


def test_every_operation_says_what_it_does_who_may_ask_and_what_its_bodies_are(
    told: dict[str, Any],
) -> None:
    for path, methods in told["paths"].items():
        for operation in methods.values():
            assert operation["summary"], path
            assert operation["security"] in ([], [{"device": []}])
            bodies = [*operation["responses"].values()]
            bodies += [operation["requestBody"]] if "requestBody" in operation else []
            assert all(body["description"] and body["content"] for body in bodies), path
            assert all(each["description"] for each in operation.get("parameters", ())), path
            refused = {"400", "413"} if "requestBody" in operation else set()
            refused |= {"401", "403"} if operation["security"] else set()
            assert operation["responses"].keys() >= {"200", "500", "503", "507", *refused}, path


def test_the_header_of_a_proof_is_told_as_the_protocols_page_tells_it(told: dict[str, Any]) -> None:
    page = (DOCS / "protocol.md").read_text("utf-8")
    header = told["components"]["securitySchemes"]["device"]
    form, _, rest = header["description"].partition(",")
    assert rest.endswith("docs/protocol.md tells.")
    assert f"`{header['name']}: {form}`" in page


def test_every_stream_is_described_by_its_message_and_its_pages(told: dict[str, Any]) -> None:
    streams = {
        (path, side): [one["$ref"].rpartition("/")[2], *behind]
        for path, methods in told["paths"].items()
        for operation in methods.values()
        for side, body in (
            ("in", operation.get("requestBody", {"content": {}})),
            ("out", operation["responses"]["200"]),
        )
        for media, content in body["content"].items()
        if media == STREAM
        for opened in [content["schema"]["contentSchema"]]
        for [one] in [opened["prefixItems"]]
        for behind in [["Page"] if opened.get("items") else []]
    }
    assert streams == {
        ("/v1/round", "in"): ["RoundRequest", "Page"],
        ("/v1/round", "out"): ["RoundReply", "Page"],
        ("/v1/buckets", "in"): ["BucketsRequest"],
        ("/v1/buckets", "out"): ["BucketsReply"],
        ("/v1/repair", "in"): ["RepairRequest", "Page"],
        ("/v1/repair", "out"): ["RepairReply", "Page"],
        ("/v1/plugins", "in"): ["PluginsRequest"],
        ("/v1/plugins", "out"): ["PluginsReply"],
        ("/v1/release", "in"): ["ReleasePartRequest"],
        ("/v1/release", "out"): ["ReleasePart"],
        ("/v1/upload", "in"): ["UploadRequest"],
        ("/v1/upload", "out"): ["FilesReply"],
        ("/v1/download", "in"): ["DownloadRequest"],
        ("/v1/download", "out"): ["FilesReply"],
        ("/v1/leave", "in"): ["LeaveRequest"],
        ("/v1/leave", "out"): ["LeaveReply"],
    }


def kinds_of(kind: type[Message]) -> Iterator[str]:
    for each in kind.__subclasses__():
        yield each.__name__
        yield from kinds_of(each)


def test_every_message_and_each_of_its_parts_says_what_it_is(told: dict[str, Any]) -> None:
    schemas = told["components"]["schemas"]
    assert schemas.keys() == {"Page", "Text", *kinds_of(Message)}
    for name, schema in schemas.items():
        assert schema["description"], name
        for part, each in schema["properties"].items():
            assert each["description"], f"{name}.{part}"
            assert each.keys() - {"description", "default"}, f"{name}.{part} may be anything"


def test_each_word_that_a_message_may_say_is_explained(told: dict[str, Any]) -> None:
    words = [
        (name, word, part["description"])
        for name, schema in told["components"]["schemas"].items()
        for part in schema["properties"].values()
        for word in part.get("enum", ())
        if name != "Health"
    ]
    assert {word for _, word, _ in words} > {"ok", "stale", "bumped", "offered", "scope_exits"}
    for name, word, description in words:
        assert re.search(f"^- `{word}`: .+[.]$", description, re.MULTILINE), f"{name}: {word}"


def test_a_hub_that_starts_makes_no_description() -> None:
    code = "import sys, hongxian_server.http.app; sys.exit('apispec' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


# -- what it says against what it does -------------------------------------------------------


LIFE = [
    *(("make", number, kind, 0, 0) for number in (0, 1) for kind in (0, 1, 2)),
    *(("sync", number) for number in (0, 1, 2, 0)),
    ("edit", 0, 0, 0, 0),
    ("edit", 1, 0, 0, 0),
    ("count", 0, 0, 3),
    ("regroup", 1, 0, 0),
    *(("sync", number) for number in (0, 1, 0)),
    ("delete", 0, 1, 0, 0),
    ("move", 0, 0, 1),
    ("hub_plugins", True, False, False),
    ("make", 2, 2, 0, 0),
    *(("sync", number) for number in (0, 1, 2)),
    ("hub_plugins", True, True, False),
    ("skew", 0, 3_600_000),
    ("make", 0, 0, 0, 0),
    *(("sync", number) for number in (0, 1, 2)),
    ("skew", 0, 0),
    ("save_hub",),
    ("edit", 0, 0, 0, 0),
    ("make", 1, 1, 0, 0),
    *(("sync", number) for number in (0, 1, 2)),
    ("load_hub", False),
    *(("sync", number) for number in (0, 1, 2, 0, 1, 2)),
    ("save_laptop", 0),
    ("edit", 0, 0, 0, 0),
    ("sync", 0),
    ("load_laptop", 0),
    ("edit", 0, 0, 0, 0),
    ("sync", 0),
    ("revoke", 2),
    ("sync", 2),
]


def test_what_is_said_in_a_hubs_life_is_as_described(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Laptops edit, count, move and delete alike; the hub is restored, a laptop too, another revoked."""
    monkeypatch.setattr(Flask, "test_client_class", Described)
    monkeypatch.setattr(Described, "seen", set())
    world = World(tmp_path / "world", None, make_beginning(tmp_path / "beginning", None), 3)
    try:
        game = Play(world)
        for step in LIFE:
            game.do(step)
    finally:
        world.close()
    asked = ("/v1/round", "/v1/buckets", "/v1/repair", "/v1/leave")
    words = {Status.OK, Status.EPOCH, Status.STALE, *PageKind} - {PageKind.FILES}  # on sticks alone
    words |= {VerdictKind.MERGED, VerdictKind.PLUGIN, VerdictKind.CLOCK}
    assert {*(f"{path} 200" for path in asked), "/v1/round 403", *words} <= Described.seen


def test_what_sticks_carry_is_as_described(tmp_path: Path, told: dict[str, Any]) -> None:
    def check(path: Path, message: str) -> None:
        behind = {"items": {"$ref": "#/components/schemas/Page"}}
        first = {"prefixItems": [{"$ref": f"#/components/schemas/{message}"}]}
        _, *pages = check_stream(told, {"minItems": 2, **first, **behind}, read_bundle(path)[2])
        assert pages

    out, back = tmp_path / "out", tmp_path / "back"
    with meeting(tmp_path, SAMPLE) as met:
        met.team("east")
        here, there = met.laptop("east"), met.laptop("east")
        for laptop in (here, there):
            with laptop:
                Visit.create(name="来访")
        met.sync(there)
        bundle_out(here, out)
        answer_bundle(met.hub, out, back)
    check(out, "RoundRequest")
    check(back, "BundleReply")
