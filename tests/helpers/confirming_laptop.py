"""A laptop's process for tests that kill it: it writes and syncs for ever, and says what is confirmed.

Run with its data folder. Each line on standard output is the JSON list of the ids of records that
were committed when it was printed; the empty list says that one more was counted on the tally.
"""

import json
import os
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path

from hongxian.errors import HubOutOfReach
from hongxian.merges import plus
from hongxian.terminal.unlocking import key_of
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_plugins.roster import Person
from hongxian_plugins.service import Tally

IMPORTED = 20
"""Records in one commit of many transactions."""


def write_and_sync(laptop: Replica) -> None:
    """The roads of writing in turn, each said when it returns, then a sync."""
    names = (f"示例·{os.getpid()}-{number}" for number in count())
    post = post_to_hub(laptop)
    [tally] = Tally.select()
    while True:
        say(Person.create(name=next(names)).id)
        with laptop.transaction():
            pair = [Person.create(name=next(names)).id for _ in range(2)]
        say(*pair)
        with laptop.separately():
            many = [{"name": next(names)} for _ in range(IMPORTED)]
            imported = Person.insert_many(many).execute()
        say(*[each[0] for each in imported])
        Tally.update(people=plus(1)).where(Tally.id == tally.id).execute()
        say()
        with suppress(HubOutOfReach):
            sync(laptop, post)


def say(*ids: str) -> None:
    print(json.dumps(ids), flush=True)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    with Replica.open(folder, key=key_of(folder)) as opened:
        write_and_sync(opened)
