"""A hub and a laptop on a loopback of their own, made bad by the kernel: `unshare -n python alone_on_a_line.py`.

Arguments: a folder, how many records to write, the seconds for which a line may stand still, and commands for the
kernel, in which `{port}` is the hub's. Tells as JSON how many syncs it took, and what they said that failed.
"""

import json
import random
import shlex
import subprocess
import sys
from pathlib import Path

from hongxian.errors import HubOutOfReach
from hongxian_client.replica.unsent import outbox
from hongxian_client.sync.session import sync
from hongxian_client.transport import line
from hongxian_client.transport.link import post_to_hub
from meeting import meeting
from samples import SAMPLE, Visit

SYNCS = 8


def main(folder: str, records: str, still: str, *commands: str) -> None:
    """Play it."""
    subprocess.run(["ip", "link", "set", "lo", "mtu", "1400", "up"], check=True)
    line.STILL_SECONDS = float(still)
    failures: list[str] = []
    with meeting(Path(folder), SAMPLE) as all_:
        all_.team("east")
        laptop = all_.laptop("east")
        with laptop, laptop.separately():
            notes = [random.Random(n).randbytes(60).hex() for n in range(int(records))]
            Visit.insert_many([{"name": "来访", "note": note} for note in notes]).execute()
        port = all_.address.rpartition(":")[2]
        for command in commands:
            subprocess.run(shlex.split(command.format(port=port)), check=True)
        with laptop:
            while len(failures) < SYNCS and outbox.count(outbox.EntryState.UNSENT):
                try:
                    sync(laptop, post_to_hub(laptop))
                except HubOutOfReach as error:
                    failures.append(error.text.en)
            print(
                json.dumps({"failures": failures, "unsent": outbox.count(outbox.EntryState.UNSENT)})
            )


if __name__ == "__main__":
    main(*sys.argv[1:])
