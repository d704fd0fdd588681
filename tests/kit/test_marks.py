"""Marks: what decorators say of a plugin's functions, collected from its own modules when asked."""

import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest

from hongxian.plugins.loading import Plugins
from hongxian.plugins.marks import mark

HEAD = "from hongxian.plugins.marks import mark\n"


@dataclass(frozen=True)
class Word:
    """What the marks of these tests say."""

    said: str


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty plugin `marked_plugin`, a package that can be imported."""
    folder = tmp_path / "marked_plugin"
    folder.mkdir()
    (folder / "__init__.py").write_text(f"{HEAD}@mark('word', 'first')\ndef zebra(): pass\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in [each for each in sys.modules if each.partition(".")[0] == "marked_plugin"]:
        monkeypatch.delitem(sys.modules, name)
    return folder


def loaded() -> ModuleType:
    return __import__("marked_plugin")


def test_what_is_marked_in_a_package_comes_in_order_of_definition(package: Path) -> None:
    (package / "a.py").write_text(
        f"{HEAD}from marked_plugin import zebra\n"
        "@mark('word', 'third')\n@mark('word', 'second')\ndef later(): pass\n"
        "@mark('number', 7)\n@mark('word', 'fourth')\ndef again(): pass\n"
    )
    (package / "deep").mkdir()
    (package / "deep" / "__init__.py").write_text("")
    (package / "deep" / "b.py").write_text(f"{HEAD}@mark('word', 'fifth')\nclass Deep: pass\n")
    plugin = Plugins(installed=False).add(loaded())
    assert plugin.marked("word") == ["first", "second", "third", "fourth", "fifth"]
    assert plugin.marked("number") == [7]
    assert plugin.marked("nothing") == []


def test_modules_are_imported_when_somebody_asks_and_the_demonstration_never(
    package: Path,
) -> None:
    for name in ("a", "demo", "demo_workbooks"):
        (package / f"{name}.py").write_text("")
    plugin = Plugins(installed=False).add(loaded())
    assert "marked_plugin.a" not in sys.modules
    plugin.marked("word")
    assert "marked_plugin.a" in sys.modules
    assert "marked_plugin.demo" not in sys.modules
    assert "marked_plugin.demo_workbooks" not in sys.modules


def test_a_module_that_does_not_import_is_told_and_the_others_count(package: Path) -> None:
    (package / "a.py").write_text("raise ValueError('no day is open')")
    (package / "b.py").write_text(f"{HEAD}@mark('word', 'second')\ndef later(): pass\n")
    plugin = Plugins(installed=False).add(loaded())
    assert not plugin.incomplete
    assert plugin.marked("word") == ["first", "second"]
    assert plugin.incomplete
    assert [error.en for error in plugin.errors] == ["load: ValueError: no day is open"]


def test_a_module_made_by_hand_declares_what_it_was_given() -> None:
    @mark("word", Word("given"))
    def given() -> None: ...

    made = ModuleType("made")
    vars(made)["given"] = given
    assert Plugins(installed=False).add(made).marked("word") == [Word("given")]


def test_a_derived_class_is_not_marked_as_the_one_it_comes_from() -> None:
    @mark("word", Word("base"))
    class Base: ...

    class Derived(Base): ...

    made = ModuleType("made")
    vars(made).update(Derived=Derived, Base=Base)
    assert Plugins(installed=False).add(made).marked("word") == [Word("base")]
