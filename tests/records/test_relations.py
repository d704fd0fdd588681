"""Tables and indexes: no two collections share one, whoever brings them."""

from pathlib import Path
from typing import Any

import pytest
from peewee import CharField

from hongxian import Record
from hongxian.plugins.loading import Plugins
from hongxian_client.replica.replica import Replica
from hongxian_server.hub import Hub
from hongxian_testing.laptop import open_laptop
from samples import plugin


def model(collection: str, kind: str = "Thing", **fields: Any) -> type[Record]:
    options = {"collection": collection, **fields.pop("meta", {})}
    fields = fields or {"name": CharField(max_length=40)}
    return type(kind, (Record,), {**fields, "Meta": type("Meta", (), options)})


def bringing(**models: list[type[Record]]) -> Plugins:
    plugins = Plugins(installed=False)
    for name, each in models.items():
        plugins.add(plugin(name, *each))
    return plugins


@pytest.mark.parametrize("side", ["laptop", "hub"])
def test_of_two_collections_with_one_table_the_later_ones_plugin_is_left_out(
    side: str, tmp_path: Path
) -> None:
    plugins = bringing(
        tab=[model("tab.a_b")],
        tab_a=[model("tab_a.b"), model("tab_a.other")],
        after=[model("after.thing")],
    )
    if side == "hub":
        store = Hub.init(tmp_path, "示例社区", plugins=plugins)
    else:
        store = open_laptop(tmp_path, *[each.module for each in plugins.all])
    first, second, third = store.plugins.all
    assert (first.loaded, second.loaded, third.loaded) == (True, False, True)
    assert {"tab.a_b", "after.thing"} <= set(store.collections)
    assert not {"tab_a.b", "tab_a.other"} & set(store.collections)
    [said] = second.errors
    assert "tab_a.b of tab_a would share tab_a_b in the database with tab.a_b of tab" in said.en
    assert "tab_a 的 tab_a.b 在数据库里会与 tab 的 tab.a_b 同用 tab_a_b；请" in said.zh
    assert first.errors == third.errors == []


def test_a_table_that_holds_the_records_of_an_absent_plugin_is_given_to_no_other(
    tmp_path: Path,
) -> None:
    with open_laptop(tmp_path, plugin("tab", mine := model("tab.a_b"))):
        mine.create(name="先来")
    renamed = Replica.open(tmp_path, plugins=bringing(tab=[model("tab_a.b")]))
    assert "tab_a.b" not in renamed.collections
    assert "with tab.a_b of no plugin that is here" in renamed.plugins.all[0].errors[0].en
    again = Replica.open(tmp_path, plugins=bringing(other=[mine]))
    with again:
        assert [each.name for each in mine.select()] == ["先来"]


CLAIMED = {"name": CharField(), "meta": {"claims": [("name",)]}}
INDEXED = {"b_c": CharField(index=True)}


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(model("odd.a"), model("odd.a"), id="the same name"),
        pytest.param(model("odd.a", **CLAIMED), model("odd.a_claim_0"), id="a claim's index"),
        pytest.param(model("odd.a_claim_0"), model("odd.a", **CLAIMED), id="the other way round"),
        pytest.param(model("odd.a"), model("odd.a_seq"), id="the hub's index"),
        pytest.param(
            model("odd.a", **INDEXED), model("odd.a_b", c=CharField(index=True)), id="two indexes"
        ),
        pytest.param(model("odd.a", **INDEXED), model("odd.a_b_c"), id="an index and a table"),
    ],
)
def test_one_plugins_own_collections_are_kept_apart_too(
    first: type[Record], second: type[Record], tmp_path: Path
) -> None:
    laptop = open_laptop(tmp_path, plugin("odd", first, second))
    [odd] = laptop.plugins.all
    assert not odd.loaded
    assert "would share odd_a" in odd.errors[0].en


@pytest.mark.parametrize("name", ["hongxian.setting", "hongxian.mine", "sqlite.thing"])
def test_the_engines_own_names_are_refused(name: str, tmp_path: Path) -> None:
    laptop = open_laptop(tmp_path, plugin("odd", model(name)), plugin("well", model("well.thing")))
    assert name not in laptop.collections
    assert f"may not be called {name.replace('.', '_')}" in laptop.plugins.all[0].errors[0].en
    assert "well.thing" in laptop.collections


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        (model("odd.thing", Name=CharField(), name=CharField()), "capital letters"),
        (model("odd.thing", a=CharField(column_name="b"), B=CharField()), "capital letters"),
        (model("odd.thing", Scope=CharField()), "capital letters"),
        (model("odd." + "a" * 47), "longer than 50 bytes"),
        (model("odd." + "表" * 16), "longer than 50 bytes"),
    ],
)
def test_names_that_a_database_does_not_tell_apart_are_refused(
    odd: type[Record], said: str, tmp_path: Path
) -> None:
    laptop = open_laptop(tmp_path, plugin("odd", odd))
    assert said in laptop.plugins.all[0].errors[0].en
    assert "odd.thing" not in laptop.collections


def test_the_indexes_of_two_plugins_with_a_model_of_one_name_are_both_made(tmp_path: Path) -> None:
    laptop = open_laptop(
        tmp_path,
        plugin("one", model("one.loan", "Loan", day=CharField(index=True))),
        plugin("two", model("two.loan", "Loan", day=CharField(index=True))),
        plugin("loan", model("loan.day")),
    )
    assert [each.errors for each in laptop.plugins.all] == [[], [], []]
    with laptop:
        for table in ("one_loan", "two_loan"):
            assert [f"{table}_day"] == [
                each.name for each in laptop.database.get_indexes(table) if each.columns == ["day"]
            ]
