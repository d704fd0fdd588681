"""Every workload of a run, one after the other; what fails is noted, and the rest goes on."""

from __future__ import annotations

import shutil
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import exchange, growth, postgres
from bench.catalogue import CRSQLITE, HONGXIAN, PEERS
from bench.day import day
from bench.desk import desk
from bench.peer import Peer
from bench.process import Failed, run_once
from bench.profiling import profile
from bench.rows import edits, ids_of, rows, write_lines
from bench.sizes import Size
from bench.start import start
from bench.year import year

Results = dict[str, Any]


class Run:
    """One run of one size; `results` fills up as it goes."""

    def __init__(self, size: Size, work: Path, cache: Path) -> None:
        self.size, self.work, self.cache = size, work, cache
        self.results: Results = {"size": size.name, "left_out": {}, "exchanges": {}, "merge": {}}
        self._began = time.monotonic()
        self._number = 0

    def all(self) -> Results:
        """Do everything."""
        with postgres.cluster() as self.postgres_url:
            self.peers = list(self._installed(PEERS)) if self.size.with_peers else []
            for count in self.size.counts:
                self._exchanges(count)
            self._merges()
            self._own()
            self.desk()
            if self.size.with_year:
                self.year()
            self._days()
        return self.results

    def say(self, words: str) -> None:
        """A line of progress, with the time since the start."""
        seconds = int(time.monotonic() - self._began)
        print(f"{seconds // 60:3}:{seconds % 60:02}  {words}", flush=True)

    def _installed(self, peers: tuple[Peer, ...]) -> Iterator[Peer]:
        for peer in peers:
            self.say(f"making {peer.title} ready")
            if peer.with_postgres and self.postgres_url is None:
                self._leave_out(peer.title, "PostgreSQL is not on this machine")
                continue
            try:
                peer.install(self.cache)
                yield peer
            except Failed as failure:
                self._leave_out(peer.title, str(failure))

    def _leave_out(self, title: str, why: str) -> None:
        self.say(f"{title} is left out: {why}")
        self.results["left_out"].setdefault(title, why)

    def _try(self, title: str, work: Callable[[Path], Any]) -> Any:
        """What the work finds, in a folder of its own that goes again; None when it failed."""
        self._number += 1
        folder = self.work / str(self._number)
        self.say(title)
        try:
            return work(folder)
        except Exception as error:
            if not isinstance(error, Failed):
                traceback.print_exc(file=sys.stderr)
            self._leave_out(title, str(error) or type(error).__name__)
            return None
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    @contextmanager
    def _options(self, peer: Peer) -> Iterator[list[str]]:
        if not peer.with_postgres:
            yield []
            return
        assert self.postgres_url is not None
        with postgres.database(self.postgres_url) as url:
            yield [url]

    # -- with the peers ------------------------------------------------------------------------

    def _exchanges(self, count: int) -> None:
        """The limit, Hongxian and the fast peers in turn, round by round; the slow ones once."""
        found = self.results["exchanges"].setdefault(str(count), {})
        for number in range(self.size.rounds):
            for key, facts in self._round(count, number):
                if facts:
                    found.setdefault(key, []).append(facts)

    def _round(self, count: int, number: int) -> Iterator[tuple[str, Any]]:
        yield "limit", self._limit(count)
        yield HONGXIAN.key, self._exchange(HONGXIAN, count)
        for peer in self.peers:
            most = peer.most.get(self.size.name, count)
            if not peer.most or (number == 0 and (most >= count or count == self.size.counts[-1])):
                yield peer.key, self._exchange(peer, min(count, most))
        yield "limit", self._limit(count)

    def _exchange(self, peer: Peer, count: int) -> Any:
        repeats = min(self.size.repeats, peer.most_repeats)
        with self._options(peer) as options:
            return self._try(
                f"{peer.title}: {count:,} records",
                lambda folder: exchange.exchange(peer, folder, count, repeats, *options),
            )

    def _limit(self, count: int) -> Any:
        def insert(folder: Path) -> Any:
            folder.mkdir(parents=True)
            source = write_lines(folder / "rows", rows(count))
            command = [sys.executable, "-m", "bench.limit", folder / "plain.db", source]
            return run_once(command, folder / "log")

        return self._try(f"the limit: {count:,} records", insert)

    def _merges(self) -> None:
        for peer in (HONGXIAN, *self.peers):
            count = min(self.size.merge, peer.most.get(self.size.name, self.size.merge))
            if peer.merges:
                self.results["merge"][peer.key] = self._try(
                    f"{peer.title}: a merge of {count:,} records",
                    lambda folder, peer=peer, count=count: exchange.merge(peer, folder, count),
                )
        if self.size.with_peers:
            count = self.size.merge
            for _ in self._installed((CRSQLITE,)):
                self.results["merge"][CRSQLITE.key] = self._try(
                    f"cr-sqlite: a merge of {count:,} records",
                    lambda folder: self._crsqlite(folder, count),
                )

    def _crsqlite(self, folder: Path, count: int) -> Any:
        folder.mkdir(parents=True)
        ids = ids_of(count)
        files = [
            write_lines(folder / "rows", rows(count)),
            write_lines(folder / "here", edits(ids, ("minutes", "notes"), 1)),
            write_lines(folder / "there", edits(ids, ("minutes", "state"), 2)),
        ]
        return {"rows": count, **run_once([*CRSQLITE.command(), *files], folder / "log")}

    # -- Hongxian alone ------------------------------------------------------------------------

    def _own(self) -> None:
        size, results = self.size, self.results
        results["growth"] = self._try(
            f"Hongxian grows to {size.growth[-1]:,} records",
            lambda folder: growth.growth(HONGXIAN, folder, size.growth, size.growth_repeats),
        )
        results["history"] = self._try(
            f"Hongxian: {size.history:,} records, all edited {size.edit_rounds} times",
            lambda folder: growth.history(
                HONGXIAN, folder, size.history, size.edit_rounds, size.repeats
            ),
        )
        results["start"] = self._try(
            "the commands' start",
            lambda folder: start(HONGXIAN, folder, size.listed, size.repeats),
        )
        results["profile"] = self._try(
            "a profile of Hongxian",
            lambda folder: profile(HONGXIAN, folder, size.largest, size.merge),
        )

    def desk(self) -> Results:
        """The pages of a laptop that holds much, and of a hub."""
        self.results["desk"] = {
            str(count): self._try(
                f"the desk's pages at {count:,} records",
                lambda folder, count=count: desk(folder, count, self.size.repeats),
            )
            for count in self.size.desk
        }
        return self.results

    def year(self) -> Results:
        """The pages of a laptop that holds a year of every plugin."""
        self.results["year"] = self._try(
            "a year of all plugins", lambda folder: year(folder, self.size.repeats)
        )
        return self.results

    def _days(self) -> None:
        plan, found = self.size.day, self.results.setdefault("day", {})
        found["SQLite"] = self._try(
            f"a day of {plan.laptops} laptops on SQLite",
            lambda folder: day(HONGXIAN, folder, plan),
        )
        for hubs in plan.postgres:
            label = f"PostgreSQL, {hubs} hub process{'es' if hubs > 1 else ''}"
            if self.postgres_url is None:
                self._leave_out(label, "PostgreSQL is not on this machine")
                continue
            with postgres.database(self.postgres_url) as url:
                found[label] = self._try(
                    f"a day of {plan.laptops} laptops on {label}",
                    lambda folder, url=url, hubs=hubs: day(HONGXIAN, folder, plan, url, hubs),
                )
