"""Sheets out: a template and an export; and where a sheet is chosen to come in."""

from __future__ import annotations

import shutil
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, Response, render_template, request, send_file
from flask.blueprints import BlueprintSetupState

from hongxian.model.record import COMMUNITY
from hongxian.storage.privacy import make_private_folder
from hongxian_client.desk.desk import current_desk, desk_of
from hongxian_client.plugins.offers import entry_for
from hongxian_client.replica.replica import Replica
from hongxian_client.sheets.exporting import export_file, export_template
from hongxian_client.sheets.reading.source import READ
from hongxian_web import words
from hongxian_web.languages import language

FOLDER = "uploads"
"""Under the data folder: what was uploaded last. It names people, so the next upload and the next
start take it away."""
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


bp = Blueprint("sheets", __name__, url_prefix="/c/<name>/sheets")


@bp.record_once
def _begin(setup: BlueprintSetupState) -> None:
    forget_uploads(desk_of(setup.app).replica)


@bp.get("")
def index(name: str) -> str:
    """The page of a collection's sheets."""
    return sheets_page(name)


@bp.post("/picked")
def picked(name: str) -> Response:
    """A sheet of the records that are ticked on a list."""
    return _download(name, "export", "xlsx", request.form.getlist("id"))


@bp.get("/<any(template,export):what>.<any(xlsx,csv):kind>")
def download(name: str, what: str, kind: str) -> Response:
    """An empty sheet to fill in, or one with every record."""
    return _download(name, what, kind)


def _download(name: str, what: str, kind: str, only: list[str] | None = None) -> Response:
    replica = current_desk().replica
    collection = replica.collection(name)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.{kind}"
        if what == "template":
            export_template(replica, name, path, language=language())
        else:
            export_file(replica, name, path, language=language(), only=only)
        data = path.read_bytes()
    return attachment(data, f"{words.shown(collection.title)}.{kind}", kind)


def sheets_page(name: str, error: str = "") -> str:
    """The page; a collection of teams asks whose rows are that name none."""
    replica = current_desk().replica
    collection = replica.collection(name)
    is_shared = collection.scope_kind == COMMUNITY and entry_for(replica, collection) is None
    teams = [] if is_shared else list(replica.teams().items())
    return render_template(
        "desk/sheets.html",
        name=collection.name,
        title=words.shown(collection.title),
        teams=teams if len(teams) > 1 else [],
        error=error,
        accept=",".join(READ),
    )


def forget_uploads(replica: Replica) -> None:
    """Take away what was uploaded before."""
    shutil.rmtree(replica.passing / FOLDER, ignore_errors=True)


def uploads(replica: Replica) -> Path:
    """Where uploads are kept, for this account alone."""
    folder = replica.passing / FOLDER
    make_private_folder(folder)
    return folder


def attachment(data: bytes, name: str, kind: str) -> Response:
    """A sheet to save under a name."""
    mimetype = _WORKBOOK if kind == "xlsx" else "text/csv"
    return send_file(BytesIO(data), mimetype, as_attachment=True, download_name=name)
