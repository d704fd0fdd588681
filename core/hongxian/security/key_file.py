"""How to come by the key of a data folder: a file beside the databases says which secrets open it.

Each way has a secret of its own (the system's keyring holds one, a person knows one, the hub can tell one), under which
the folder's key lies sealed. Whoever has the folder and no such secret has nothing.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path

import orjson

from hongxian.errors import FileRefused, Refused
from hongxian.security.keys import SigningKey, write_privately
from hongxian.security.sealing import NotOpened, SealingKey, sealed
from hongxian.security.secret import stretched
from hongxian.storage.data_key import DataKey
from hongxian.storage.encrypting import encrypt_folder
from hongxian.text import Text

FILE = "key.json"
LEAST_CHARACTERS = 12
"""Of a passphrase: argon2 slows guesses down, and no more."""
LONGEST_SECRET = 400
PASSPHRASE_VARIABLE = "HONGXIAN_PASSPHRASE_FILE"
"""Names a file whose first line is a passphrase, for what runs where nobody can be asked."""
_FORMAT = 1
_SALT_BYTES = 16
_FILE_BYTES = 65_536
_HEX = re.compile(r"(?:[0-9a-f]{2})+\Z")


class Way(StrEnum):
    """By what a folder is opened."""

    KEYRING = "keyring"
    PASSPHRASE = "passphrase"
    HUB = "hub"


class WrongSecret(Refused):
    """A passphrase, or another secret, that does not open the folder."""

    message = Text(
        "打不开：口令不对。请再试。", "It does not open: this is another passphrase. Try again."
    )


class PassphraseRefused(Refused):
    """A passphrase that is guessed soon."""

    message = Text(
        "口令至少要 {least} 个字符，不能只有数字。可以用几个不相干的词。",
        "A passphrase has at least {least} characters, and not digits alone. Some words that have "
        "nothing to do with each other will do.",
    )


class Locked(Refused):
    """An encrypted folder, and nothing here that opens it."""

    message = Text(
        "{folder} 是加密的，这里没有打开它的口令或钥匙串。请在终端里运行，或把口令写在文件里，用环境变量 "
        "{variable} 指出。忘了口令，或换了电脑：运行 hongxian，按页面上说的向社区管理员要解锁码。",
        "{folder} is encrypted, and neither a keyring nor a passphrase that opens it is at hand. Run it in a "
        "terminal, or name a file that holds the passphrase by {variable}. Forgotten, or on another "
        "machine: run hongxian, whose page says how the hub's keeper helps.",
    )


_DAMAGED = Text(
    "这个文件坏了，没有它什么也打不开。请从整个文件夹的备份里放回它。",
    "This file is damaged, and nothing opens without it. Put it back from a copy of the folder.",
)


@dataclass(frozen=True)
class Sealed:
    """The folder's key under one secret."""

    salt: str
    sealed: str
    about: str = ""
    """What to find the secret by: the keyring's entry, the question for the hub, and its key."""


@dataclass
class KeyFile:
    """What a data folder says of its key."""

    folder: Path
    ways: dict[Way, Sealed] = field(default_factory=dict)
    is_done: bool = False
    """Whether nothing is left in clear of what was there before."""

    @classmethod
    def read(cls, folder: Path) -> KeyFile | None:
        """That of a folder; None where it is not encrypted. Raises `FileRefused` for what cannot be understood."""
        try:
            with (folder / FILE).open("rb") as file:
                content = file.read(_FILE_BYTES)
        except FileNotFoundError:
            return None
        try:
            told = orjson.loads(content)
            ways = {Way(name): Sealed(**each) for name, each in told["ways"].items()}
            is_sound = told["format"] == _FORMAT and all(map(_is_sound, ways.values()))
        except (ValueError, TypeError, LookupError, AttributeError):
            is_sound = False
        if not is_sound:
            raise FileRefused(file=str(folder / FILE), detail=_DAMAGED)
        return cls(folder, ways, bool(told["is_done"]))

    def add(self, way: Way, secret: str, key: DataKey, about: str = "") -> None:
        """Let another secret open it, in the place of the one before by the same way."""
        salt = secrets.token_bytes(_SALT_BYTES)
        under = sealed(key.secret, _opener(way, secret, salt).public).hex()
        self._write(ways={**self.ways, way: Sealed(salt.hex(), under, about)})

    def remove(self, way: Way) -> None:
        """Let what opened it by one way open it no more."""
        self._write(ways={name: each for name, each in self.ways.items() if name != way})

    def open(self, way: Way, secret: str) -> DataKey:
        """The key; raises `WrongSecret`."""
        held = self.ways.get(way)
        if held is None or len(secret) > LONGEST_SECRET:
            raise WrongSecret()
        try:
            opener = _opener(way, secret, bytes.fromhex(held.salt))
            return DataKey(opener.opened(bytes.fromhex(held.sealed)))
        except (NotOpened, ValueError):
            raise WrongSecret() from None

    def begin_anew(self) -> None:
        """Let whoever opens it next look again for what lies there in clear."""
        self._write(is_done=False)

    def done(self) -> None:
        """Keep that nothing does."""
        self._write(is_done=True)

    def _write(self, **changed: object) -> None:
        new = replace(self, **changed)  # type: ignore[arg-type]
        told = {
            "format": _FORMAT,
            "is_done": new.is_done,
            "ways": {str(name): asdict(each) for name, each in new.ways.items()},
        }
        write_privately(self.folder / FILE, orjson.dumps(told, option=orjson.OPT_INDENT_2))
        self.ways, self.is_done = new.ways, new.is_done


def finish_encrypting(
    folder: Path,
    key: DataKey | None,
    databases: Sequence[str],
    files: Sequence[str],
    passed: Sequence[str],
) -> None:
    """Encrypt what lies in clear still in a folder that has a key; raises `Locked` without it, `InUse`."""
    held = KeyFile.read(folder)
    if held is not None and key is None:
        raise Locked(folder=str(folder), variable=PASSPHRASE_VARIABLE)
    if held is not None and key is not None and not held.is_done:
        encrypt_folder(folder, key, databases, files, passed)
        held.done()


def refuse_weak(passphrase: str) -> None:
    """Raise `PassphraseRefused` for what is guessed soon."""
    if len(passphrase) < LEAST_CHARACTERS or passphrase.isdecimal():
        raise PassphraseRefused(least=LEAST_CHARACTERS)


def _opener(way: Way, secret: str, salt: bytes) -> SealingKey:
    """What people choose is slow to guess; the other secrets are drawn, and no guess comes near."""
    if way is Way.PASSPHRASE:
        return SealingKey(SigningKey(stretched(secret, salt)))
    return SealingKey(SigningKey(blake2b(secret.encode(), salt=salt, digest_size=32).digest()))


def _is_sound(held: Sealed) -> bool:
    return bool(_HEX.match(held.salt) and _HEX.match(held.sealed)) and isinstance(held.about, str)
