"""Migrations: what earlier releases wrote is put right by the hub, and what they write later too."""

from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from peewee import CharField

from hongxian import Record, Refused, rule
from hongxian.kit.migration import AT_ONCE
from hongxian.records import COMMUNITY, migration
from hongxian_server.hub import Hub
from hongxian_server.ops.hourly import migrate_records
from hongxian_testing.laptop import with_only
from samples import plugin


class Thing(Record):
    """Things."""

    name = CharField(max_length=40)
    note = CharField(max_length=40, null=True)

    class Meta:
        collection = "store.thing"
        scope = COMMUNITY


@rule(of=Thing)
def has_no_bad_note(thing: Thing) -> None:
    if thing.note == "bad":
        raise Refused("不行。", "No.")


def release(put_right: Any, version: str = "2") -> ModuleType:
    """A release with one migration."""
    module = plugin("store", Thing)
    module.version = version
    module.put_right, module.has_no_bad_note = migration(of=Thing)(put_right), has_no_bad_note
    return module


def note_is_the_name(thing: Any) -> None:
    thing.note = thing.name


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[Hub]:
    hub = Hub.init(tmp_path / "hub", "示例社区", plugins=with_only((release(note_is_the_name),)))
    with hub:
        yield hub


def notes() -> dict[str, str | None]:
    return {each.name: each.note for each in Thing.select()}


def loaded_with(hub: Hub, put_right: Any, version: str = "2") -> Hub:
    """The same hub with another release."""
    return Hub.open(hub.folder, plugins=with_only((release(put_right, version),)))


def test_more_records_than_one_slice_holds_are_put_right_once(hub: Hub) -> None:
    Thing.insert_many([{"name": f"示例·{n}"} for n in range(AT_ONCE + 3)]).execute()
    assert migrate_records(hub) == AT_ONCE + 3
    assert all(name == note for name, note in notes().items())
    assert migrate_records(hub) == 0
    assert migrate_records(hub) == 0


def test_what_comes_later_is_put_right_too_and_the_deleted_is_left(hub: Hub) -> None:
    migrate_records(hub)
    Thing.create(name="后来")
    Thing.create(name="删了").delete_instance()
    assert migrate_records(hub) == 1
    assert notes() == {"后来": "后来"}


@pytest.mark.plugin_errors
def test_what_would_never_come_to_rest_is_not_written_and_told(hub: Hub) -> None:
    Thing.create(name="一")

    def grows(thing: Any) -> None:
        thing.note = f"{thing.note or ''}x"

    with loaded_with(hub, grows) as other:
        assert migrate_records(other) == 0
        assert notes() == {"一": None}
        [error] = [each for one in other.plugins.all for each in one.errors]
        assert "a second time" in error.en


@pytest.mark.plugin_errors
def test_one_record_over_which_it_breaks_or_that_a_rule_refuses_keeps_no_other(hub: Hub) -> None:
    for name in ("一", "坏", "违", "二"):
        Thing.create(name=name)

    def breaks(thing: Any) -> None:
        if thing.name == "坏":
            raise ValueError(thing.name)
        thing.note = "bad" if thing.name == "违" else thing.name

    with loaded_with(hub, breaks) as other:
        assert migrate_records(other) == 2
        assert notes() == {"一": "一", "坏": None, "违": None, "二": "二"}
        told = [each.en for one in other.plugins.all for each in one.errors]
        assert len(told) == 2


def test_another_version_goes_through_all_again(hub: Hub) -> None:
    Thing.create(name="一")
    migrate_records(hub)

    def note_is_new(thing: Any) -> None:
        thing.note = "新"

    with loaded_with(hub, note_is_new) as same:
        assert migrate_records(same) == 1, "what was written since is looked at in any case"
    Thing.update(note="旧").execute()
    with loaded_with(hub, note_is_new) as same:
        migrate_records(same)
    with loaded_with(hub, note_is_the_name, version="3") as later:
        assert migrate_records(later) == 1
        assert notes() == {"一": "一"}
