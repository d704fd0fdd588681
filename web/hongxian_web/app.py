"""A Flask app made ready for people: safe headers, two languages, the look, errors in words."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, render_template, request
from flask.sessions import SecureCookieSessionInterface
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.exceptions import HTTPException, SecurityError

from hongxian.errors import HongxianError
from hongxian.storage.failure import storage_failure
from hongxian.text import Text
from hongxian.words.logs import logger
from hongxian_web import flashes, forms, languages, navigation, type_size, words

log = logger(__name__)
HERE = Path(__file__).parent
BODY_BYTES = 64 * 2**20
"""Bytes of a request: a workbook of a whole community fits."""
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_STRANGER = Text("请用本机的网址打开。", "Open this by the address that it was started with.")
assets = Blueprint(
    "web",
    __name__,
    static_folder="static",
    static_url_path="/assets",
    template_folder="templates",
)
"""What every page loads, and the templates that they begin with."""
csrf = CSRFProtect()


class _Sessions(SecureCookieSessionInterface):
    def get_cookie_secure(self, app: Flask) -> bool:
        """Where the page came encrypted, its cookie goes no other way: the desk's comes plainly, within one machine."""
        return request.is_secure


def ready_app(
    app: Flask,
    *,
    hosts: Sequence[str] | None,
    secret: str,
    cookie: str,
    first_page: str,
    catalogs: Sequence[Path] = (),
    stranger: Text = _STRANGER,
) -> None:
    """Make an app ready.

    `hosts` are the names under which it may be asked for, None any; `secret` signs the session in the
    cookie named `cookie`; `first_page` is the endpoint that errors and the brand lead to; `catalogs`
    are folders of .po files besides this package's own; `stranger` is told to whoever asks under
    another name.
    """
    app.config.update(
        TRUSTED_HOSTS=None if hosts is None else list(hosts),
        SECRET_KEY=secret,
        MAX_CONTENT_LENGTH=BODY_BYTES,
        MAX_FORM_MEMORY_SIZE=BODY_BYTES,
        SESSION_COOKIE_NAME=cookie,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        WTF_CSRF_TIME_LIMIT=None,  # a form may stay open all day; the session ends it
    )
    app.session_interface = _Sessions()
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.before_request(partial(_refuse_strange_names, stranger))
    csrf.init_app(app)
    languages.add_to(app, [HERE / "translations", *catalogs])
    app.register_blueprint(type_size.bp)
    words.add_to(app)
    forms.add_to(app)
    flashes.add_to(app)
    navigation.add_to(app, first_page)
    app.register_blueprint(assets)
    app.after_request(_safe)
    _add_errors(app)


def _refuse_strange_names(stranger: Text) -> Response | None:
    """Answer bare text to who asks under another name than ours: no address can be built for it."""
    if isinstance(request.routing_exception, SecurityError):
        return Response(f"{words.shown(stranger)}\n", 400, mimetype="text/plain")
    return None


def _safe(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "web.static":
        response.headers.setdefault("Cache-Control", "no-store")  # a shared laptop's back button
    return response


# -- errors --------------------------------------------------------------------------------------


def error_page(title: str, message: str, status: int) -> tuple[str, int]:
    """A page, or for htmx a piece of one, that says what happened and what to do."""
    piece = request.headers.get("HX-Request") and not request.headers.get("HX-Boosted")
    template = "hongxian/error_box.html" if piece else "hongxian/error.html"
    return render_template(template, title=title, message=message, way_back=way_back()), status


def way_back() -> str:
    """The page of ours that led here; "" where none did."""
    came = urlsplit(request.referrer or "")
    is_ours = came.netloc == request.host and not came.path.startswith("//")
    return came._replace(scheme="", netloc="").geturl() if is_ours else ""


def _add_errors(app: Flask) -> None:
    app.register_error_handler(CSRFError, _stale)
    app.register_error_handler(Exception, answer_to)


def answer_to(error: Exception) -> tuple[str, int]:
    """The page of any error: a refusal in its own words, whatever else broke by its kind."""
    error = storage_failure(error) or error
    if isinstance(error, HongxianError):
        return error_page(_("That did not work"), words.refused(error), error.status)
    if isinstance(error, HTTPException):
        return _http(error)
    # By its rule: the address may hold what somebody wrote.
    log.error("failed method=%s page=%s", request.method, request.url_rule or "?", exc_info=error)
    message = _(
        "Something broke here (%(kind)s). Your records are safe on disk; go back and try again.",
        kind=type(error).__name__,
    )
    return error_page(_("Something broke"), message, 500)


def _http(error: HTTPException) -> tuple[str, int]:
    if error.code == 404:
        message = _("There is no such page here. It may have been deleted or renamed.")
        return error_page(_("Not found"), message, 404)
    message = _("The request was not accepted (%(code)s).", code=error.code)
    return error_page(_("That did not work"), message, error.code or 500)


def _stale(error: CSRFError) -> tuple[str, int]:
    message = _("This page was opened too long ago. Open it again; what you typed is kept.")
    return error_page(_("Please open the page again"), message, 400)
