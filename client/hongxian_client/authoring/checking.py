"""A look for all mistakes of a plugin at once, each with file and line; and for what a later release would do.

The plugin is unpacked into a folder of the moment, as a laptop would have it, and loaded there.
"""

from __future__ import annotations

import ast
import inspect
import re
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from packaging.version import Version

from hongxian.collections.collection import Collection
from hongxian.errors import HongxianError
from hongxian.kinds.reference import Reference
from hongxian.model.record import Record
from hongxian.plugins.failing.errors import PluginError
from hongxian.plugins.loading import Plugins
from hongxian.plugins.offering import offers
from hongxian.plugins.offers import Action, Document, View
from hongxian.plugins.plugin import UNVERSIONED, Plugin
from hongxian.plugins.steps import steps_of
from hongxian.releases.manifest import NAME, Manifest, is_version
from hongxian.releases.shape import changes_between, shape_of
from hongxian.text import LANGUAGES, Text
from hongxian.words.names import MOVED, ROOMS, room_of
from hongxian.words.values import JsonObject
from hongxian_client.authoring.sources import Sources
from hongxian_client.plugins.offers import leader
from hongxian_client.replica.replica import Replica

_OWN_NAME = Text(
    "要从自己的包导入，请写 from .{rest} import …：发行版里的包另有名字",
    "from its own package, write from .{rest} import …: in a release the package has another name",
)
_MISSING = Text("导入 {module}，而各电脑没有它", "it imports {module}, which laptops have not got")
_MOVED = Text(
    "{old} 已改到别处：请写 from {room} import {name}；从 {gone} 版起旧的没有了",
    "{old} has moved: write from {room} import {name}; release {gone} no longer has the old one",
)
_ELSEWHERE = Text(
    "{old} 没有：请写 from {room} import {name}",
    "there is no {old}: write from {room} import {name}",
)
_INTERNAL = Text(
    "{old} 不是公开的名字，哪一版都可能变（docs/api.md）",
    "{old} is no public name and may change with any release (docs/api.md)",
)
_NO_VERSION = Text(
    '没有版本：请写 version = "1.0"，只用数字、小写字母和点',
    'it has no version: write version = "1.0", of digits, small letters and dots',
)
_OLD_VERSION = Text(
    "版本 {now} 不比上一版 {before} 新", "version {now} is no later than the last one, {before}"
)
_NO_COLLECTION = Text(
    "{field} 引用的 {to} 没有；这个插件有：{known}",
    "{field} refers to {to}, which is not there; the plugin has {known}",
)
_NEVER_GIVEN = Text(
    "{name} 要先知道 {field}，手机上没有人能填；这里没有按钮或表格通向 {name}。"
    "请在视图里写 Button(…, {name!r}, {{{field!r}: …}})，或给它 asked_as(…, choices=…)",
    "{name} has to know {field}, which nobody types on a phone, and nothing here leads to {name}:"
    " write Button(…, {name!r}, {{{field!r}: …}}) in a view, or give it asked_as(…, choices=…)",
)
_BAD_NAME = Text(
    "插件名 {name} 只能用小写字母、数字和下划线，以字母开头",
    "a plugin's name, {name}, has small letters, digits and underscores, and begins with a letter",
)
_SYNTAX = Text("语法错误：{why}", "{why}")


@dataclass(frozen=True)
class Finding:
    """One thing to know; `breaks` where a release is not made with it."""

    where: str
    """File and line, such as `records.py:12`; "" for what stands at no line."""
    what: Text
    breaks: bool = True


@dataclass
class Checked:
    """A plugin that was looked at."""

    name: str
    version: str = UNVERSIONED
    works_with: str = ""
    declares: JsonObject = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_sound(self) -> bool:
        """Whether a release of it can be made."""
        return not any(each.breaks for each in self.findings)


def check(sources: Sources, last: Manifest | None = None) -> Checked:
    """All that is to be said of a plugin, beside its last release if that is given."""
    checked = Checked(sources.name)
    if not re.match(NAME, sources.name):
        checked.findings.append(Finding("", _BAD_NAME.format(name=sources.name)))
    parsed = {path: held for path, held in sources.files.items() if path.endswith(".py")}
    checked.findings += [each for path, held in parsed.items() for each in _of_text(path, held)]
    if checked.is_sound:
        with tempfile.TemporaryDirectory() as folder:
            _load(checked, Path(folder), sources.files)
    if checked.is_sound and last is not None:
        checked.findings += _since(last, checked)
    return checked


def _of_text(path: str, held: bytes) -> Iterator[Finding]:
    """What a file's text tells without being run."""
    try:
        tree = ast.parse(held, path)
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        what = _SYNTAX.format(why=getattr(error, "msg", str(error)))
        yield Finding(f"{path}:{line}" if line else path, what)
        return
    package = path.partition("/")[0].removesuffix(".py")
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            named = [each.name for each in node.names]
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            named = [node.module]
            for each in node.names:
                yield from _of_name(f"{path}:{node.lineno}", node.module, each.name)
        else:
            continue
        for module in named:
            top, _, rest = module.partition(".")
            if top == package:
                yield Finding(f"{path}:{node.lineno}", _OWN_NAME.format(rest=rest or "…"))
            elif top not in sys.stdlib_module_names and find_spec(top) is None:
                yield Finding(f"{path}:{node.lineno}", _MISSING.format(module=module))


def _of_name(where: str, room: str, name: str) -> Iterator[Finding]:
    """What is to be said of a name of Hongxian that a plugin imports."""
    old = f"{room}.{name}"
    if room.partition(".")[0] != "hongxian" or old in ROOMS:
        return
    if moved := MOVED.get(old):
        what = _MOVED.format(old=old, room=moved.room, name=moved.name, gone=moved.gone)
        yield Finding(where, what, breaks=False)
    elif room not in ROOMS or name not in import_module(room).__all__:
        public = room_of(name)
        what = _ELSEWHERE if public else _INTERNAL
        yield Finding(where, what.format(old=old, room=public, name=name), breaks=bool(public))


