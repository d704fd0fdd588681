"""What stands before a desk that cannot be opened yet: a person unlocks it, or chooses by what it will be."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, current_app

from hongxian.model.stamp import wall_clock
from hongxian.security.key_file import KeyFile, Way, WrongSecret, refuse_weak
from hongxian.security.system_keyring import SystemKeyring
from hongxian.security.throttle import Throttle
from hongxian.security.unlocking import begin_encrypting, keep_in_keyring
from hongxian.storage.data_key import DataKey
from hongxian_client.replica.hub_way import opened_by_code

_DOOR = "hongxian_locked_door"


@dataclass
class Door:
    """The way to one data folder's key; `opens` is told the key, or None for a folder in clear, and leads on."""

    folder: Path
    opens: Callable[[DataKey | None], str]
    """Opens the desk; returns the address at which it will be."""
    host: str = field(default_factory=lambda: f"hongxian-{secrets.token_hex(8)}.localhost")
    """A name of its own, as the desk has one, which lies encrypted."""
    secret: str = field(default_factory=secrets.token_hex)
    throttle: Throttle = field(default_factory=lambda: Throttle(wall_clock, WrongSecret))
    _turn: threading.Lock = field(default_factory=threading.Lock)

    @property
    def held(self) -> KeyFile | None:
        """What the folder says of its key; None where it has none yet."""
        return KeyFile.read(self.folder)

    def unlock(self, passphrase: str) -> str:
        """Open the desk by a passphrase; raises `WrongSecret`, `TooManyAttempts`."""
        with self.throttle.counting("passphrase"):
            key = _of(self.held).open(Way.PASSPHRASE, passphrase)
        return self._open(key)

    def recover(self, code: str, passphrase: str | None) -> str:
        """Open it by the keeper's code, and by a new passphrase or this system's keyring from now on.

        Raises `WrongSecret`, `TooManyAttempts`, `PassphraseRefused`.
        """
        held = _of(self.held)
        if passphrase is not None:
            refuse_weak(passphrase)
        with self.throttle.counting("code"):
            key = opened_by_code(held, code)
        if passphrase is not None:
            held.add(Way.PASSPHRASE, passphrase, key)
        elif not keep_in_keyring(held, key):
            raise WrongSecret()
        held.remove(Way.HUB)
        return self._open(key)

    def choose(self, passphrase: str) -> str:
        """Encrypt the folder from now on, under a passphrase; raises `PassphraseRefused`."""
        return self._open(begin_encrypting(self.folder, passphrase))

    def leave_in_clear(self) -> str:
        """Open it as it is: its person has said so."""
        return self._open(None)

    def _open(self, key: DataKey | None) -> str:
        with self._turn:  # a form that is sent twice opens once
            return self.opens(key)


def _of(held: KeyFile | None) -> KeyFile:
    if held is None:
        raise WrongSecret()
    return held


def has_keyring() -> bool:
    """Whether this system has a keyring, so that nobody needs a passphrase."""
    return SystemKeyring().is_there


def show_door(app: Flask, door: Door) -> None:
    """Make an app the door's."""
    app.extensions[_DOOR] = door


def current_door() -> Door:
    """That of the app under way."""
    door: Door = current_app.extensions[_DOOR]
    return door
