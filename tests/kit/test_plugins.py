"""Plugins: one file is enough, and a broken one stops nothing else."""

import importlib
import inspect
import io
import re
import shutil
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from peewee import CharField, FloatField, ForeignKeyField, IntegerField

from hongxian import Record, Refused, TallyField, hookimpl
from hongxian.errors import HongxianError, StorageFailed
from hongxian.model.stamp import wall_clock
from hongxian.plugins import hooks
from hongxian.plugins.failing.errors import FILE, PluginError, read_plugin_errors
from hongxian.plugins.loading import Plugins
from hongxian.storage.state import StoreState
from hongxian.wire.page import encode, read_stream, stream
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.enrol import join
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_server.http.serve import make_server
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_testing.laptop import open_laptop
from listening import listening
from places import TOP
from samples import SAMPLE, Visit

UMBRELLA = TOP / "docs" / "examples" / "umbrella.py"
BROKEN = {
    "at_import": "raise RuntimeError('broken at import')",
    "telling": """
from hongxian import hookimpl
@hookimpl
def hongxian_record_was_stored(collection, id):
    raise RuntimeError("broken while told")
""",
    "refusing": """
from hongxian import Record, hookimpl, rule
from peewee import CharField
class Thing(Record):
    name = CharField()
    class Meta:
        collection = "refusing.thing"
@hookimpl
def hongxian_collections():
    return [Thing]
@rule(of=Thing)
def breaks(thing, before, seen):
    raise RuntimeError("broken while asked")
""",
    "misspelt": """
from hongxian import hookimpl
@hookimpl
def hongxian_record_was_storred(collection, id):
    pass
""",
    "elsewhere": """
from hongxian import hookimpl
from places import TOP
@hookimpl
def hongxian_works_with():
    return ">=99"
""",
}


def drop(folder: Path, *broken: str) -> None:
    (folder / "plugins").mkdir(parents=True)
    shutil.copy(UMBRELLA, folder / "plugins")
    for name in broken:
        (folder / "plugins" / f"{name}.py").write_text(BROKEN[name])


def test_one_dropped_file_works_on_hub_and_laptops_beside_broken_ones(tmp_path: Path) -> None:
    drop(tmp_path / "hub", *BROKEN)
    hub = Hub.init(tmp_path / "hub", "示例社区")
    with hub:
        devices.add_team(hub, "甲队")
        codes = [devices.make_code(hub, ["甲队"])[0] for _ in range(2)]
    with listening(make_server(hub, "127.0.0.1", 0)) as url:
        laptops = []
        for number, code in enumerate(codes):
            drop(tmp_path / f"laptop-{number}", *BROKEN)
            laptop = Replica.open(tmp_path / f"laptop-{number}")
            with laptop:
                join(laptop, url, code)
            laptops.append(laptop)
        first, second = laptops
        with first:
            model = first.collection("umbrella.loan").model
            model.create(borrower="示例·甲001", due="2026-12-01")
            with pytest.raises(Refused, match=r"refusing: .*RuntimeError: broken while asked"):
                first.collection("refusing.thing").model.create(name="一")
            assert sync(first, post_to_hub(first)).sent == 1
        with second:
            sync(second, post_to_hub(second))
            assert [
                loan.borrower for loan in second.collection("umbrella.loan").model.select()
            ] == ["示例·甲001"]
    for store in (hub, first):
        troubled = {plugin.name: plugin.errors[0] for plugin in store.plugins.all if plugin.errors}
        assert "broken at import" in troubled["at_import"].en
        assert "hongxian_record_was_storred" in troubled["misspelt"].en
        assert ">=99" in troubled["elsewhere"].en
        assert set(troubled) <= set(BROKEN)
    errors = {plugin.name: plugin.errors for plugin in first.plugins.all}
    assert "broken while told" in errors["telling"][0].en
    assert "broken while asked" in errors["refusing"][0].en


def test_a_folder_is_a_plugin_as_a_file_is_and_its_modules_find_each_other(tmp_path: Path) -> None:
    for name in ("umbrella", "migrations", "__pycache__"):
        (tmp_path / name).mkdir()
    shutil.copy(UMBRELLA, tmp_path / "umbrella" / "records.py")
    whole = "from .records import *\nfrom .records import hongxian_collections\nversion = '1.2'\n"
    (tmp_path / "umbrella" / "__init__.py").write_text(whole)
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "__init__.py").write_text("from .nowhere import x")
    (tmp_path / "migrations" / "0001_index.py").write_text("")
    plugins = Plugins(tmp_path, installed=False)
    told = [(each.name, each.loaded, each.version) for each in plugins.all]
    assert told == [("broken", False, ""), ("umbrella", True, "1.2")]
    assert [name for _, models in plugins.answers("hongxian_collections") for name in models]


