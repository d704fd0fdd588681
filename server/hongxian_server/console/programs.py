"""Versions of Hongxian itself: which the hub holds and how far each goes, who runs what, and who went back and why."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from packaging.version import Version

from hongxian.releases.publisher import called
from hongxian.text import Text
from hongxian.wire.releases import ProgramRunning
from hongxian_server.current import current_hub
from hongxian_server.ops.programs import hold_program, remove_program, send_program_out
from hongxian_server.sync.program import program_of
from hongxian_server.tables.access import Incarnation, live_ones
from hongxian_server.tables.plugin_releases import Stage
from hongxian_server.tables.program_releases import ProgramRelease, program_releases
from hongxian_web import words
from hongxian_web.flashes import tell

_TONES = {Stage.HELD: "wait", Stage.SOME: "now", Stage.ALL: "done"}

bp = Blueprint("programs", __name__, url_prefix="/console/plugins/program")


@dataclass(frozen=True)
class _Version:
    """A version as the page shows it."""

    one: ProgramRelease
    systems: str
    tone: str
    stage: Text
    publisher: str


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
def decide() -> ResponseReturnValue:
    """Send a version to the laptops that were ticked, or to all; hold it; let it go."""
    hub, version = current_hub(), request.form.get("version", "")
    if version not in {each.version for each in program_releases()}:
        abort(404)
    match request.form.get("act"):
        case "some":
            ticked = request.form.getlist("laptop")[:10_000]
            numbers = [int(each) for each in ticked if each.isdecimal()]
            if numbers:
                send_program_out(hub, version, numbers)
                _told(
                    _("%(name)s goes to the laptops that you chose, with their next sync."), version
                )
            else:
                tell(_("Choose the laptops first."))
        case "all":
            send_program_out(hub, version)
            _told(_("%(name)s goes to all laptops, with their next sync."), version)
        case "hold":
            hold_program(hub, version)
            _told(_("%(name)s goes to no further laptop."), version)
        case "remove":
            remove_program(hub, version)
            _told(_("%(name)s is removed from the hub."), version)
        case _:
            abort(400)
    return redirect(url_for("programs.index"))


def _told(sentence: str, version: str) -> None:
    tell(words.filled(sentence, name=version))


def _versions() -> list[_Version]:
    by_version: dict[str, list[ProgramRelease]] = {}
    for each in program_releases():
        by_version.setdefault(each.version, []).append(each)
    return [
        _Version(
            one=held[0],
            systems=" · ".join(each.system for each in held),
            tone=_TONES[Stage(held[0].stage)],
            stage=Stage(held[0].stage).text,
            publisher=called(held[0].publisher),
        )
        for _, held in sorted(by_version.items(), key=lambda each: Version(each[0]), reverse=True)
    ]
