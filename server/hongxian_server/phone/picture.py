"""Pictures that a page shows: each address is signed for who saw that page, so that nobody asks for another picture."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO

from flask import Blueprint, Response, abort, current_app, url_for
from itsdangerous import BadData, URLSafeSerializer
from PIL import Image

from hongxian.files import content_of
from hongxian.kinds.media import is_image
from hongxian.model.record import Record
from hongxian_server.phone.door import who
from hongxian_server.phone.mine import record_of

SIDE = 1080
"""Pixels of the longer side: a phone's screen has no more."""
_POLICY = "default-src 'none'; sandbox"
_KEPT = "private, max-age=86400"

bp = Blueprint("picture", __name__)


def picture_address(record: Record, field: str) -> str:
    """Where whoever asks now finds a record's picture; another one there has another address."""
    file = getattr(record, field)
    told = [record._meta.collection, record.id, field, file.sha256, who().person or ""]
    return url_for("picture.show", signed=_signer().dumps(told))


def picture_size(record: Record | None, field: str) -> tuple[int, int]:
    """Its width and height in pixels; zeros where there is none, or its bytes are not here."""
    content = content_of(record, field) if record is not None else None
    if content is None or not is_image(getattr(record, field).type):
        return 0, 0
    return _small(content)[1]


@bp.get("/picture/<signed>")
def show(signed: str) -> Response:
    """The picture, made small."""
    try:
        collection, id, field, sha256, person = _signer().loads(signed)
    except BadData:
        abort(404)
    record = record_of(collection, id)
    content = content_of(record, field) if record is not None else None
    if content is None or getattr(record, field).sha256 != sha256:
        abort(404)
    if person not in ("", who().person):
        abort(404)
    answer = Response(_small(content)[0], mimetype="image/jpeg")
    answer.headers["Content-Security-Policy"] = _POLICY
    answer.headers["Cache-Control"] = _KEPT
    return answer


@lru_cache(maxsize=8)
def _small(content: bytes) -> tuple[bytes, tuple[int, int]]:
    with Image.open(BytesIO(content)) as opened:
        opened.draft("RGB", (SIDE, SIDE))
        made = opened.convert("RGB")
    made.thumbnail((SIDE, SIDE))
    out = BytesIO()
    made.save(out, "JPEG", quality=70)
    return out.getvalue(), made.size


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="picture")
