"""Backups made here, and fetched to a disk that is not in this machine."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from flask import Blueprint, abort, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.storage.privacy import make_private_folder
from hongxian_server.current import current_hub
from hongxian_server.hub import Hub
from hongxian_server.ops.backup import backup
from hongxian_server.ops.backup_file import ENDING
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.navigation import Entry, in_menu

FOLDER = "backups"

bp = Blueprint("backups", __name__, url_prefix="/console/backups")


@in_menu(bp)
def _menu() -> Iterator[Entry]:
    yield Entry(_("Backups"), url_for("backups.index"))


@bp.get("")
def index() -> str:
    """The backups made here, newest first, and the way back to one."""
    hub = current_hub()
    files = [
        (each.name, each.stat().st_size, int(each.stat().st_mtime * 1000)) for each in _files(hub)
    ]
    return render_template(
        "console/backups.html",
        files=files,
        folder=hub.folder / FOLDER,
        postgres=hub.database.postgres,
    )


@bp.post("")
def make() -> ResponseReturnValue:
    """Make one now."""
    hub = current_hub()
    folder = hub.folder / FOLDER
    make_private_folder(folder)
    moment = datetime.fromtimestamp(hub.now() / 1000)
    name = f"hub-{moment:%Y-%m-%d-%H%M%S}{ENDING}"
    backup(hub, folder / name)
    tell(
        words.filled(
            _("%(name)s is made. Now fetch it to a disk that is not in this machine."), name=name
        )
    )
    return redirect(url_for("backups.index"))


@bp.get("/<name>")
def fetch(name: str) -> ResponseReturnValue:
    """One of them, as a file."""
    found = next((each for each in _files(current_hub()) if each.name == name), None)
    return send_file(found, as_attachment=True) if found else abort(404)


def _files(hub: Hub) -> list[Path]:
    return sorted((hub.folder / FOLDER).glob(f"hub-*{ENDING}"), reverse=True)
