"""Kinto on PostgreSQL: a Python server for JSON records, served by waitress.

Its laptop is the HTTP API as its clients use it: batches of writes out, `_since` back, the
records kept in memory. That flatters it: nothing is stored on the laptop's disk.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from bench.agent import free_port, obey, say
from bench.rows import read_lines

BATCH = 100
"""Requests in one batch; Kinto takes 25 unless its keeper allows more."""
RECORDS = "/buckets/bench/collections/attendance/records"


def serve(folder: Path, database_url: str) -> None:
    """Kinto on this database."""
    import waitress
    from kinto import main as make_kinto
    from kinto.core import scripts
    from pyramid.config import Configurator

    url = database_url.replace("postgresql://", "postgresql+psycopg2://")
    parts = ("storage", "permission", "cache")
    settings = {
        **{f"kinto.{part}_backend": f"kinto.core.{part}.postgresql" for part in parts},
        **{f"kinto.{part}_url": url for part in parts},
        "kinto.userid_hmac_secret": "bench",
        "multiauth.policies": "basicauth",
        "kinto.bucket_create_principals": "system.Authenticated",
        "kinto.batch_max_requests": str(BATCH),
    }
    app = make_kinto({}, config=Configurator(settings=settings), **settings)
    scripts.migrate({"registry": app.registry})
    port = free_port()
    say(url=f"http://127.0.0.1:{port}")
    waitress.serve(app, host="127.0.0.1", port=port, threads=8, _quiet=True)


class Laptop:
    """A client of the HTTP API."""

    def __init__(self, told: dict[str, Any]) -> None:
        import requests

        self.session = requests.Session()
        self.session.auth = ("bench", "bench")
        self.url = told["url"] + "/v1"
        self.held: dict[str, dict[str, Any]] = {}
        self.unsent: dict[str, dict[str, Any]] = {}
        self.mark = ""
        self._ask("PUT", "/buckets/bench")
        self._ask("PUT", "/buckets/bench/collections/attendance")

    def _ask(self, method: str, path: str, **options: Any) -> Any:
        answer = self.session.request(method, self.url + path, **options)
        if answer.status_code not in (200, 201, 304):
            raise RuntimeError(f"HTTP {answer.status_code}: {answer.text[:200]}")
        return answer

    def write(self, rows: str) -> None:
        """New records."""
        for row in read_lines(rows):
            self.held[row["id"]] = self.unsent[row["id"]] = {**row, "scope": "t-0123abcd"}

    def edit(self, edits: str) -> None:
        """New values in records that are here."""
        for edit in read_lines(edits):
            row = {**self.held[edit["id"]], **edit["set"]}
            self.held[edit["id"]] = self.unsent[edit["id"]] = row

    def push(self) -> None:
        """Send what is unsent, batch after batch."""
        rows = list(self.unsent.values())
        for start in range(0, len(rows), BATCH):
            requests = [
                {"method": "PUT", "path": f"{RECORDS}/{row['id']}", "body": {"data": row}}
                for row in rows[start : start + BATCH]
            ]
            answers = self._ask("POST", "/batch", json={"requests": requests}).json()
            if any(answer["status"] not in (200, 201) for answer in answers["responses"]):
                raise RuntimeError("some records failed")
        self.unsent = {}

    def pull(self) -> None:
        """Fetch what is newer than what was seen."""
        since = {"_since": self.mark} if self.mark else {}
        headers = {"If-None-Match": self.mark} if self.mark else {}
        answer = self._ask("GET", RECORDS, params=since, headers=headers)
        if answer.status_code == 200:
            self.held |= {row["id"]: row for row in answer.json()["data"]}
            self.mark = answer.headers["ETag"]

    def sync(self) -> None:
        """Both."""
        self.push()
        self.pull()

    def count(self) -> dict[str, Any]:
        """How many records are here."""
        return {"count": len(self.held)}


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["hub", folder, url]:
            serve(Path(folder), url)
        case ["laptop", _, _, told]:
            obey(Laptop(json.loads(told)))
