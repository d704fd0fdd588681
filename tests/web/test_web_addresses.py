"""An address is written once, at its view; pages and code ask for it by the view's name."""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from desks import desk_of
from hongxian.plugins.loading import Plugins
from hongxian_client.desk.app import make_desk
from hongxian_client.replica.replica import Replica
from hongxian_server.console.app import make_console
from hongxian_server.http.app import make_app
from hongxian_server.hub import Hub
from places import TOP

PAGES = [
    TOP / "web" / "hongxian_web",
    TOP / "client" / "hongxian_client" / "desk",
    TOP / "server" / "hongxian_server" / "console",
]
ADDRESS = re.compile(r"/[a-z][\w/.-]*")
IN_TEMPLATE = re.compile(r"""(?:href|action|src|hx-get|hx-post)="/|["']/[a-z]""")
IN_SCRIPT = re.compile(r"""["'`]/[a-z]""")


def files(suffix: str) -> list[Path]:
    return [
        path
        for folder in PAGES
        for path in sorted(folder.rglob(f"*{suffix}"))
        if path.parent.name != "vendor"
    ]


def own_names(call: ast.expr) -> bool:
    """Whether an expression gives an address to a view or a blueprint."""
    return isinstance(call, ast.Call) and (
        getattr(call.func, "id", "") == "Blueprint"
        or getattr(call.func, "attr", "") in ("get", "post", "route")
    )


def written_in(node: ast.AST) -> Iterator[str]:
    """The addresses that code writes, but where a view or a blueprint gets its own."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr) and own_names(child):
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str):
            if ADDRESS.fullmatch(child.value):
                yield f"{child.lineno}: {child.value}"
        else:
            yield from written_in(child)


@pytest.mark.parametrize("page", files(".html"), ids=lambda path: path.name)
def test_a_template_asks_for_every_address(page: Path) -> None:
    assert not IN_TEMPLATE.findall(page.read_text("utf-8"))


@pytest.mark.parametrize("script", files(".js"), ids=lambda path: path.name)
def test_a_script_is_told_every_address(script: Path) -> None:
    assert not IN_SCRIPT.findall(script.read_text("utf-8"))


def test_code_asks_for_every_address() -> None:
    wrong = [
        f"{path.relative_to(TOP)}:{each}"
        for path in files(".py")
        for each in written_in(ast.parse(path.read_bytes()))
    ]
    assert not wrong


def unnamed(app: Flask) -> dict[str, str]:
    """The views that nobody can import: of each endpoint where it hides."""
    return {
        endpoint: f"{view.__module__}.{view.__qualname__}"
        for endpoint, view in app.view_functions.items()
        if endpoint.rpartition(".")[2] != "static"  # which Flask makes
        and getattr(sys.modules[view.__module__], view.__name__, None) is not view
    }


def test_every_view_can_be_imported_by_its_name(tmp_path: Path) -> None:
    laptop = Replica.open(tmp_path / "laptop", plugins=Plugins(installed=False))
    hub = Hub.init(tmp_path / "hub", "示例社区", plugins=Plugins(installed=False))
    with hub:
        apps = make_desk(desk_of(laptop)), make_console(hub, ["localhost"]), make_app(hub)
    assert [unnamed(app) for app in apps] == [{}, {}, {}]
