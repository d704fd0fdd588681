"""Morango, the sync engine of Kolibri: Django and SQLite at both ends, the hub under waitress.

Hub and laptops share one root certificate, so that no time goes into signing requests for one.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from bench.agent import free_port, obey, say
from bench.rows import read_lines

CHUNK = 500
PROFILE = "bench"
PAUSE = 0.005
"""Seconds. Morango asks again after growing pauses, some seven seconds in each sync; that would
tell nothing of its work, so they are cut short."""


def set_up(folder: Path) -> None:
    """Django with one SQLite file in this folder."""
    import django
    from django.conf import settings

    folder.mkdir(exist_ok=True)
    settings.configure(
        SECRET_KEY="bench",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF="morango.urls",
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.sqlite3",
                "NAME": str(folder / "morango.db"),
                "OPTIONS": {"timeout": 60},
            }
        },
        INSTALLED_APPS=[
            "django.contrib.contenttypes",
            "django.contrib.auth",
            "mptt",
            "rest_framework",
            "morango",
            "bench.peers.morango_app",
        ],
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    )
    django.setup()
    from django.core.management import call_command

    call_command("migrate", run_syncdb=True, verbosity=0)


def define_scope() -> None:
    """One scope over all there is."""
    from morango.models.certificates import ScopeDefinition

    ScopeDefinition.objects.get_or_create(
        id="all",
        defaults={
            "profile": PROFILE,
            "version": 1,
            "primary_scope_param_key": "owner",
            "read_filter_template": "",
            "write_filter_template": "",
            "read_write_filter_template": "team",
            "description": "all",
        },
    )


def serve(folder: Path) -> None:
    """The hub."""
    set_up(folder)
    import waitress
    from django.core.wsgi import get_wsgi_application
    from morango.models.certificates import Certificate

    define_scope()
    root = Certificate.generate_root_certificate("all")
    port = free_port()
    key = root.private_key.get_private_key_string()
    say(
        url=f"http://127.0.0.1:{port}/",
        serialized=root.serialized,
        signature=root.signature,
        key=key,
    )
    waitress.serve(get_wsgi_application(), host="127.0.0.1", port=port, threads=8, _quiet=True)


class Laptop:
    """A client with a database of its own."""

    def __init__(self, folder: Path, told: dict[str, Any]) -> None:
        set_up(folder)
        from morango.models.certificates import Certificate, Filter, Key
        from morango.sync import controller

        controller.sleep = lambda seconds: time.sleep(min(seconds, PAUSE))
        if not Certificate.objects.exists():
            define_scope()
            root = Certificate.deserialize(told["serialized"], told["signature"])
            root.private_key = Key(private_key_string=told["key"])
            root.save()
        self.certificate = Certificate.objects.get()
        self.everything = Filter("team")
        self.line = controller.MorangoProfileController(PROFILE).create_network_connection(
            told["url"]
        )

    def write(self, rows: str) -> None:
        """New records; Morango makes an id of its own out of each row's."""
        from bench.peers.morango_app.models import Attendance

        made = []
        for row in read_lines(rows):
            source = row.pop("id")
            own = {"_morango_source_id": source, "_morango_partition": "team"}
            made.append(Attendance(id=_id(source), scope="t-0123abcd", **own, **row))
        Attendance.objects.bulk_create(made, batch_size=CHUNK)

    def edit(self, edits: str) -> None:
        """New values in records that are here."""
        from django.db import transaction

        from bench.peers.morango_app.models import Attendance

        with transaction.atomic():
            for edit in read_lines(edits):
                held = Attendance.objects.filter(id=_id(edit["id"]))
                held.update(update_dirty_bit_to=True, **edit["set"])

    def push(self) -> None:
        """Send what is new here."""
        self._run("get_push_client")

    def pull(self) -> None:
        """Fetch what is new there."""
        self._run("get_pull_client")

    def sync(self) -> None:
        """Both."""
        self._run("get_push_client", "get_pull_client")

    def _run(self, *ways: str) -> None:
        session = self.line.create_sync_session(self.certificate, self.certificate)
        for way in ways:
            client = getattr(session, way)()
            client.initialize(self.everything)
            client.run()
            client.finalize()
        session.close_sync_session()

    def count(self) -> dict[str, Any]:
        """How many records are here."""
        from bench.peers.morango_app.models import Attendance

        return {"count": Attendance.objects.count()}


def _id(source: str) -> str:
    from bench.peers.morango_app.models import Attendance

    return str(Attendance.compute_namespaced_id("team", source, "attendance"))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["hub", folder]:
            serve(Path(folder))
        case ["laptop", folder, _, told]:
            obey(Laptop(Path(folder), json.loads(told)))
