"""Backups made and fetched, bundles taken in from a stick, and how this hub is set up."""

from __future__ import annotations

import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from flask import send_file as as_download
from flask_babel import gettext as _

from hongxian.errors import FileRefused, HongxianError
from hongxian.security.throttle import WINDOW_MILLISECONDS, WRONG_ATTEMPTS
from hongxian_server.hub import Hub
from hongxian_server.ops.backup import backup
from hongxian_server.sync.bundle import answer_bundle
from hongxian_server.tables.access import CODE_MINUTES
from hongxian_web import words
from hongxian_web.inputs import Input
from hongxian_web.navigation import Entry, add_entry
from hongxian_web.telling import tell

FOLDER = "backups"


def room(hub: Hub) -> Blueprint:
    """Three pages: backups, bundles, settings."""
    keeping = Blueprint("keeping", __name__)
    add_entry(keeping, lambda: Entry(_("Backups"), url_for("keeping.backups")))
    add_entry(keeping, lambda: Entry(_("Bundles"), url_for("keeping.bundles")))
    add_entry(keeping, lambda: Entry(_("Settings"), url_for("keeping.settings")))

    @keeping.get("/console/backups")
    def backups() -> str:
        files = [
            (each.name, each.stat().st_size, int(each.stat().st_mtime * 1000))
            for each in _files(hub)
        ]
        return render_template(
            "console/backups.html",
            files=files,
            folder=hub.folder / FOLDER,
            postgres=hub.database.postgres,
        )

    @keeping.post("/console/backups")
    def make() -> Any:
        folder = hub.folder / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        moment = datetime.fromtimestamp(hub.now() / 1000)
        name = f"hub-{moment:%Y-%m-%d-%H%M%S}.db"
        backup(hub, folder / name)
        tell(_("%(name)s is made. Now fetch it to a disk that is not in this machine.", name=name))
        return redirect(url_for("keeping.backups"))

    @keeping.get("/console/backups/<name>")
    def fetch(name: str) -> Any:
        found = next((each for each in _files(hub) if each.name == name), None)
        return as_download(found, as_attachment=True) if found else abort(404)

    @keeping.get("/console/bundles")
    def bundles() -> str:
        return _bundle_page()

    @keeping.post("/console/bundles")
    def take_in() -> Any:
        given = request.files.get("bundle")
        if given is None or not given.filename:
            return _bundle_page(_("Choose the file that the laptop wrote.")), 400
        with tempfile.TemporaryDirectory(dir=hub.folder) as folder:
            taken, reply = Path(folder) / "bundle", Path(folder) / "reply"
            given.save(taken)
            try:
                answer_bundle(hub, taken, reply)
            except HongxianError as error:
                return _bundle_page(_why(error)), error.status
            answer = current_app.response_class(
                reply.read_bytes(), mimetype="application/octet-stream"
            )
        answer.headers["Content-Disposition"] = 'attachment; filename="reply.hxb"'
        return answer

    @keeping.get("/console/settings")
    def settings() -> str:
        return render_template(
            "console/settings.html",
            hub=hub,
            names=current_app.config["TRUSTED_HOSTS"],
            code_hours=CODE_MINUTES // 60,
            throttle=WRONG_ATTEMPTS,
            seconds=WINDOW_MILLISECONDS // 1000,
        )

    return keeping


def _files(hub: Hub) -> list[Path]:
    """The backups made here, newest first."""
    return sorted((hub.folder / FOLDER).glob("hub-*.db"), reverse=True)


def _bundle_page(wrong: str = "") -> str:
    given = Input(
        "bundle", _("The laptop's file"), "file", required=True, reasons=[wrong] if wrong else []
    )
    return render_template("console/bundles.html", given=given)


def _why(error: HongxianError) -> str:
    """Without the name under which the file was put aside here."""
    if isinstance(error, FileRefused):
        return words.part(error.facts["detail"])
    return words.message(error)
