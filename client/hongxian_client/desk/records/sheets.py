"""Sheets in and out: a template, an import that is tried first, an export."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Blueprint, Response, redirect, render_template, request, send_file, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from hongxian.collections.collection import Collection
from hongxian.errors import FileRefused, HongxianError
from hongxian.model.record import COMMUNITY, new_id
from hongxian.storage.privacy import make_private_folder, private
from hongxian.text import Text, sentences
from hongxian_client.desk.desk import Desk, current_desk, desk_of
from hongxian_client.desk.formatting import label_of
from hongxian_client.replica.replica import Replica
from hongxian_client.sheets.exporting import export_file, export_template
from hongxian_client.sheets.importing import import_file
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.languages import language

FOLDER = "uploads"
"""Under the data folder: what was uploaded last. It names people, so the next upload and the next
start take it away."""
KINDS = (".xlsx", ".csv")
_WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_KEPT = re.compile(r"[0-9a-f-]{36}(-errors)?\.(xlsx|csv)")


bp = Blueprint("sheets", __name__, url_prefix="/c/<name>/sheets")


@bp.record_once
def _begin(setup: BlueprintSetupState) -> None:
    _forget_uploads(desk_of(setup.app).replica)


@bp.get("/progress")
def progress(name: str) -> str:
    """How far the import under way is; the page asks while it waits."""
    return _("%(rows)s rows so far…", rows=current_desk().imported)


@bp.get("")
def index(name: str) -> str:
    """The page of a collection's sheets."""
    replica = current_desk().replica
    return _page(replica, replica.collection(name))


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
    return _attachment(data, f"{words.shown(collection.title)}.{kind}", kind)


@bp.post("/try")
def try_import(name: str) -> str:
    """Keep the upload and say what it would do."""
    desk, given = current_desk(), request.files.get("sheet")
    replica, kind = desk.replica, Path(given.filename or "").suffix.lower() if given else ""
    if given is None or kind not in KINDS:
        return _page(replica, replica.collection(name), error=_("Choose an .xlsx or .csv file."))
    _forget_uploads(replica)
    path = _uploads(replica) / f"{new_id()}{kind}"
    with open(path, "wb", opener=private) as file:
        given.save(file)
    try:
        return _tried(desk, name, path, request.form.get("scope", ""))
    except HongxianError as error:
        path.unlink()
        if isinstance(error, FileRefused):  # told by the name that its sender knows
            error = FileRefused(**{**error.facts, "file": given.filename})
        return _page(replica, replica.collection(name), error=words.marked(error.text))


@bp.post("/import")
def import_kept(name: str) -> ResponseReturnValue:
    """Import what was tried before; what is wrong stays to be fetched."""
    desk, scope = current_desk(), request.form.get("scope", "")
    replica, path = desk.replica, _kept(desk.replica, request.form.get("kept", ""))
    report = import_file(
        replica,
        name,
        path,
        scope=scope or None,
        language=language(),
        progress=desk.count_imported,
    )
    path.unlink()
    replica.on_write()
    tell(
        _(
            "%(new)s new, %(changed)s changed, %(wrong)s wrong. Saved on this laptop.",
            new=report.new,
            changed=report.changed,
            wrong=report.wrong,
        )
    )
    return redirect(url_for("records.index", name=name))


@bp.get("/wrong/<kept>")
def wrong_rows(name: str, kept: str) -> Response:
    """The rows that were wrong, with the reasons."""
    replica = current_desk().replica
    path, title = _kept(replica, kept), words.shown(replica.collection(name).title)
    errors = _("errors")
    return _attachment(path.read_bytes(), f"{title}-{errors}{path.suffix}", path.suffix[1:])


def _page(replica: Replica, collection: Collection, **parts: object) -> str:
    """The page; a collection of teams asks whose rows are that name none."""
    teams = [] if collection.scope_kind == COMMUNITY else list(replica.teams().items())
    return render_template(
        "desk/sheets.html",
        name=collection.name,
        title=words.shown(collection.title),
        teams=teams if len(teams) > 1 else [],
        **parts,
    )


def _tried(desk: Desk, name: str, path: Path, scope: str) -> str:
    replica, collection = desk.replica, desk.replica.collection(name)
    report = import_file(
        replica,
        name,
        path,
        dry_run=True,
        scope=scope or None,
        language=language(),
        progress=desk.count_imported,
    )
    returned = ""
    if report.error_file:
        kept = path.with_name(f"{path.stem}-errors{report.error_file.suffix}")
        report.error_file.replace(kept)
        returned = url_for("sheets.wrong_rows", name=name, kept=kept.name)
    problems = [
        (each["row"], "; ".join(_sentences(collection, each["reasons"])))
        for each in report.problems
    ]
    return _page(
        replica,
        collection,
        report=report,
        problems=problems,
        returned=returned,
        kept=path.name,
        scope=scope,
    )


def _sentences(collection: Collection, reasons: dict[str, list[Text]]) -> Iterator[str]:
    for field, why in reasons.items():
        text = words.shown(sentences(why))
        yield f"{label_of(collection, field)}: {text}" if field else text


def _forget_uploads(replica: Replica) -> None:
    shutil.rmtree(replica.folder / FOLDER, ignore_errors=True)


def _uploads(replica: Replica) -> Path:
    folder = replica.folder / FOLDER
    make_private_folder(folder)
    return folder


def _kept(replica: Replica, name: str) -> Path:
    """A file that was uploaded; raises `NotFound` for any other name."""
    path = _uploads(replica) / name
    if not _KEPT.fullmatch(name) or not path.is_file():
        raise NotFound
    return path


def _attachment(data: bytes, name: str, kind: str) -> Response:
    mimetype = _WORKBOOK if kind == "xlsx" else "text/csv"
    return send_file(BytesIO(data), mimetype, as_attachment=True, download_name=name)
