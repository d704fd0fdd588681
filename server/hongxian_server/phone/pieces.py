"""Photos come in pieces, before the form that names them: a line that breaks loses one piece and not the photo."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from hongxian.errors import Invalid, Refused
from hongxian.files import attach
from hongxian.kinds.column import Column
from hongxian.kinds.file import FileColumn, packed_file
from hongxian.text import Text
from hongxian_server.current import current_hub
from hongxian_server.membership.pace import NETWORK
from hongxian_server.phone.door import people_here, whose

PIECE_BYTES = 48 * 1024
SENT = "sent"
"""Behind a field's name and a dot: the SHA-256 of a photo that came in pieces."""
MOST_PHOTOS, MOST_BYTES = 6, 6 * 2**20
"""That one phone has begun at once, and a stranger's network too."""
STRANGERS_BYTES = 2**20
"""Of one photo of somebody who is not known: phones make them smaller."""
STRANGERS_PHOTOS, STRANGERS_ALL_BYTES = 500, 64 * 2**20
"""Of all of these together, from however many networks they come: the oldest go."""
_PHONE = "phone "
_STRANGERS = f"{_PHONE}{NETWORK}"
_NOT_WHOLE = Text("照片没有传完，请再选一次。", "The photo did not come whole; choose it again.")

bp = Blueprint("pieces", __name__)


class PhotoTooLarge(Refused):
    """A photo of more bytes than whoever sends it may."""

    message = Text(
        "照片太大，最多 {most} MB。请换一张，或者用手机现拍一张。",
        "The photo is larger than {most} MB: choose another, or take one with the phone now.",
    )
    status = 413


@bp.post("/piece")
def take() -> ResponseReturnValue:
    """Take a piece in, and tell how many bytes there are: the next begins there."""
    hub = current_hub()
    sha256, size, offset = (request.args.get(name, "") for name in ("sha256", "size", "offset"))
    if len(sha256) != 64 or not (_is_number(size) and _is_number(offset)):
        return {"received": 0}, 400
    most = MOST_BYTES if people_here() else STRANGERS_BYTES
    if not 0 < int(size) <= most or (request.content_length or 0) > PIECE_BYTES:
        raise PhotoTooLarge(most=most // 2**20)
    sender = _sender()
    received = hub.files.append(
        sha256, sender, int(size), int(offset), request.get_data(cache=False), hub.now()
    )
    hub.files.bound_parts(sender, MOST_PHOTOS, MOST_BYTES)
    if not people_here():
        hub.files.bound_parts(_STRANGERS, STRANGERS_PHOTOS, STRANGERS_ALL_BYTES)
    return {"received": received}


def _is_number(text: str) -> bool:
    return text.isdecimal() and len(text) < 10


def photos_sent(
    asker: str, columns: Mapping[str, Column], typed: Mapping[str, str]
) -> dict[str, str]:
    """The photos that came in pieces, as values of their fields; raises `Invalid` with all that cannot be taken."""
    found: dict[str, str] = {}
    reasons: dict[str, list[Text]] = {}
    for name, column in columns.items():
        sha256 = typed.get(f"{name}.{SENT}")
        if sha256 and isinstance(column, FileColumn):
            content = current_hub().files.taken(sha256, _sender())
            try:
                if content is None:
                    raise Refused(_NOT_WHOLE)
                found[name] = packed_file(attach(column, content, f"{sha256[:8]}.jpg"))
            except Refused as error:
                reasons[name] = [error.text]
    if reasons:
        raise Invalid(collection=asker, reasons=reasons)
    return found


def _sender() -> str:
    return f"{_PHONE}{whose()}."  # none begins as another