def _module(name: str, **implementations: Any) -> Any:
    module = ModuleType(name)
    for hook, implementation in implementations.items():
        setattr(module, hook, hookimpl(implementation))
    return module


def test_plugins_are_asked_as_they_were_loaded_but_for_those_who_wish_to_be_last() -> None:
    plugins = Plugins(installed=False)
    for name in ("last", "late"):
        wishing = _module(name)
        wishing.hongxian_works_with = hookimpl(trylast=True)(lambda: ">=0.1")
        plugins.add(wishing)
    for name in ("one", "two"):
        plugins.add(_module(name, hongxian_works_with=lambda: ">=0.1"))
    assert [plugin.name for plugin, _ in plugins.answers("hongxian_works_with")] == [
        "one",
        "two",
        "late",
        "last",
    ]


def test_a_module_of_a_plugins_package_never_stands_in_the_place_of_a_hook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "hongxian_shelves"
    package.mkdir()
    (package / "works_with.py").write_text("RANGE = '>=0'\n")
    (package / "__init__.py").write_text(
        "from hongxian import hookimpl\n"
        "@hookimpl\n"
        "def hongxian_works_with():\n"
        "    from hongxian_shelves.works_with import RANGE\n"
        "    return RANGE\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    for _ in range(2):  # by the first answer the module has come into the package
        plugins = Plugins(installed=False)
        plugins.add(importlib.import_module("hongxian_shelves"))
        assert [answer for _, answer in plugins.answers("hongxian_works_with")] == [">=0"]


class _Friend(Record):
    name = CharField()

    class Meta:
        collection = "odd.friend"


def _with(**fields: Any) -> type[Record]:
    meta = type("Meta", (), {"collection": "odd.thing", **fields.pop("meta", {})})
    return type("Thing", (Record,), {**fields, "Meta": meta})


@pytest.mark.parametrize(
    ("model", "hint"),
    [
        (lambda: _with(amount=FloatField()), "integers"),
        (lambda: _with(friend=ForeignKeyField(_Friend)), "Reference"),
        (lambda: _with(name=CharField(unique=True)), "unique"),
        (lambda: _with(seq=IntegerField()), "belong to Record"),
        (lambda: _with(name=CharField(), meta={"collection": "Odd Thing"}), "plugin.thing"),
        (lambda: _with(name=CharField(), meta={"writers": "everyone"}), "writers"),
        (lambda: _with(name=CharField(), meta={"order": "-nome"}), "holds one value"),
        (lambda: _with(people=TallyField(), meta={"order": "people"}), "holds one value"),
    ],
)
def test_a_model_that_cannot_be_a_collection_is_named_with_what_to_write_instead(
    tmp_path: Path, model: Any, hint: str
) -> None:
    plugins = Plugins(installed=False)
    plugin = plugins.add(_module("odd", hongxian_collections=lambda: [model()]))
    laptop = Replica.open(tmp_path, plugins=plugins)
    assert hint in plugin.errors[0].en
    assert not plugin.loaded
    assert "odd.thing" not in laptop.collections


def test_every_hook_is_in_the_manual_with_its_arguments() -> None:
    manual = (TOP / "docs" / "kit" / "hooks.md").read_text()
    for name, hook in vars(hooks).items():
        if inspect.isfunction(hook) and hook.__module__ == hooks.__name__:
            arguments = ", ".join(inspect.signature(hook).parameters)
            assert f"`{name}({arguments})`" in manual


def test_the_readme_shows_the_example_that_the_tests_run() -> None:
    shown = re.findall(r"```python\n(.*?)```", (TOP / "README.md").read_text(), re.DOTALL)
    assert UMBRELLA.read_text() in shown


def test_a_hub_of_a_later_release_is_not_opened(tmp_path: Path) -> None:
    hub = Hub.init(tmp_path, "示例社区", plugins=Plugins(installed=False))
    with hub, hub.upkeep(), StoreState.changing() as state:
        state.format = 99
    with pytest.raises(HongxianError, match="newer release"):
        Hub.open(tmp_path, plugins=Plugins(installed=False))


def test_a_full_disk_is_told_and_what_was_confirmed_stays(tmp_path: Path) -> None:
    laptop = open_laptop(tmp_path, SAMPLE)
    with laptop:
        kept = Visit.create(name="在")
        pages = laptop.database.execute_sql("PRAGMA page_count").fetchone()[0]
        laptop.database.execute_sql(f"PRAGMA max_page_count = {pages}")
        many = [{"name": "满", "note": "长" * 5_000}] * 100
        with pytest.raises(StorageFailed, match="free some space"):
            Visit.insert_many(many).execute()
        assert [visit.id for visit in Visit.select()] == [kept.id]


def test_a_stream_of_pages_survives_the_trip() -> None:
    body = b"".join(stream({"a": 1}, [encode({"b": "红线"})]))
    assert list(read_stream(io.BytesIO(body))) == [{"a": 1}, {"b": "红线"}]


def test_a_new_record_knows_at_once_whose_it_is(tmp_path: Path) -> None:
    with open_laptop(tmp_path, SAMPLE):
        assert Visit.create(name="新").scope == "team-1"


@pytest.mark.parametrize(
    "statement",
    [
        "int(values['note'])",
        "{}[values['note']]",
        "raise RuntimeError(f\"no {values['note']}\")",
        "raise RuntimeError('no\\n' + values['note'] * 999)",
        "raise Refused(detail=values['note'])",
        "raise UnknownTeam(name=values['note'], known='-')",
    ],
)
def test_an_error_that_quotes_a_record_is_kept_by_its_kind_and_place(
    tmp_path: Path, statement: str
) -> None:
    """Neither in the file of errors, which outlives an erasure, nor before a keeper or another team."""
    source = f"""
from hongxian import Refused, hookimpl
from hongxian.errors import UnknownTeam
@hookimpl
def hongxian_record_was_stored(store, collection, id):
    values = {{'note': store.collection(collection).rows_by_id([id])[id].values['note']}}
    {statement}
"""
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "quoting.py").write_text(source, "utf-8")
    open_laptop(tmp_path, SAMPLE)
    plugins = Plugins(tmp_path / "plugins", installed=False)
    plugins.add(SAMPLE)
    laptop = Replica.open(tmp_path, plugins=plugins)
    with laptop:
        Visit.create(name="示例·甲", note="李某某 10000098765")
    [told] = laptop.plugins.all[0].errors
    assert "quoting.py:7:hongxian_record_was_stored" in told.en
    [kept] = read_plugin_errors(tmp_path, wall_clock(), plugins.code_of)["quoting"]
    assert kept.message == told
    assert kept.way[-1] == "quoting.py:7 hongxian_record_was_stored"
    for text in (told.zh, told.en, (tmp_path / FILE).read_text("utf-8")):
        assert "李某某" not in text
        assert "10000098765" not in text
        assert len(text) < 2_500


