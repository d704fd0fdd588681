"""A wish that a phone sends, and another process of its hub that does it: `FOLDER NAME MANY DIES`."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from peewee import CharField

from hongxian import Record, Text
from hongxian_server.hub import Hub
from hongxian_server.phone.once import Answer, done_once
from hongxian_testing.laptop import with_only
from samples import plugin


class Wish(Record):
    """What somebody wishes for."""

    what = CharField(max_length=20)

    class Meta:
        collection = "wishing.wish"
        title = Text("心愿", "Wishes")
        scope = "community"


WISHES = plugin("wishing", Wish)
WHOSE = "0190a0c5-0000-7000-8000-000000000001"


def wish(dies: Callable[[], None] = lambda: None) -> Answer:
    """What a phone's person does: another answer each time it is done."""
    made = Wish.create(what="一把伞")
    dies()
    return {"told": made.id}


def sent_at_once(hub: Hub, name: str, many: int, do: Callable[[], Answer] = wish) -> list[str]:
    """Send the same so many times, each in a thread of its own; gives the answers."""
    told: list[str] = []

    def send() -> None:
        with hub:
            told.append(done_once(hub, name, WHOSE, do)["told"])

    sends = [Thread(target=send) for _ in range(many)]
    for each in sends:
        each.start()
    for each in sends:
        each.join()
    return told


def elsewhere(folder: Path, name: str, many: int = 1, dies: str = "") -> subprocess.Popen[str]:
    """The same in another process, which is killed `inside` of it, `behind` its commit, or not at all."""
    path = os.pathsep.join(each for each in sys.path if each)
    command = [sys.executable, __file__, str(folder), name, str(many), dies]
    return subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": path}, stdout=subprocess.PIPE, text=True
    )


def main(folder: str, name: str, many: str, dies: str) -> None:
    """What that process does."""
    hub = Hub.open(Path(folder), plugins=with_only((WISHES,)))
    end = (lambda: os._exit(9)) if dies == "inside" else (lambda: None)
    told = sent_at_once(hub, name, int(many), lambda: wish(end))
    if dies == "behind":
        os._exit(9)
    print("\n".join(told))


if __name__ == "__main__":
    main(*sys.argv[1:])
