"""Versions of Hongxian itself: which the hub holds and how far each goes, who runs what, and who went back and why."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from hongxian.wire.releases import ProgramRunning
from hongxian_server.console.plugins.decision import Shown, decide
from hongxian_server.current import current_hub
from hongxian_server.ops.releases.programs import remove_program
from hongxian_server.sync.program import program_of
from hongxian_server.tables.access import Incarnation, live_ones
from hongxian_server.tables.releases import program_releases
from hongxian_web import words
from hongxian_web.flashes import tell

bp = Blueprint("programs", __name__, url_prefix="/console/plugins/program")


@dataclass(frozen=True)
class _Version(Shown):
    """A version, for all the systems that it is here for."""

    systems: str


@dataclass(frozen=True)
class _Laptop:
    """What one laptop told of its program last."""

    access: Incarnation
    runs: ProgramRunning | None


@bp.get("")
def index() -> str:
    """The versions that the hub holds, and the laptops, those that went back first."""
    laptops = [_Laptop(each, program_of(each)) for each in live_ones()]
    laptops.sort(key=lambda each: (each.runs is None, not (each.runs and each.runs.failed)))
    return render_template("console/programs.html", versions=_versions(), laptops=laptops)


@bp.post("")
def answer() -> ResponseReturnValue:
    """Send a version to the laptops that were ticked, or to all; hold it; let it go."""
    version = request.form.get("version", "")
    found = [each for each in program_releases() if each.version == version]
    if not found:
        abort(404)
    if not decide(found, version):
        if request.form.get("act") != "remove":
            abort(400)
        remove_program(current_hub(), found)
        tell(words.filled(_("%(name)s is removed from the hub."), name=version))
    return redirect(url_for("programs.index"))


def _versions() -> list[_Version]:
    newest_first = groupby(reversed(program_releases()), attrgetter("version"))
    held = [list(every)[::-1] for _version, every in newest_first]
    return [
        _Version(each[0], is_replaced=False, systems=" · ".join(one.system for one in each))
        for each in held
    ]