def is_release(version: str) -> bool:
    """Whether this is the version of a release, and not what one without a version is called."""
    return is_version(version) and version != UNVERSIONED


def _load(checked: Checked, folder: Path, files: Mapping[str, bytes]) -> None:
    """Load it as a laptop would, and ask for all that it declares."""
    plugins = folder / "plugins"
    for path, held in files.items():
        (plugins / path).parent.mkdir(parents=True, exist_ok=True)
        (plugins / path).write_bytes(held)
    loaded = Plugins(plugins, installed=False)
    [plugin] = [each for each in loaded.all if each.name == checked.name]
    checked.version = plugin.version or UNVERSIONED
    if plugin.loaded and not is_release(checked.version):  # one that does not load says nothing
        # Without one it runs as a file; that a release has a version its packing sees to.
        has_none = checked.version == UNVERSIONED
        checked.findings.append(Finding(_first_of(files), _NO_VERSION, breaks=not has_none))
    models = [model for _, found in loaded.answers("hongxian_collections") for model in found or ()]
    specifiers = [wanted for _, wanted in loaded.answers("hongxian_works_with")]
    checked.works_with = specifiers[0] if specifiers else ""
    plugin.marked("")  # imports all its modules
    made = list(plugin.made)
    replica = Replica.open(folder, plugins=loaded)
    of_store = [each for each in plugin.made if each not in made]
    with replica:
        broken = list(_of_models(replica, plugins, models))
        for kind in () if broken else (Action, View, Document):
            offers(replica, kind, leader(replica))
        if broken:
            list(steps_of(plugin, ()))  # says which of them there are none of
        own = [each for name, each in replica.collections.items() if name in replica.owners]
        checked.declares = shape_of(own)
    checked.findings += [*broken, *_of_references(models, plugins)]
    checked.findings += _of_phones(plugin, plugins, files)
    # Of models that cannot be, the store tells the first in words of its own.
    told = [each for each in plugin.made if not broken or each not in of_store]
    checked.findings += _of_plugin(told, plugins, files)


def _of_models(
    replica: Replica, plugins: Path, models: Iterable[type[Record]]
) -> Iterator[Finding]:
    """What is wrong with each model: a store stops at the first, and an author wants all."""
    for model in models:
        try:
            Collection(model, replica.database)
        except HongxianError as error:
            yield Finding(_stands(model, plugins), error.text)


def _of_references(models: Iterable[type[Record]], plugins: Path) -> Iterator[Finding]:
    """References to what would be the plugin's own and is not: another plugin's may be anywhere."""
    declared = {str(model._meta.collection): model for model in models}
    prefixes = {name.partition(".")[0] for name in declared}
    for model in declared.values():
        for each in model._meta.sorted_fields:
            to = getattr(each, "to", "")
            if (
                isinstance(each, Reference)
                and to not in declared
                and to.partition(".")[0] in prefixes
            ):
                what = _NO_COLLECTION.format(field=each.name, to=to, known=sorted(declared))
                yield Finding(_stands(model, plugins, f"{each.name} "), what)


def _of_phones(plugin: Plugin, plugins: Path, files: Mapping[str, bytes]) -> Iterator[Finding]:
    """What is for phones and asks for a record that nothing fills in: there it is not asked for by name."""
    named = {
        node.value
        for path, held in files.items()
        if path.endswith(".py")
        for node in ast.walk(ast.parse(held))
        if isinstance(node, ast.Constant)
    }
    for offer in (*plugin.marked("Action"), *plugin.marked("View")):
        name = f"{plugin.name}.{offer.run.__name__}"
        if name in named or not {*offer.audiences} & {"public", "self"}:
            continue
        for wanted, asked in offer.asks.items():
            is_free = asked.null or asked.default is not None or asked.choices is not None
            if isinstance(asked, Reference) and not is_free:
                what = _NEVER_GIVEN.format(name=name, field=wanted)
                yield Finding(_stands(offer.run, plugins, "def "), what, breaks=False)


def _stands(
    what: type[Record] | Callable[..., object], plugins: Path, begins: str = "class "
) -> str:
    """File and line of a model or a function, or of the line in it that begins so."""
    lines, first = inspect.getsourcelines(what)
    inside = [place for place, line in enumerate(lines) if line.lstrip().startswith(begins)]
    file = Path(inspect.getfile(what)).relative_to(plugins)
    return f"{file.as_posix()}:{first + (inside[0] if inside else 0)}"


def _of_plugin(
    made: Iterable[PluginError], plugins: Path, files: Mapping[str, bytes]
) -> Iterator[Finding]:
    """A plugin's errors, each at the innermost line that is its own, and with the author's files."""
    own = {Path(path).name: path for path in files}
    for error in made:
        ways = [each.partition(" ")[0] for each in error.way]
        here = [each for each in ways if each.partition(":")[0] in own]
        what = Text(*(error.message.in_(each).replace(f"{plugins}/", "") for each in LANGUAGES))
        yield Finding(here[-1] if here else "", what)


def _since(last: Manifest, checked: Checked) -> Iterator[Finding]:
    if Version(checked.version) <= Version(last.version):
        told = _OLD_VERSION.format(now=checked.version, before=last.version)
        yield Finding("", told)
    for change in changes_between(last.declares, checked.declares):
        yield Finding("", change.what, change.breaks)


def _first_of(files: Mapping[str, bytes]) -> str:
    return next(path for path in sorted(files) if path.endswith(".py"))
