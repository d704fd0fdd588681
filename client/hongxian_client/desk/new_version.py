"""A new version of Red Thread that is in place: told on Today and on this laptop's page, and taken by a press."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from hongxian.text import unpacked
from hongxian_client.desk.desk import current_desk
from hongxian_client.program.home import home_here
from hongxian_web import words

bp = Blueprint("new_version", __name__, url_prefix="/version")


@dataclass(frozen=True)
class _Versions:
    """What there is to tell."""

    next: str = ""
    """In place for the next start; "" for none."""
    failed: tuple[tuple[str, str], ...] = ()
    """Those that did not come up, each with why, the last first."""


@bp.app_template_global()
def other_versions() -> _Versions:
    """Beside the one that runs; nothing where no launcher changes versions."""
    home = home_here()
    if home is None:
        return _Versions()
    failed = [(each, str(words.shown(unpacked(why)))) for each, why in home.failed().items()]
    return _Versions(home.next, tuple(reversed(failed)))


@bp.post("")
def take() -> ResponseReturnValue:
    """End the desk, for the launcher to start it with the version that is in place."""
    if not other_versions().next:
        return redirect(url_for("laptop.show"))
    page = render_template("desk/changing_over.html", version=other_versions().next)
    threading.Thread(target=current_desk().change_over, daemon=True).start()  # it ends after this
    return page
