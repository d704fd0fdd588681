"""Large type, for whoever wants it: a choice that a cookie keeps."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, request
from werkzeug.wrappers import Response

from hongxian_web.languages import YEAR, back

COOKIE = "hongxian_type"
LARGE, USUAL = "large", "usual"


def is_large() -> bool:
    """Whether the page under way is in large type."""
    return request.cookies.get(COOKIE) == LARGE


def add_to(app: Flask) -> None:
    """Give an app the setting and the road that changes it."""
    app.jinja_env.globals.update(large_type=is_large)
    road = Blueprint("type_size", __name__)

    @road.post("/type-size")
    def choose() -> Response:
        """Remember the size for a year."""
        answer = redirect(back())
        wanted = LARGE if request.form.get("size") == LARGE else USUAL
        answer.set_cookie(COOKIE, wanted, max_age=YEAR, httponly=True, samesite="Strict")
        return answer

    app.register_blueprint(road)
