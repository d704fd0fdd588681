"""Whoever writes a plugin begins one, has all mistakes told at once, and packs a release that a hub takes."""

import json
import subprocess
import sys
import zipfile
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from command_line import PROGRAM, Place
from desk_pages import asked, waited_for
from hongxian.errors import FileRefused
from hongxian.releases.release import Release
from hongxian.words.names import MOVED, Moved
from hongxian_client.authoring.checking import Checked, check
from hongxian_client.authoring.sources import sources_of
from hongxian_server.hub import Hub
from plugin_releases import released, seat

PHRASE = "示例口令 one two three"


@pytest.fixture
def author(tmp_path: Path) -> Place:
    return Place(tmp_path / "author", "en", PHRASE)


def looked_at(tmp_path: Path, **files: str) -> Checked:
    folder = tmp_path / "shop"
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(text, "utf-8")
    return check(sources_of(folder))


def test_a_plugin_is_begun_tested_checked_packed_and_taken_in(
    author: Place, tmp_path: Path
) -> None:
    made = author.json("plugin", "new", "tool_shed", "--in", tmp_path)["files"]
    assert {Path(each).name for each in made} == {
        "__init__.py",
        "offers.py",
        "records.py",
        "rules.py",
        "test_tool_shed.py",
    }
    tests = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null"]
    ran = subprocess.run(
        [*tests, "--rootdir", tmp_path, tmp_path / "tool_shed"], capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stdout
    told = author.json("plugin", "check", tmp_path / "tool_shed")
    assert (told["sound"], told["version"], told["findings"]) == (True, "0.1", [])
    letters = author.json("plugin", "key", tmp_path / "key")["letters"]
    packed = author(
        "plugin", "pack", tmp_path / "tool_shed", "--key", tmp_path / "key", "--to", tmp_path
    )
    assert packed.code == 0, packed.err
    file = tmp_path / "tool_shed-0.1.hxplugin"
    manifest = Release.of(file).manifest
    assert "tool_shed/test_tool_shed.py" not in manifest.files, "laptops need no tests"
    assert manifest.declares["tool_shed.thing"]["fields"]["finished_on"]["kind"] == "date"
    Hub.init(tmp_path / "hub", "示例社区")
    hub = Place(tmp_path / "hub", "en")
    assert letters in hub("hub", "plugin", "add", file).err
    assert hub("hub", "plugin", "add", file, "--publisher", letters).code == 0
    assert hub("hub", "plugin", "release", "tool_shed", "--all").code == 0
    [listed] = hub.json("hub", "plugin", "list")
    assert (listed["version"], listed["stage"], listed["hub_due"]) == ("0.1", "all", True)
    assert hub.json("hub", "plugin", "hold", "tool_shed")["stage"] == "held"
    assert hub.json("hub", "plugin", "rollback", "tool_shed")["back_to"] is None
    assert "There are: tool_shed-0.1" in hub("hub", "plugin", "rollback", "tool_shed").err


def test_all_mistakes_are_told_at_once_with_file_and_line(tmp_path: Path) -> None:
    checked = looked_at(
        tmp_path,
        __init__="import shop.records\nimport nowhere_at_all\n\nversion = '1'\n",
        records="def broken(:\n",
    )
    assert [(each.where, each.breaks) for each in checked.findings] == [
        ("shop/__init__.py:1", True),
        ("shop/__init__.py:2", True),
        ("shop/records.py:1", True),
    ]


def test_every_model_that_cannot_be_is_told_by_its_line(tmp_path: Path) -> None:
    model = "class {0}(Record):\n    x = FloatField()\n    class Meta:\n        collection = 'shop.{0}'\n"
    checked = looked_at(
        tmp_path,
        __init__="from hongxian import hookimpl\nfrom .records import *\nversion = '1'\n"
        "@hookimpl\ndef hongxian_collections():\n    return [a, b]\n",
        records="from peewee import FloatField\nfrom hongxian import Record\n"
        + model.format("a")
        + model.format("b"),
    )
    assert [each.where for each in checked.findings] == ["shop/records.py:3", "shop/records.py:7"]


def test_a_hook_that_nobody_calls_and_a_missing_version_are_told(tmp_path: Path) -> None:
    checked = looked_at(tmp_path, __init__="def hongxian_colections(): ...\n")
    said = " ".join(each.what.en for each in checked.findings)
    assert "it has no version" in said
    assert "write hongxian_collections" in said


UNFIT = """from peewee import CharField
from hongxian import Record, State, StateField, Text, Transition, Workflow, action, document, hookimpl, step, view
from hongxian.entries import entry
version = "1.0"
class Loan(Record):
    name = CharField()
    note = CharField(null=True)
    state = StateField(
        Workflow(State("out", "Out"), State("back", "Back"), Transition("bring", "Bring", "out", "back"))
    )
    class Meta:
        collection = "shop.loan"
@hookimpl
def hongxian_collections():
    return [Loan]
@action(title="Lend", asks=[Loan.name])
def lend(name):
    ...
@action(title="Extend", of=Loan, asks=[Loan.name])
def extend(store, loan, name, days):
    ...
@view(title="Out", asks={"name": Loan.name})
def out(store):
    ...
@document(title="Slip", of=Loan)
def slip(store):
    ...
@step(Loan, "bring", asks=[Loan.note])
def bring(store, loan, viewer):
    ...
@entry(title="New", makes=Loan, asks=[Loan.name])
def enter(store, called):
    ...
@action(title="Fits", of=Loan, asks=lambda loan: [Loan.name] if loan else [])
def fits(store, loan, name, viewer):
    ...
"""


def test_a_function_that_does_not_take_what_it_is_called_with_is_told_by_its_line(
    tmp_path: Path,
) -> None:
    checked = looked_at(tmp_path, __init__=UNFIT)
    lines = UNFIT.splitlines()
    said = {lines[int(each.where.partition(":")[2])]: each.what.en for each in checked.findings}
    wanted = {
        "lend(name)": "lend(store, name)",
        "extend(store, loan, name, days)": "extend(store, record, name)",
        "out(store)": "out(store, name)",
        "slip(store)": "slip(store, record)",
        "bring(store, loan, viewer)": "bring(store, record, note)",
        "enter(store, called)": "enter(store, name)",
    }
    assert {each.partition("def ")[2].rstrip(":") for each in said} == wanted.keys()
    for line, what in said.items():
        name = line.partition("def ")[2].rstrip(":")
        assert what.endswith(f"write def {wanted[name]}"), what


def test_what_a_phone_must_know_and_nothing_gives_is_told(tmp_path: Path) -> None:
    text = """from peewee import CharField
from hongxian import Record, Reference, action, hookimpl
from hongxian.records import asked_as
version = "1.0"
class Wish(Record):
    name = CharField()
    tool = Reference("shop.wish")
    class Meta:
        collection = "shop.wish"
@hookimpl
def hongxian_collections():
    return [Wish]
@action(title="Ask", audience=("leader", "self"), asks=[Wish.tool])
def ask(store, tool):
    ...
@action(title="Picked", audience="public", asks=[asked_as(Wish.tool, choices=lambda: [])])
def picked(store, tool):
    ...
@action(title="Here", asks=[Wish.tool])
def here(store, tool):
    ...
"""
    checked = looked_at(tmp_path, __init__=text)
    [finding] = checked.findings
    assert (finding.where, finding.breaks) == ("shop/__init__.py:14", False)
    assert "nothing here leads to shop.ask" in finding.what.en
    leads = 'PRESS = ("shop.ask", {"tool": "id"})\n'
    assert looked_at(tmp_path, __init__=text + leads).findings == []


def test_a_file_without_a_version_is_sound_and_is_no_release(author: Place, tmp_path: Path) -> None:
    (tmp_path / "shop.py").write_text("title = 'Shop'\n", "utf-8")
    told = author.json("plugin", "check", tmp_path / "shop.py")
    [finding] = told["findings"]
    assert (told["sound"], finding["breaks"]) == (True, False)
    author("plugin", "key", tmp_path / "key")
    said = author("plugin", "pack", tmp_path / "shop.py", "--key", tmp_path / "key")
    assert said.code != 0
    assert "no release was made" in said.err
    (tmp_path / "shop.py").write_text("version = 'the first'\n", "utf-8")
    assert author.json("plugin", "check", tmp_path / "shop.py", code=1)["sound"] is False


def test_what_a_later_release_would_do_to_what_is_stored_is_told(tmp_path: Path) -> None:
    (tmp_path / "seat.py").write_text(seat("1.0"))
    first = check(sources_of(tmp_path / "seat.py"))
    before = released("1.0").manifest
    before.declares.update(first.declares)
    (tmp_path / "seat.py").write_text(seat("0.9", "CharField", "'20'", "max_length=9, "))
    said = [each.what.en for each in check(sources_of(tmp_path / "seat.py"), before).findings]
    assert any("version 0.9 is no later than the last one, 1.0" in each for each in said)
    assert any("seat.thing.seats was int and is text" in each for each in said)
    later = (
        seat("1.1")
        .replace("seats =", "places =")
        .replace("class Meta:", 'class Meta:\n        claims = [("places",)]')
    )
    (tmp_path / "seat.py").write_text(later)
    checked = check(sources_of(tmp_path / "seat.py"), before)
    said = [each.what.en for each in checked.findings]
    assert any("seat.thing.seats is gone" in each for each in said)
    assert any("a new claim on places" in each for each in said)
    assert checked.is_sound, "what harms nothing that is stored is told, and no more"


def test_no_release_is_made_of_a_plugin_with_mistakes(author: Place, tmp_path: Path) -> None:
    (tmp_path / "seat.py").write_text("x =")
    author("plugin", "key", tmp_path / "key")
    said = author(
        "plugin", "pack", tmp_path / "seat.py", "--key", tmp_path / "key", "--to", tmp_path
    )
    assert said.code == 1
    assert "seat.py:1" in said.err
    assert not list(tmp_path.glob("*.hxplugin"))


def test_no_passphrase_is_asked_for_a_key_where_a_file_lies_already(author: Place) -> None:
    (author.folder.parent / "key").write_text("another's")
    said = author("plugin", "key", author.folder.parent / "key")
    assert said.code != 0
    assert "File exists" in said.err
    assert "A passphrase for it" not in said.err


def wheel(tmp_path: Path, needs: str = "", pure: str = "true") -> Path:
    path = tmp_path / "hongxian_seat-1.0-py3-none-any.whl"
    info = "hongxian_seat-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hongxian_seat/__init__.py", seat("1.0"))
        archive.writestr(f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: {pure}\n")
        archive.writestr(f"{info}/METADATA", f"Name: hongxian-seat\nVersion: 1.0\n{needs}")
        archive.writestr(f"{info}/entry_points.txt", "[hongxian.plugins]\nseat = hongxian_seat\n")
    return path


def test_a_pure_wheel_is_a_plugin_if_it_needs_nothing_that_laptops_lack(tmp_path: Path) -> None:
    sources = sources_of(wheel(tmp_path, "Requires-Dist: peewee>=3\n"))
    assert list(sources.files) == ["seat/__init__.py"]
    assert check(sources).is_sound
    with pytest.raises(FileRefused, match="nowhere-at-all"):
        sources_of(wheel(tmp_path, "Requires-Dist: nowhere-at-all\n"))
    with pytest.raises(FileRefused, match="Python alone"):
        sources_of(wheel(tmp_path, pure="false"))


def test_a_plugin_is_tried_on_a_desk_that_begins_anew_whenever_it_is_saved(tmp_path: Path) -> None:
    plugin = tmp_path / "seat.py"
    plugin.write_text(seat("1.0"), "utf-8")
    dev = [*PROGRAM, "plugin", "dev", plugin, "--port", "0", "--no-browser", "--json"]
    desk = subprocess.Popen(dev, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        told = json.loads(desk.stdout.readline())
        host = urlsplit(told["url"]).netloc
        _, cookie = asked(host, f"/enter?code={told['code']}")
        assert asked(host, "/c/seat.thing", cookie)[0] == 200
        with closing(HTTPConnection("127.0.0.1", int(host.rpartition(":")[2]))) as line:
            line.request("GET", "/", headers={"Host": host, "Cookie": cookie})
            start = line.getresponse().read().decode()
        assert "/c/seat.thing" in start
        assert "/c/roster.person" not in start, "its author sees what they write"
        plugin.write_text(seat("1.1").replace("seat.thing", "seat.chair"), "utf-8")
        waited_for(lambda: asked(host, "/c/seat.chair", cookie)[0] == 200)
    finally:
        desk.terminate()
        desk.communicate()


STUMBLING = '''"""Umbrellas."""
from hongxian import Claim, Record, Reference, State, StateField, Text, Transition, Workflow, hookimpl, step
from peewee import CharField

{version}
out = State("out", Text("借出", "Out"))
back = State("back", Text("已还", "Back"))
returned = Transition("returned", Text("归还", "Return"), "out", "back")


class Umbrella(Record):
    name = CharField()

    class Meta:
        collection = "shop.umbrella"


class Loan(Record):
    umbrella = Reference({umbrella})
    state = StateField(Workflow(out, back, returned))

    class Meta:
        collection = "shop.loan"
        {meta}


@step(Loan, {step})
def on_return(store, loan): ...


@hookimpl
def hongxian_collections():
    return [Umbrella, Loan]
'''
SOUND = {
    "version": 'version = "1.0"',
    "umbrella": '"shop.umbrella"',
    "meta": 'claims = [Claim("umbrella", only={"state": ("out",)})]',
    "step": '"returned"',
}


def told_of(tmp_path: Path, **mistakes: str) -> list[tuple[str, str]]:
    checked = looked_at(tmp_path, __init__=STUMBLING.format(**{**SOUND, **mistakes}))
    return [(each.where.rpartition("/")[2], each.what.en) for each in checked.findings]


def test_what_is_declared_in_vain_is_told_all_of_it_at_its_line(tmp_path: Path) -> None:
    assert told_of(tmp_path) == []
    told = told_of(
        tmp_path,
        umbrella='"shop.umbrela"',
        meta='read_onyl = ("umbrella",); claims = [Claim("umbrella", only={"state": ("oot",)})]',
        step='"retuned"',
    )
    assert told == [
        (
            "__init__.py:18",
            "Loan: there is no option read_onyl; perhaps read_only; a claim's only names oot, which"
            " state never is, so nothing would ever be held; there are out, back",
        ),
        (
            "__init__.py:19",
            "umbrella refers to shop.umbrela, which is not there; the plugin has shop.loan, shop.umbrella",
        ),
        ("__init__.py:27", "@step: Loan has no step retuned; its steps are returned"),
    ]


def test_a_step_that_is_not_there_is_told_of_a_sound_model_too(tmp_path: Path) -> None:
    [(where, what)] = told_of(tmp_path, step='"retuned"')
    assert (where, what) == (
        "__init__.py:27",
        "@step: Loan has no step retuned; its steps are returned",
    )


def test_of_a_module_that_does_not_load_only_that_is_told(tmp_path: Path) -> None:
    [(where, what)] = told_of(tmp_path, version='version = "1.0"; State("x")')
    assert where == "__init__.py:5"
    assert "title" in what


def test_a_workflow_that_cannot_be_is_told_in_plain_words(tmp_path: Path) -> None:
    flow = 'State("out", Text("出", "Out")), Transition("bring", Text("还", "Back"), "out", "bak")'
    [(where, what)] = told_of(tmp_path, version=f'version = "1.0"\nWorkflow({flow})')
    assert (where, what) == (
        "__init__.py:6",
        "this workflow cannot be: the step bring names the state bak, which is not there;"
        " the states are out",
    )


@pytest.mark.parametrize(
    ("bare", "wanted"),
    [
        ("reminder", "@reminder()"),
        ("action", "@action(title=…)"),
        ("every", "@every(hours=…, on=…)"),
        ("gives", "@gives(contract, of=…)"),
    ],
)
def test_a_decorator_without_parentheses_says_what_to_write(
    bare: str, wanted: str, tmp_path: Path
) -> None:
    checked = looked_at(
        tmp_path, __init__=f"from hongxian import {bare}\n\n\n@{bare}\ndef due(store): ...\n"
    )
    [found] = checked.findings
    assert found.where == "__init__.py:4"
    assert found.what.en == f"above due write {wanted}, with parentheses"


def test_a_function_that_is_no_hook_is_told_with_the_authors_own_file(tmp_path: Path) -> None:
    checked = looked_at(
        tmp_path,
        __init__="from hongxian import hookimpl\n\n\n@hookimpl\ndef hongxian_colections(): ...\n",
    )
    [found] = checked.findings
    assert found.where == "__init__.py:4"
    assert found.what.en.startswith("hongxian_colections (shop/__init__.py, line 4): no hook")


def test_a_name_that_is_elsewhere_or_not_public_is_told_with_its_place(tmp_path: Path) -> None:
    checked = looked_at(
        tmp_path,
        __init__='version = "1.0"\nfrom hongxian import Table\nfrom hongxian.model.row import Row\n',
    )
    assert [(each.where, each.what.en, each.breaks) for each in checked.findings] == [
        (
            "shop/__init__.py:2",
            "there is no hongxian.Table: write from hongxian.shapes import Table",
            True,
        ),
        (
            "shop/__init__.py:3",
            "hongxian.model.row.Row is no public name and may change with any release (docs/api.md)",
            False,
        ),
    ]


def test_a_name_that_moved_works_on_and_is_told_with_its_place_and_its_last_release(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(MOVED, "hongxian.Sheet", Moved("hongxian.shapes", "Grid", "0.6"))
    checked = looked_at(tmp_path, __init__='version = "1.0"\nfrom hongxian.shapes import Grid\n')
    assert checked.findings == []
    with pytest.warns(DeprecationWarning, match="from hongxian.shapes import Grid"):
        checked = looked_at(tmp_path, __init__='version = "1.0"\nfrom hongxian import Sheet\n')
    [told] = checked.findings
    assert (told.where, told.breaks, checked.is_sound) == ("shop/__init__.py:2", False, True)
    assert "write from hongxian.shapes import Grid; release 0.6 no longer has" in told.what.en
