"""Large type, for whoever wants it: a choice that a cookie keeps."""

from __future__ import annotations

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from hongxian_web.cookies import remember
from hongxian_web.navigation import back

COOKIE = "hongxian_type"
LARGE, USUAL = "large", "usual"

bp = Blueprint("type_size", __name__)


@bp.app_template_global("large_type")
def is_large() -> bool:
    """Whether the page under way is in large type."""
    return request.cookies.get(COOKIE) == LARGE


@bp.post("/type-size")
def choose() -> Response:
    """Remember the size for a year."""
    answer = redirect(back())
    wanted = LARGE if request.form.get("size") == LARGE else USUAL
    remember(answer, COOKIE, wanted)
    return answer
