"""Help: the manual's pages, a booklet of all of one reader, and the way there from any page."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from flask import (
    Blueprint,
    Flask,
    abort,
    current_app,
    g,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue

from hongxian_web.languages import language
from hongxian_web.manual.pages import READERS, about, booklet, pages, picture_file
from hongxian_web.manual.rendering import place_of, rendered

HELP = ("help.index", "help.show", "help.picture", "help.print_all")
"""The endpoints, which tell nothing of anybody: a door may leave them open."""

_READER, _OF_PLUGINS = "MANUAL_READER", "MANUAL_OF_PLUGINS"

bp = Blueprint("help", __name__, url_prefix="/help")


def add_to(app: Flask, reader: str, of_plugins: Collection[str] = ()) -> None:
    """Let each page lead to what one reader's manual tells of it; in the blueprints `of_plugins` to what it tells of
    the plugin whose records or offers are shown."""
    app.config.update({_READER: reader, _OF_PLUGINS: frozenset(of_plugins)})
    app.register_blueprint(bp)


@bp.get("/")
def index() -> str:
    """What the manual has, beginning with the reader of these pages."""
    return render_template("hongxian/help.html", page=None, content="", chapters=_chapters())


@bp.get("/<path:page>")
def show(page: str) -> str:
    """One page of it."""
    found = pages(language()).get(page)
    if found is None:
        abort(404)
    content = rendered(found)
    return render_template("hongxian/help.html", page=found, content=content, chapters=_chapters())


@bp.get("/picture/<name>")
def picture(name: str) -> ResponseReturnValue:
    """A picture, in the language of the page."""
    found = picture_file(language(), name)
    return send_file(found) if found else abort(404)


@bp.get("/print/<reader>")
def print_all(reader: str) -> str:
    """All pages of one reader on one, to be printed."""
    if reader not in READERS:
        abort(404)
    chapters = [
        (place_of(each.name), each.title, rendered(each, in_booklet=True))
        for each in booklet(language(), reader)
    ]
    return render_template("hongxian/booklet.html", reader=reader, chapters=chapters)


def is_about(topic: str, reader: str | None = None) -> None:
    """Let the page under way lead to what the manual, another reader's perhaps, tells of this."""
    g.hongxian_help = topic, reader or current_app.config[_READER]


@bp.app_template_global()
def help_address() -> str:
    """Where the manual tells of the page under way; its list where it tells nothing of it."""
    topic, reader = g.get("hongxian_help", (None, current_app.config[_READER]))
    topics = about(language(), reader)
    for each in [topic] if topic else _of_page():
        if each in topics:
            page, anchor = topics[each]
            return url_for("help.show", page=page, _anchor=anchor or None)
    return url_for("help.index")


def _of_page() -> Iterator[str]:
    """What may be told of the page under way, the narrowest first."""
    yield request.endpoint or ""
    if request.blueprint in current_app.config[_OF_PLUGINS]:
        named = str((request.view_args or {}).get("name", ""))
        yield f"plugin:{named.partition('.')[0]}"
    yield request.blueprint or ""


def _chapters() -> list[tuple[str, list[tuple[str, str]]]]:
    """Of each reader, the one of these pages first: whose, and title and address of each page."""
    first = current_app.config[_READER]
    return [
        (reader, [(each.title, each.name) for each in booklet(language(), reader)])
        for reader in sorted(READERS, key=lambda each: each != first)
    ]
