"""Photos and scans on the desk: taken from forms, shown on their record's page, fetched when somebody looks."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, abort, render_template, request, url_for

from hongxian.collections.collection import Collection
from hongxian.kinds.file import File
from hongxian.kinds.media import is_image
from hongxian.model.row import Row, local_rows
from hongxian.storage.files import Link
from hongxian_client.desk.desk import current_desk
from hongxian_client.replica.files import file_of
from hongxian_client.replica.replica import Replica

POLICY = "default-src 'none'; sandbox"
"""Of a file's answer: whatever it turns out to be, nothing in it runs."""

bp = Blueprint("files", __name__, url_prefix="/c/<name>/<id>/file/<field>")


@dataclass(frozen=True)
class Shown:
    """A file on a page."""

    name: str
    url: str
    piece: str
    """The address of this very part of the page."""
    is_here: bool
    is_image: bool


@bp.get("")
def show(name: str, id: str, field: str) -> Response:
    """The file: an image as one, all else to be saved."""
    replica = current_desk().replica
    kind, row = _sought(replica, name, id)
    found = file_of(replica, kind, row, field)
    content = replica.files.content(found[0]) if found else None
    if found is None or content is None:
        abort(404)
    file = found[1]
    response = Response(content, mimetype=file.type)
    response.headers["Content-Security-Policy"] = POLICY
    how = "inline" if is_image(file.type) and "save" not in request.args else "attachment"
    response.headers["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(file.name, safe='')}"
    replica.was_read(kind, [id], "show")
    return response


@bp.get("/piece")
def piece(name: str, id: str, field: str) -> str:
    """How it stands with the file, for a page that is open."""
    replica = current_desk().replica
    kind, row = _sought(replica, name, id)
    return render_template("desk/file.html", file=shown_file(replica, kind, row, field))


def shown_file(replica: Replica, kind: Collection, row: Row, field: str) -> Shown | None:
    """A record's file as its page shows it; one that is not here is fetched from now on."""
    found = file_of(replica, kind, row, field)
    if found is None or row.deleted:
        return None
    link, file = found
    is_here = replica.files.size_of(link.sha256) is not None and replica.files.is_linked(link)
    if not is_here:
        _want(replica, link, file)
    return Shown(
        file.name,
        url_for("files.show", name=kind.name, id=row.id, field=field),
        url_for("files.piece", name=kind.name, id=row.id, field=field),
        is_here,
        is_image(file.type),
    )


def _want(replica: Replica, link: Link, file: File) -> None:
    if replica.files.wish(link, file.size, replica.now()):
        current_desk().sync_soon()


def _sought(replica: Replica, name: str, id: str) -> tuple[Collection, Row]:
    kind = replica.collection(name)
    row = local_rows(replica.view(kind, [id])).get(id)
    if row is None or row.deleted:
        abort(404)
    return kind, row
