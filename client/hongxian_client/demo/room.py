"""Where the demonstration plays: in a folder that goes away, or in one that was asked for and is found again."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self

from hongxian.errors import Refused
from hongxian.security.keys import write_privately
from hongxian.storage.privacy import make_private_folder
from hongxian.text import Text

_FILE = "demo.json"


class OtherFiles(Refused):
    """The folder in which the demo is to be played holds something else."""

    message = Text(
        "{folder} 里已经有别的文件。演示请用一个空文件夹，或上次演示完的那个。",
        "{folder} holds other files. Name an empty folder, or one in which the demo was played to "
        "the end.",
    )


@dataclass(frozen=True)
class Programme:
    """What was played in a folder, for whoever opens it again."""

    port: int
    """The hub's, which its laptops know."""
    password: str
    """The keeper's."""
    laptops: dict[str, str]
    """Their teams, by their folders."""

    @classmethod
    def of(cls, folder: Path) -> Self | None:
        """That of what was played there to its end, if it was."""
        path = folder / _FILE
        return cls(**json.loads(path.read_bytes())) if path.exists() else None

    def keep(self, folder: Path) -> None:
        """Write it down there, where nobody else reads the password."""
        write_privately(folder / _FILE, json.dumps(asdict(self)).encode())


@contextmanager
def room(asked: Path | None) -> Iterator[Path]:
    """The folder to play in; raises `OtherFiles`."""
    if asked is None:
        with tempfile.TemporaryDirectory(
            prefix="hongxian-demo-", ignore_cleanup_errors=True
        ) as temporary:
            yield Path(temporary)
    elif asked.is_dir() and any(asked.iterdir()) and Programme.of(asked) is None:
        raise OtherFiles(folder=str(asked))
    else:
        make_private_folder(asked)
        yield asked.resolve()
