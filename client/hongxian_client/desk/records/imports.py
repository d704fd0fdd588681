"""Importing a sheet: what it holds is shown as it will be, mended in place, then written and undone as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from hongxian.errors import HongxianError
from hongxian.model.record import new_id
from hongxian.storage.privacy import private
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.records.bringing import Bringing
from hongxian_client.desk.records.import_rows import columns_to_choose, headers, rows_seen
from hongxian_client.desk.records.sheets import attachment, forget_uploads, sheets_page, uploads
from hongxian_client.replica.undoing import deed_of, undo
from hongxian_client.sheets.choices import Doubles
from hongxian_client.sheets.reading.encodings import ENCODINGS, EncodingUnsure
from hongxian_web import words
from hongxian_web.flashes import tell
from hongxian_web.languages import language

bp = Blueprint("imports", __name__, url_prefix="/c/<name>/sheets")
_DOUBLES: dict[str, Doubles] = {each: each for each in get_args(Doubles)}
MOST_MENDED = 5_000
"""Rows of one file that are mended on the page; more are mended in the file."""


@bp.post("/try")
def begin(name: str) -> ResponseReturnValue:
    """Keep the upload and go through it."""
    desk, given = current_desk(), request.files.get("sheet")
    desk.replica.collection(name)
    if given is None or not given.filename:
        return sheets_page(name, error=_("Choose a file first."))
    forget_uploads(desk.replica)
    kept = new_id()
    path = uploads(desk.replica) / f"{kept}{_suffix(given.filename)}"
    with open(path, "wb", opener=private) as file:
        given.save(file)
    desk.bringing.clear()
    scope = request.form.get("scope") or None
    bringing = Bringing(desk.replica, name, path, given.filename, scope, language())
    desk.bringing[kept] = bringing
    bringing.begin(dry_run=True)
    return redirect(url_for("imports.review", name=name, kept=kept))


def _suffix(file: str) -> str:
    return ".csv" if Path(file).suffix.lower() in (".csv", ".tsv", ".txt") else ".xlsx"


@bp.get("/<uuid:kept>")
def review(name: str, kept: object) -> ResponseReturnValue:
    """The rows as they will be; how far it is while it is under way."""
    bringing = _bringing(name, kept)
    collection = bringing.replica.collection(name)
    show = request.args.get("show", "")
    page = make_response(
        render_template(
            "desk/import.html",
            name=name,
            kept=str(kept),
            title=words.shown(collection.title),
            bringing=bringing,
            report=bringing.report,
            error=words.refused(bringing.error) if bringing.error else "",
            encodings=_encodings(bringing),
            show=show,
            headers=headers(bringing),
            rows=rows_seen(bringing, show),
            columns=columns_to_choose(bringing),
        )
    )
    if bringing.is_running:
        page.headers["Refresh"] = "1"
    return page


@bp.post("/<uuid:kept>")
def choose(name: str, kept: object) -> ResponseReturnValue:
    """Take what a person says of the file, and go through it again."""
    bringing = _bringing(name, kept)
    if not bringing.is_running and not bringing.is_done:
        _take(bringing)
        bringing.begin(dry_run=True)
    return _back(name, kept, request.form.get("show", ""))


@bp.post("/<uuid:kept>/import")
def write(name: str, kept: object) -> ResponseReturnValue:
    """Write the rows that are right."""
    bringing = _bringing(name, kept)
    if not bringing.is_running and not bringing.is_done:
        bringing.begin(dry_run=False)
    return _back(name, kept)


@bp.post("/<uuid:kept>/undo")
def put_back(name: str, kept: object) -> ResponseReturnValue:
    """Undo all that it wrote, as far as it still stands."""
    bringing = _bringing(name, kept)
    if bringing.report is None or not bringing.is_done:
        raise NotFound
    replica = bringing.replica
    try:
        undoing = undo(replica, deed_of(bringing.report.deed))
    except HongxianError as error:
        tell(str(words.refused(error)), kind="stop")
        return _back(name, kept)
    replica.on_write()
    tell(
        _(
            "The import is undone: %(done)s put back, %(left)s left as they are.",
            done=len(undoing.done),
            left=len(undoing.left),
        )
    )
    return redirect(url_for("records.index", name=name))


@bp.get("/<uuid:kept>/wrong")
def wrong_rows(name: str, kept: object) -> Response:
    """The rows that were wrong, with the reasons."""
    path = _bringing(name, kept).returned
    if path is None or not path.is_file():
        raise NotFound
    title, errors = words.shown(current_desk().replica.collection(name).title), _("errors")
    return attachment(path.read_bytes(), f"{title}-{errors}{path.suffix}", path.suffix[1:])


def _bringing(name: str, kept: object) -> Bringing:
    bringing: Bringing | None = current_desk().bringing.get(str(kept))
    if bringing is None or bringing.collection != name:
        raise NotFound
    return bringing


def _back(name: str, kept: object, show: str = "") -> ResponseReturnValue:
    return redirect(url_for("imports.review", name=name, kept=kept, show=show or None))


def _encodings(bringing: Bringing) -> list[tuple[str, str]]:
    if not isinstance(bringing.error, EncodingUnsure):
        return []
    return [(each, words.shown(title)) for each, title in ENCODINGS.items()]


def _take(bringing: Bringing) -> None:
    """What stands in the form; each button says one thing."""
    form, choices = request.form, bringing.choices
    if "encoding" in form and form["encoding"] in ENCODINGS:
        choices.encoding = form["encoding"]
    if "page" in form and form["page"] != choices.page:
        choices.page, choices.header, choices.columns = form["page"], None, {}
        return
    if header := form.get("header", type=int):
        is_same = header == bringing.header
        choices.columns = _columns(bringing) if is_same else {}
        choices.header = header
    row = form.get("row", type=int)
    if row is not None and len(choices.mended) < MOST_MENDED:
        _take_row(bringing, row)
    if offer := form.get("meant"):
        field, _sep, which = offer.partition(":")
        said = choices.meant.setdefault(field, [])
        if which not in said:
            said.append(which)
    if (doubles := _DOUBLES.get(form.get("doubles", ""))) is not None:
        choices.doubles = doubles


def _take_row(bringing: Bringing, row: int) -> None:
    form, choices = request.form, bringing.choices
    if (said := _DOUBLES.get(form.get("double", ""))) is not None:
        choices.double[row] = said
    if form.get("leave"):
        choices.left_out.add(row)
    for key, typed in form.items():
        if key.startswith("mend.") and typed.strip() and not form.get("leave"):
            choices.mended.setdefault(row, {})[key.removeprefix("mend.")] = typed


def _columns(bringing: Bringing) -> dict[int, str]:
    """The field of each column that is another than was found, by its place."""
    said = {**bringing.choices.columns}
    for each in columns_to_choose(bringing):
        chosen = request.form.get(f"column.{each.place}")
        if chosen is not None and (chosen != each.field or each.place in said):
            said[each.place] = chosen
    return said
