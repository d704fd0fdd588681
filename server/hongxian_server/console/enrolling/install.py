"""Kits for laptops: the page from which anybody takes one, before any log-in, and without a code."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, abort, current_app, render_template, request, send_file

from hongxian.security.code import fingerprint_of, grouped
from hongxian.text import Text
from hongxian_server.console.door.auth import is_keeper
from hongxian_server.current import current_hub
from hongxian_server.hub_state import HubState
from hongxian_server.kits.archive import LINUX, STARTER, WINDOWS, Made
from hongxian_server.kits.keeping import kept_kit, programs_here
from hongxian_server.ops.network.addresses import address_for_laptops
from hongxian_web.manual.views import is_about

_KINDS = {
    WINDOWS: Text("Windows 10 或更新（64 位）", "Windows 10 or later, 64 bits"),
    LINUX: Text("Linux、统信 UOS、麒麟", "Linux, UOS, Kylin"),
}
_PROCESSORS = {
    "x86_64": Text("英特尔、AMD、兆芯、海光", "Intel, AMD, Zhaoxin, Hygon"),
    "aarch64": Text("飞腾、鲲鹏", "Phytium, Kunpeng: ARM"),
}
_OF_PROCESSOR = Text("{system}（{processor}）", "{system} ({processor})")
_MARKS = {WINDOWS: ("Windows",), LINUX: ("Linux", "X11")}
"""By which a browser says that it runs there; the processor it names as it is."""

bp = Blueprint("install", __name__, url_prefix="/install")


@bp.get("")
def show() -> str:
    """How a laptop gets Hongxian from here: what its community is called, which hub it is, and no more."""
    hub = current_hub()
    programs = programs_here(hub)
    if not is_keeper():
        is_about("entrance", "leader")
    return render_template(
        "console/install.html",
        community=HubState.read().community,
        letters=grouped(fingerprint_of(hub.identity.public)),
        kits=[(each, title_of(each), programs[each].path) for each in _own_first(programs)],
        starter=STARTER,
        is_keeper=is_keeper,
    )


@bp.get("/<system>")
def fetch(system: str) -> Response:
    """The kit for a system, without a code."""
    hub = current_hub()
    program = programs_here(hub).get(system) or abort(404)
    kit = kept_kit(hub, program, reached_address()[0])
    return send_file(kit, as_attachment=True, download_name=program.kit_name)


def reached_address() -> tuple[str, bool]:
    """The hub's address as other machines ask for it, by how this page was opened; and whether they reach it."""
    opened = request.url_root.rstrip("/")
    reached = address_for_laptops(opened, current_app.config["TRUSTED_HOSTS"])
    return reached or opened, reached is not None


def title_of(system: str) -> Text:
    """What people call the machines that a kit is for."""
    kind, _, processor = system.partition("-")
    if not processor:
        return _KINDS[kind]
    named = _PROCESSORS.get(processor, Text(processor, processor))
    return _OF_PROCESSOR.format(system=_KINDS[kind], processor=named)


def _own_first(programs: Mapping[str, Made]) -> list[str]:
    told = request.user_agent.string

    def farness(system: str) -> tuple[bool, int]:
        kind, _, processor = system.partition("-")
        fits = 1 if not processor else 0 if processor in told else 2
        return not any(mark in told for mark in _MARKS[kind]), fits

    return sorted(programs, key=farness)
