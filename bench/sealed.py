"""What encryption at rest costs a laptop and a hub: the same work in clear and encrypted, in turns of one run.

`python -m bench.sealed [RECORDS]` prints the medians in milliseconds of CPU and their ratio: encryption waits for
nothing, and what else the machine does takes time and no CPU of this process. Connections stay open, as at a desk; what
a command pays, which begins with none, is the line "first look". In the lines "hub takes" the hub is the encrypted
one, in all others the laptop; the other side of each is in clear.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hongxian.model.record import new_id
from hongxian.storage.data_key import DataKey
from hongxian_client.replica.replica import Replica
from hongxian_client.search.look import Look
from hongxian_client.sync.enrol import join
from hongxian_client.sync.session import sync
from hongxian_client.text.query import select_rows
from hongxian_client.transport.link import post_to_hub
from hongxian_plugins import roster
from hongxian_plugins.roster import Person
from hongxian_server.http.serve import make_server
from hongxian_server.hub import Hub
from hongxian_server.membership import devices
from hongxian_testing.laptop import with_only

RECORDS, TURNS, LARGE_TURNS, PUSHED = 5_000, 9, 5, 500
PAGE = 50
KINDS = {"in clear": None, "encrypted": DataKey.new()}


class Laptop:
    """One laptop of a hub, with so many people."""

    def __init__(self, folder: Path, key: DataKey | None, hub: Hub, address: str) -> None:
        self.replica = Replica.open(folder, key=key, plugins=with_only([roster]))
        with hub:
            code, _ = devices.make_code(hub, ["队"])
        with self.replica:
            join(self.replica, address, code)

    def write(self, count: int) -> None:
        """People, in one transaction."""
        rows = [
            {"id": new_id(), "name": f"示例·甲{at:05}", "skills": ["搬运", f"艺{at}"]}
            for at in range(count)
        ]
        with self.replica, self.replica.transaction():
            Person.insert_many(rows).execute()

    def edit(self) -> None:
        """One person, as a form does."""
        with self.replica:
            person = Person.select().first()
            person.name = f"示例·{new_id()[:8]}"
            person.save()

    def list_page(self) -> None:
        """A page of the list."""
        with self.replica:
            collection = self.replica.collection("roster.person")
            assert len(select_rows(self.replica, collection, [], sort="name", limit=PAGE)) == PAGE

    def search(self) -> None:
        """A search through all texts."""
        with self.replica:
            collection = self.replica.collection("roster.person")
            select_rows(self.replica, collection, [], limit=PAGE, search=Look(self.replica, "甲01"))

    def push(self) -> None:
        """What was written goes out."""
        with self.replica:
            sync(self.replica, post_to_hub(self.replica))


@contextmanager
def served(folder: Path, key: DataKey | None) -> Iterator[tuple[Hub, str]]:
    """A hub with one team, and its address."""
    hub = Hub.init(folder, "示例社区", key=key, plugins=with_only([roster]))
    with hub:
        devices.add_team(hub, "队")
    server = make_server(hub, "127.0.0.1", 0)
    server.start()
    with hub.kept_open():
        yield hub, f"http://127.0.0.1:{server.port}"
        server.stop()


def milliseconds(do: Callable[[], object]) -> float:
    """How much CPU something takes, of all threads."""
    began = time.process_time()
    do()
    return (time.process_time() - began) * 1000


def main() -> None:
    """Both kinds in turns, so that whatever else the machine does meets both."""
    records = int(sys.argv[1]) if len(sys.argv) > 1 else RECORDS
    taken: dict[str, dict[str, list[float]]] = {}

    def note(what: str, kind: str, do: Callable[[], object]) -> None:
        taken.setdefault(what, {}).setdefault(kind, []).append(milliseconds(do))

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kept = ExitStack()
        common = kept.enter_context(served(folder / "hub", None))
        laptops = {kind: Laptop(folder / kind, key, *common) for kind, key in KINDS.items()}
        guests = {
            kind: Laptop(
                folder / f"guest {kind}",
                None,
                *kept.enter_context(served(folder / f"hub {kind}", key)),
            )
            for kind, key in KINDS.items()
        }
        for kind, laptop in laptops.items():
            laptop.write(PAGE)
            for _ in range(TURNS):
                note("first look", kind, laptop.list_page)
            for each in (laptop, guests[kind]):
                kept.enter_context(each.replica.kept_open())
        for _ in range(LARGE_TURNS):
            for kind, laptop in laptops.items():
                note(f"write {records:,}", kind, lambda laptop=laptop: laptop.write(records))
                note(f"push {records:,}", kind, laptop.push)
                guests[kind].write(records)
                note(f"hub takes {records:,}", kind, guests[kind].push)
        for _ in range(TURNS):
            for kind, laptop in laptops.items():
                note("edit one", kind, laptop.edit)
                note("list page", kind, laptop.list_page)
                note("search", kind, laptop.search)
                laptop.write(PUSHED)
                note(f"push {PUSHED}", kind, laptop.push)
                guests[kind].write(PUSHED)
                note(f"hub takes {PUSHED}", kind, guests[kind].push)
        kept.close()
    print(f"{LARGE_TURNS * records:,} records{'':8}{'in clear':>12}{'encrypted':>12}   ratio")
    for what, of in taken.items():
        clear, sealed = (statistics.median(of[kind]) for kind in KINDS)
        print(f"{what:22}{clear:12.1f}{sealed:12.1f}   {sealed / clear:.2f}")


if __name__ == "__main__":
    main()
