"""The Flask app before the desk: let in by the same opening as the desk, it asks for a passphrase or a code."""

from __future__ import annotations

from flask import Blueprint, Flask, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.errors import HongxianError
from hongxian.security.key_file import LEAST_CHARACTERS, PassphraseRefused, Way
from hongxian_client.desk.app import ready
from hongxian_client.desk.auth.entrance import ENTER, PASS_ON, pass_on, shut_page
from hongxian_client.desk.locked.door import Door, current_door, has_keyring, show_door
from hongxian_client.desk.opening import PATH, uses_opening
from hongxian_client.replica.hub_way import question_for_hub
from hongxian_web import words
from hongxian_web.inputs import Input
from hongxian_web.manual import views as manual

_LET_IN = "let_in"
_FREE = ("web.static", PASS_ON, ENTER)

entrance = Blueprint("entrance", __name__)
bp = Blueprint("locked", __name__)


def make_locked(door: Door) -> Flask:
    """The app of a door."""
    app = ready(door.host, door.secret, cookie="hongxian_locked", first_page="locked.show")
    show_door(app, door)
    app.register_blueprint(entrance)
    app.register_blueprint(bp)
    manual.add_to(app, "leader")
    return app


@entrance.before_app_request
def ask_for_opening() -> ResponseReturnValue | None:
    """Shut it to all but the browsers that `hongxian` opened."""
    if session.get(_LET_IN) or request.endpoint in _FREE:
        return None
    return shut_page()


entrance.get(f"/{PATH}")(pass_on)


@entrance.get("/enter")
def enter() -> ResponseReturnValue:
    """Let in who brings a code; one who was let in before stays as they are."""
    if uses_opening(current_door().folder, request.args.get("code", "")):
        session[_LET_IN] = True
    is_in = session.get(_LET_IN)
    return redirect(url_for("locked.show")) if is_in else shut_page(_("It is wrong, old or used."))


@bp.get("/")
def show() -> ResponseReturnValue:
    """The question for the passphrase, or for a new one."""
    held = current_door().held
    if held is None:
        return _choosing()
    if Way.PASSPHRASE not in held.ways:
        return redirect(url_for("locked.forgotten"))
    return _unlocking()


@bp.post("/unlock")
def unlock() -> ResponseReturnValue:
    """Open the desk by the passphrase."""
    try:
        return _led_on(current_door().unlock(request.form.get("passphrase", "")))
    except HongxianError as error:
        return _unlocking(words.refused(error)), error.status


@bp.post("/choose")
def choose() -> ResponseReturnValue:
    """Encrypt what this laptop keeps, or leave it in clear, as its person says."""
    door = current_door()
    if "clear" in request.form:
        return _led_on(door.leave_in_clear())
    if (differs := _differs()) is not None:
        return _choosing(again=differs), 400
    try:
        return _led_on(door.choose(request.form.get("passphrase", "")))
    except PassphraseRefused as error:
        return _choosing(passphrase=words.refused(error)), error.status


@bp.get("/forgotten")
def forgotten() -> str:
    """The question for the hub's keeper, and where their code is typed."""
    return _forgotten()


@bp.post("/forgotten")
def recover() -> ResponseReturnValue:
    """Open the desk by the keeper's code."""
    asks = not has_keyring()
    if asks and (differs := _differs()) is not None:
        return _forgotten(again=differs), 400
    passphrase = request.form.get("passphrase", "") if asks else None
    try:
        return _led_on(current_door().recover(request.form.get("code", ""), passphrase))
    except PassphraseRefused as error:
        return _forgotten(passphrase=words.refused(error)), error.status
    except HongxianError as error:
        return _forgotten(code=words.refused(error)), error.status


def _differs() -> str | None:
    same = request.form.get("passphrase") == request.form.get("again")
    return None if same else _("The two passphrases are not the same.")


def _led_on(address: str) -> str:
    return render_template("desk/pass_on.html", way=address)


def _unlocking(wrong: str = "") -> str:
    passphrase = _secret("passphrase", _("Passphrase"), wrong)
    passphrase.attributes = {**passphrase.attributes, "autofocus": ""}
    return render_template("desk/locked.html", passphrase=passphrase)


def _choosing(**wrong: str) -> str:
    return render_template("desk/choose_passphrase.html", inputs=_new_one(wrong))


def _forgotten(**wrong: str) -> str:
    held = current_door().held
    asked = question_for_hub(held) if held is not None else None
    code = _secret("code", _("The keeper's code"), wrong.get("code", ""))
    code.widget = "text"
    return render_template(
        "desk/forgotten_passphrase.html",
        question=asked[0] if asked else "",
        number=asked[1] if asked else "",
        inputs=[code] if has_keyring() else [code, *_new_one(wrong)],
        has_passphrase=held is not None and Way.PASSPHRASE in held.ways,
    )


def _new_one(wrong: dict[str, str]) -> list[Input]:
    help = _(
        "%(least)s characters at least, and not digits alone; some words that have nothing to do with each other.",
        least=LEAST_CHARACTERS,
    )
    return [
        _secret("passphrase", _("New passphrase"), wrong.get("passphrase", ""), help),
        _secret("again", _("The new passphrase once more"), wrong.get("again", "")),
    ]


def _secret(name: str, label: str, wrong: str, help: str = "") -> Input:
    reasons = [wrong] if wrong else []
    attributes = {"autocomplete": "off"}
    return Input(
        name, label, "password", help=help, required=True, reasons=reasons, attributes=attributes
    )
