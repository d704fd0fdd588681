"""Hooks: each plugin is called alone, its wrappers around it, and what nobody would call is said."""

import inspect
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import pytest
from peewee import CharField

from desks import desk_of, entered, page
from hongxian import Record, hookimpl
from hongxian.errors import BadHook
from hongxian.plugins import hooks
from hongxian.plugins.loading import Plugins
from hongxian_testing.laptop import open_laptop
from samples import plugin

EVERY = {name for name in vars(hooks) if name.startswith("hongxian_")}
WRAPS = """
from hongxian import hookimpl


@hookimpl(wrapper=True)
def hongxian_migrations():
    return [*(yield), ["wrapped"]]
"""


def module(name: str, *functions: Callable[..., Any], **marked: Any) -> ModuleType:
    """A plugin with marked functions, and with others as they are."""
    made = ModuleType(name)
    for each in functions:
        setattr(made, each.__name__, each)
        each.__module__ = name
    for hook, options in marked.items():
        given = options.pop("function")  # which may stand in several plugins: a mark is its own
        function = FunctionType(given.__code__, globals(), hook, None, given.__closure__)
        setattr(made, hook, hookimpl(**options)(function))
    return made


def wrapper(function: Callable[..., Any], **options: Any) -> dict[str, Any]:
    return {"function": function, "wrapper": True, **options}


def plain(function: Callable[..., Any], **options: Any) -> dict[str, Any]:
    return {"function": function, **options}


def of(*modules: ModuleType) -> Plugins:
    plugins = Plugins(installed=False)
    for each in modules:
        plugins.add(each)
    return plugins


def answers(plugins: Plugins, hook: str = "hongxian_migrations") -> list[tuple[str, Any]]:
    return [(plugin.name, answer) for plugin, answer in plugins.answers(hook)]


# -- calling -------------------------------------------------------------------------------------


def test_a_wrapper_in_a_dropped_file_runs(tmp_path: Path) -> None:
    (tmp_path / "wrap.py").write_text(WRAPS, "utf-8")
    [wrap] = (plugins := Plugins(tmp_path, installed=False)).all
    assert answers(plugins) == [("wrap", ["wrapped"])]
    assert wrap.errors == []


def test_a_wrapper_is_given_its_own_plugins_answers_and_nobody_elses() -> None:
    def twice() -> Iterator[Any]:
        found = yield
        return [*found, *found]

    plugins = of(
        module("one", hongxian_migrations=plain(lambda: ["one"])),
        module(
            "two",
            hongxian_migrations=plain(lambda: ["two"]),
            around=wrapper(twice, specname="hongxian_migrations"),
        ),
        module("wraps_only", hongxian_migrations=wrapper(twice)),
        module("silent", hongxian_migrations=plain(lambda: None)),
    )
    assert answers(plugins) == [("one", ["one"]), ("two", ["two"]), ("two", ["two"])]


def test_a_wrapper_of_the_older_kind_runs_too() -> None:
    seen = []

    def around() -> Iterator[None]:
        outcome: Any = yield
        seen.append(outcome.get_result())
        outcome.force_result([["in its place"]])

    older = {"function": around, "hookwrapper": True, "specname": "hongxian_migrations"}
    plugins = of(module("old", hongxian_migrations=plain(lambda: ["own"]), around=older))
    assert answers(plugins) == [("old", ["in its place"])]
    assert seen == [[["own"]]]


def _breaks_before() -> Iterator[Any]:
    raise RuntimeError("broken before")
    yield


def _breaks_after() -> Iterator[Any]:
    yield
    raise RuntimeError("broken after")


def _yields_twice() -> Iterator[Any]:
    yield
    return (yield)


def _forgets_the_answers() -> Iterator[Any]:
    yield


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (_breaks_before, "broken before"),
        (_breaks_after, "broken after"),
        (_yields_twice, "_raise_wrapfail"),
        (_forgets_the_answers, "write `return (yield)`"),
    ],
)
def test_a_broken_wrapper_is_noted_under_its_own_plugin_and_the_others_answer(
    broken: Callable[..., Any], said: str
) -> None:
    plugins = of(
        module("first", hongxian_migrations=plain(lambda: ["first"])),
        module(
            "broken",
            hongxian_migrations=plain(lambda: ["lost"]),
            around=wrapper(broken, specname="hongxian_migrations"),
        ),
        module("last", hongxian_migrations=plain(lambda: ["last"])),
    )
    assert answers(plugins) == [("first", ["first"]), ("last", ["last"])]
    troubled = {each.name: each.errors for each in plugins.all if each.errors}
    assert troubled.keys() == {"broken"}
    assert said in troubled["broken"][0].en


def test_a_plugin_that_ends_the_program_is_noted_and_the_rest_go_on() -> None:
    def leave() -> None:
        raise SystemExit(0)

    plugins = of(
        module("leaves", hongxian_migrations=plain(leave)),
        module("stays", hongxian_migrations=plain(lambda: ["here"])),
    )
    assert answers(plugins) == [("stays", ["here"])]
    [error] = plugins.all[0].errors
    assert error.en.split(": ")[:2] == ["hongxian_migrations", "SystemExit"]


