"""Encrypts copies of a folder, each ended one step later than the one before: `FOLDER INTO`.

A process of its own, for it forks: a step is whenever Python looks into a file or changes one.
"""

import os
import shutil
import sys
from pathlib import Path

from hongxian.storage.data_key import DataKey
from hongxian.storage.encrypting import encrypt_folder
from hongxian_client.replica.replica import DATABASES, PASSED, SMALL_FILES

KEY = DataKey(bytes(range(32)))
STEPS = ("open", "os.rename", "os.remove", "os.truncate", "os.mkdir", "os.rmdir")
ENDED = 9


def encrypt(folder: Path) -> None:
    """All of a laptop's folder under the key of the tests."""
    encrypt_folder(folder, KEY, DATABASES, SMALL_FILES, PASSED)


def ends_at(step: int, folder: Path) -> bool:
    """Whether it was ended before it was done."""
    child = os.fork()
    if child == 0:
        left = [step]

        def count(event: str, _facts: object) -> None:
            left[0] -= event in STEPS
            if left[0] == 0:
                os._exit(ENDED)

        sys.addaudithook(count)
        encrypt(folder)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, ENDED)
    return code == ENDED


if __name__ == "__main__":
    source, into, step = Path(sys.argv[1]), Path(sys.argv[2]), 1
    while True:
        shutil.copytree(source, into / str(step))
        if not ends_at(step, into / str(step)):
            break
        step += 1
