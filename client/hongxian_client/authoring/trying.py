"""A laptop of its own to try a plugin on, which has what its author saved last."""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from hongxian.engine.store import PLUGINS
from hongxian.errors import FileRefused
from hongxian.security.keys import SEED_BYTES, SigningKey, id_of
from hongxian.words.incarnation import incarnation_of
from hongxian_client.authoring.sources import sources_of
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.menu_state import MenuState
from hongxian_client.replica.replica import Replica

LOOK_SECONDS = 0.5
_NOWHERE = "http://127.0.0.1:9"
"""Where no hub ever answers: the port that discards (RFC 863)."""
_TEAM = "示例队"


def make_laptop(folder: Path, name: str) -> None:
    """A laptop of one invented team and a hub which never answers, where there is none yet.

    Its menu has the plugin of this name alone; others can be put back there.
    """
    with Replica.open(folder) as replica:
        if LaptopState.read().hub_key:
            return
        key, salt = replica.new_key(), secrets.token_hex(8)
        with replica.upkeep(), LaptopState.changing() as state:
            state.hub_key = SigningKey(secrets.token_bytes(SEED_BYTES)).public
            state.hub_url, state.community = _NOWHERE, _TEAM
            state.laptop, state.salt, state.number = id_of(key.public), salt, 1
            state.incarnation = incarnation_of(state.laptop, salt)
            state.teams = {"team-1": _TEAM}
        others = sorted({each.name for each in replica.plugins.all} - {name})
        with replica.upkeep(), MenuState.changing() as menu:
            menu.plugins_out_of_menu = others


def put_plugin(path: Path, folder: Path) -> None:
    """Have a laptop's folder hold a plugin as it lies on the disk now, in place of what it held of it."""
    sources, plugins = sources_of(path), folder / PLUGINS
    shutil.rmtree(plugins / sources.name, ignore_errors=True)
    (plugins / f"{sources.name}.py").unlink(missing_ok=True)
    for name, held in sources.files.items():
        (plugins / name).parent.mkdir(parents=True, exist_ok=True)
        (plugins / name).write_bytes(held)


def watch_plugin(path: Path, then: Callable[[], None]) -> None:
    """From now on do `then`, once, in a thread of its own, when a file of the plugin is another."""
    began = _mark(path)

    def look() -> None:
        while _mark(path) in (began, None):
            time.sleep(LOOK_SECONDS)
        then()

    threading.Thread(target=look, name="plugin-watch", daemon=True).start()


def _mark(path: Path) -> int | None:
    """What changes with any file of a plugin; None while an editor is at it, and it is none."""
    with suppress(FileRefused, OSError):
        return hash(tuple(sorted(sources_of(path).files.items())))
    return None