def test_who_comes_or_goes_between_two_calls_is_called_or_not() -> None:
    plugins = of(module("one", hongxian_migrations=plain(lambda: ["one"])))
    assert answers(plugins) == [("one", ["one"])]
    two = plugins.add(module("two", hongxian_migrations=plain(lambda: ["two"])))
    assert answers(plugins) == [("one", ["one"]), ("two", ["two"])]
    plugins.remove(two)
    assert answers(plugins) == [("one", ["one"])]
    plugins.remove(plugins.all[0])
    assert answers(plugins) == []
    assert not plugins.implements("hongxian_migrations")


# -- loading -------------------------------------------------------------------------------------


def hongxian_migrations() -> list[Any]:
    return []


def hongxian_record_was_storred(collection: str) -> None:
    """Misspelt, and not marked either."""


def migrations() -> list[Any]:
    return []


def record_was_stored(store: Any, id: str) -> None:
    """As the hook was called before."""


@pytest.mark.parametrize(
    ("function", "advice"),
    [
        (hongxian_migrations, "write @hookimpl above it"),
        (hongxian_record_was_storred, "write hongxian_record_was_stored, @hookimpl above it"),
        (migrations, "write hongxian_migrations, @hookimpl above it"),
        (record_was_stored, "write hongxian_record_was_stored, @hookimpl above it"),
    ],
)
def test_an_unmarked_function_that_looks_like_a_hook_is_said_with_its_place(
    function: Callable[..., Any], advice: str, caplog: pytest.LogCaptureFixture
) -> None:
    plugins = of(module("forgot", function, hongxian_collections=plain(lambda: ["called"])))
    [forgot] = plugins.all
    line = inspect.getsourcelines(function)[1]
    [error] = forgot.errors
    assert (
        f"{function.__name__} ({__file__}, line {line}): it is never called; {advice}" in error.en
    )
    assert "从不会被调用；" in error.zh
    assert error.en in caplog.text
    assert answers(plugins, "hongxian_collections") == [("forgot", ["called"])]


def _nothing() -> list[Any]:
    return []


def pages(count: int) -> int:
    return count


def test_a_function_of_the_plugins_own_is_not_taken_for_a_hook() -> None:
    """Its arguments are none of the hook's, or it is another module's."""
    borrowed = module("own", pages)
    borrowed.migrations = migrations  # type: ignore[attr-defined]
    migrations.__module__ = "elsewhere"
    assert of(borrowed).all[0].errors == []


@pytest.mark.parametrize(
    ("hook", "function", "said"),
    [
        (
            "hongxian_record_was_stored",
            lambda store, fields, **further: None,
            "fields, further is never given to it; it may take store, collection, id",
        ),
        (
            "hongxian_migrations",
            lambda store: [],
            "store is never given to it; it may take no argument",
        ),
        ("migrations", _nothing, "no hook has this name; write hongxian_migrations"),
        ("hongxian_migratoins", _nothing, "no hook has this name; write hongxian_migrations"),
        ("hongxian_frobnicate", _nothing, "no hook has this name; the hooks are hongxian_"),
    ],
)
def test_a_marked_function_that_is_no_hook_leaves_the_plugin_out_and_is_said(
    hook: str, function: Callable[..., Any], said: str
) -> None:
    plugins = Plugins(installed=False)
    with pytest.raises(BadHook, match=said):
        plugins.add(module("odd", **{hook: plain(function)}))
    [odd] = plugins.all
    assert not odd.loaded
    assert __file__ in odd.errors[0].en
    assert said in odd.errors[0].en


def test_a_wrapper_that_never_yields_is_said_when_it_is_loaded() -> None:
    with pytest.raises(BadHook, match=r"a wrapper yields once: write `return \(yield\)`"):
        of(module("odd", hongxian_migrations=wrapper(_nothing)))


def test_all_that_is_wrong_with_a_plugins_hooks_is_said_at_once() -> None:
    plugins = Plugins(installed=False)
    with pytest.raises(BadHook):
        plugins.add(
            module(
                "odd", hongxian_migrations, migratoins=plain(_nothing), colections=plain(_nothing)
            )
        )
    assert len(plugins.all[0].errors) == 3


def test_a_hook_of_a_later_release_may_be_marked_as_optional() -> None:
    later = module("later", hongxian_moon_rose=plain(lambda: 1, optionalhook=True))
    assert of(later).all[0].errors == []


# -- when ----------------------------------------------------------------------------------------


class Thing(Record):
    name = CharField()

    class Meta:
        collection = "every.thing"


def test_every_hook_is_called_when_a_person_works_at_the_desk(tmp_path: Path) -> None:
    """All but the demonstration's, which is a command of its own."""
    called = []

    def told(hook: str) -> Callable[..., None]:
        arguments = ", ".join(inspect.signature(getattr(hooks, hook)).parameters)
        return eval(f"lambda {arguments}: note({hook!r})", {"note": called.append})

    others = EVERY - {"hongxian_collections"}
    every = plugin("every", Thing, **{hook: told(hook) for hook in others})
    laptop = open_laptop(tmp_path, every)
    browser = entered(desk_of(laptop))
    with laptop:
        id = Thing.create(name="一件").id
    for address in ("/", f"/c/every.thing/{id}"):
        page(browser, address)
    assert set(called) == others - {"hongxian_demo_was_asked"}
    assert [each.errors for each in laptop.plugins.all] == [[]]
