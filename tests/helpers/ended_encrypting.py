"""Encrypts copies of a folder, or the reverse, each ended one step later than the one before: `FOLDER INTO KIND WAY`.

A process of its own, for it forks: a step is whenever Python looks into a file or changes one.
"""

import os
import shutil
import sys
from pathlib import Path

from hongxian.storage.data_key import DataKey
from hongxian.storage.encrypting import Contents, decrypt_folder, encrypt_folder
from hongxian_client.replica.replica import CONTENTS as OF_LAPTOP
from hongxian_server.folder import CONTENTS as OF_HUB

KEY = DataKey(bytes(range(32)))
STEPS = ("open", "os.rename", "os.remove", "os.truncate", "os.mkdir", "os.rmdir")
ENDED = 9


def encrypt(folder: Path, contents: Contents = OF_LAPTOP) -> None:
    """All of a folder under the key of the tests."""
    encrypt_folder(folder, KEY, contents)


def decrypt(folder: Path, contents: Contents = OF_LAPTOP) -> None:
    """All of it in clear again."""
    decrypt_folder(folder, KEY, contents)


def ends_at(step: int, folder: Path, contents: Contents, way: str) -> bool:
    """Whether it was ended before it was done."""
    child = os.fork()
    if child == 0:
        left = [step]

        def count(event: str, _facts: object) -> None:
            left[0] -= event in STEPS
            if left[0] == 0:
                os._exit(ENDED)

        sys.addaudithook(count)
        {"encrypt": encrypt, "decrypt": decrypt}[way](folder, contents)
        os._exit(0)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, ENDED)
    return code == ENDED


if __name__ == "__main__":
    source, into, step = Path(sys.argv[1]), Path(sys.argv[2]), 1
    kind, way = sys.argv[3:]
    while True:
        shutil.copytree(source, into / str(step))
        contents = {"laptop": OF_LAPTOP, "hub": OF_HUB}[kind]
        if not ends_at(step, into / str(step), contents, way):
            break
        step += 1
