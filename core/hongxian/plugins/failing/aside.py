"""Plugins that were put aside: they stay out until their code changes, or until a person takes them again."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
from pathlib import Path

import orjson

from hongxian.errors import Refused
from hongxian.storage.whole_file import whole_file
from hongxian.text import Text, packed, unpacked

FILE = "plugins-aside.json"


class PutAside(Refused):
    """A plugin that did not return from a call is left out."""

    message = Text(
        "插件 {name} 已停用：{why}。代码改好后会自动启用；不改也要用，"
        "电脑上用 hongxian plugin take {name}，主机上用 hongxian hub plugins --take {name}",
        "The plugin {name} was put aside: {why}. It is loaded again once its code changes, or "
        "after hongxian plugin take {name}; on the hub, hongxian hub plugins --take {name}",
    )


def put_aside(folder: Path, name: str, origin: Path | None, why: Text) -> None:
    """Leave a plugin out of a data folder's next starts; `origin` is its file, or its package's first."""
    held = _read(folder)
    held[name] = {"code": code_mark(origin), "why": packed(why)}
    _write(folder, held)


def take_again(folder: Path, name: str) -> bool:
    """Let a plugin take part at the next start; False where it was not put aside."""
    held = _read(folder)
    if name not in held:
        return False
    del held[name]
    _write(folder, held)
    return True


def why_aside(folder: Path, name: str, origin: Path | None) -> Text | None:
    """Why a plugin stays out; None where it does not, or where its code is no longer the same."""
    told = _read(folder).get(name)
    return unpacked(told["why"]) if told and told["code"] == code_mark(origin) else None


def origin_of(module: str) -> Path | None:
    """The file of a module that is installed; it is looked up, not run."""
    try:
        found = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        return None
    return Path(found.origin) if found and found.origin else None


def code_mark(origin: Path | None) -> str:
    """What changes with a plugin's code: a hash over its file, or over the files of its package."""
    if origin is None:
        return ""
    files = sorted(origin.parent.rglob("*.py")) if origin.name == "__init__.py" else [origin]
    seen = hashlib.sha256()
    for file in files:
        with contextlib.suppress(OSError):
            seen.update(file.read_bytes())
    return seen.hexdigest()


def _read(folder: Path) -> dict[str, dict[str, str]]:
    try:
        held: dict[str, dict[str, str]] = orjson.loads((folder / FILE).read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return {}
    return held


def _write(folder: Path, held: dict[str, dict[str, str]]) -> None:
    with whole_file(folder / FILE) as file:
        file.write(orjson.dumps(held, option=orjson.OPT_INDENT_2))