def test_an_error_tells_when_and_how_often_and_is_gone_when_the_plugins_code_is_another(tmp_path):
    (tmp_path / "plugins").mkdir()
    file = tmp_path / "plugins" / "odd.py"
    file.write_text(BREAKS_WHEN_STORED, "utf-8")

    def opened() -> Replica:
        plugins = Plugins(tmp_path / "plugins", installed=False)
        plugins.add(SAMPLE)
        return Replica.open(tmp_path, plugins=plugins)

    def noted(laptop: Replica) -> list[PluginError]:
        told = read_plugin_errors(tmp_path, wall_clock(), laptop.plugins.code_of)
        return told.get("odd", [])

    open_laptop(tmp_path, SAMPLE)
    for _ in range(2):
        with (laptop := opened()):
            Visit.create(name="示例·甲")
    [error] = noted(laptop)
    assert error.times == 2
    assert error.first <= error.last <= wall_clock()
    assert error.way[-1] == "odd.py:5 hongxian_record_was_stored"
    with (laptop := opened()):
        assert noted(laptop) == [error]  # another start has not mended it
    file.write_text(BREAKS_WHEN_STORED.replace("1 / 0", "return 1 / 1"), "utf-8")
    with (laptop := opened()):
        assert noted(laptop) == []
        Visit.create(name="示例·乙")
        assert noted(laptop) == []


BREAKS_WHEN_STORED = """
from hongxian import hookimpl
@hookimpl
def hongxian_record_was_stored():
    1 / 0
"""
