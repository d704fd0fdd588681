"""A later release has other fields and other claims: what was written stays, whatever changes at once."""

import types
from pathlib import Path
from typing import Any

import pytest
from peewee import CharField, Field, IntegerField

from hongxian import Record, hookimpl
from hongxian_testing.laptop import open_laptop


def release(fields: dict[str, Field], claims: list[tuple[str, ...]] = []) -> tuple[Any, Any]:  # noqa: B006
    """A plugin of one collection, and its model."""
    options = {"collection": "shed.thing", "claims": claims}
    bases = {"name": CharField(max_length=40), **fields, "__module__": __name__}
    model = type("Thing", (Record,), {**bases, "Meta": type("Meta", (), options)})
    plugin = types.ModuleType("shed")
    plugin.hongxian_collections = hookimpl(lambda: [model], specname="hongxian_collections")
    return plugin, model


def old() -> dict[str, Field]:
    return {"old": CharField(max_length=9, default="-")}


def new() -> dict[str, Field]:
    return {"new": IntegerField(null=True)}


@pytest.mark.parametrize("claims", [[], [("name",)]], ids=["no claim", "a claim"])
@pytest.mark.parametrize("gains", [False, True], ids=["none comes", "one comes"])
@pytest.mark.parametrize("loses", [False, True], ids=["none goes", "one goes"])
def test_what_was_written_is_there_after_fields_and_claims_changed_at_once(
    tmp_path: Path, loses: bool, gains: bool, claims: list[tuple[str, ...]]
) -> None:
    plugin, model = release(old())
    with open_laptop(tmp_path, plugin):
        ids = [model.create(name=name, old=name * 2).id for name in "ab"]
    changed, model = release((old() if not loses else {}) | (new() if gains else {}), claims)
    laptop = open_laptop(tmp_path, changed)
    assert [each.en for plugin in laptop.plugins.all for each in plugin.errors] == []
    with laptop:
        assert {each.name for each in model.select()} == {"a", "b"}
        model.create(name="c")
    again, model = release(old())
    with open_laptop(tmp_path, again):
        assert [model.get_by_id(id).old for id in ids] == ["aa", "bb"], "kept meanwhile"
