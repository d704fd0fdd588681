"""A laptop's process for tests that kill it: it attaches files and syncs for ever, and says what is confirmed.

Run with its data folder. Each line on standard output is the JSON `[record, sha256]` of a file that was
committed with its record when it was printed.
"""

import json
import random
import sys
from contextlib import suppress
from itertools import count
from pathlib import Path

from album import ALBUM, Visit
from hongxian.errors import HubOutOfReach
from hongxian.files import attach
from hongxian.records import COMMUNITY
from hongxian_client.replica.replica import Replica
from hongxian_client.sync.session import sync
from hongxian_client.transport.link import post_to_hub
from hongxian_testing.laptop import with_only


def attach_and_sync(laptop: Replica) -> None:
    post = post_to_hub(laptop)
    for number in count():
        content = b"%PDF-1.7 " + random.randbytes(400_000)
        file = attach(Visit.scan, content, f"{number}.pdf")
        made = Visit.create(name=f"示例·{number}", scope=COMMUNITY, scan=file)
        print(json.dumps([made.id, file.sha256]), flush=True)
        with suppress(HubOutOfReach):
            sync(laptop, post)


if __name__ == "__main__":
    with Replica.open(Path(sys.argv[1]), plugins=with_only((ALBUM,))) as opened:
        attach_and_sync(opened)
