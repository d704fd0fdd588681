"""A map of a plugin's, drawn: its picture with numbered points, and the same numbers in a list beside it.

Nothing of it needs a script: a point is a link, and a press on the picture is an `<input type="image">`, which sends
where it was pressed. That input is as many pixels wide as the picture is metres, so what it sends are metres.
"""

from __future__ import annotations

from io import BytesIO

from flask import render_template, url_for
from markupsafe import Markup
from PIL import Image

from hongxian.files import content_of
from hongxian.model.row import local_rows
from hongxian.shapes.cells import name_of
from hongxian.shapes.map import Map
from hongxian_client.desk.desk import current_desk
from hongxian_client.desk.offers.cells import address_of
from hongxian_client.desk.records.files import Shown, shown_file
from hongxian_web import words

MARKS = 44
"""So many points could stand beside each other across a picture."""
SMALL = 12
"""Pixels of half a point on a picture that is drawn a pixel a metre."""


def drawn_map(shown: Map) -> Markup:
    """The picture with its points as safe HTML, and their list."""

    def record(id: str) -> str:
        return url_for("records.show", name=name_of(shown.of), id=id)

    file = _file_of(shown)
    drawn = {
        "shown": shown,
        "file": file,
        "high": _height(shown) if file and file.is_here else 0,
        "unit": SMALL if shown.put else shown.metres / MARKS,
        "record": record,
        "put": address_of(shown.put) if shown.put else "",
        "note": words.marked(shown.note),
    }
    return Markup(render_template("desk/map.html", **drawn))


def _file_of(shown: Map) -> Shown | None:
    """The picture as the page shows it; one that is not here yet is fetched from now on."""
    if shown.picture is None:
        return None
    replica = current_desk().replica
    kind = replica.collection(name_of(type(shown.picture)))
    row = local_rows(replica.view(kind, [shown.picture.id])).get(shown.picture.id)
    file = shown_file(replica, kind, row, shown.field) if row else None
    return file if file is None or file.is_image or not file.is_here else None


def _height(shown: Map) -> int:
    """How many metres the picture shows from top to bottom; 0 where its bytes are gone."""
    content = content_of(shown.picture, shown.field) if shown.picture else None
    if content is None:
        return 0
    with Image.open(BytesIO(content)) as picture:
        return max(1, round(shown.metres * picture.height / picture.width))
