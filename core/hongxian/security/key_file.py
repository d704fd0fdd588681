"""How to come by the key of a data folder: a file beside the databases says which secrets open it.

Each way has a secret of its own (the system's keyring holds one, a person knows one, a laptop's hub can tell one, a
hub's stands on its recovery sheet), under which the folder's key lies sealed. Whoever has the folder and no such secret
has nothing.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path
from typing import Any  # Any: what JSON tells

import orjson

from hongxian.errors import FileRefused, Refused
from hongxian.security.keys import SigningKey, write_privately
from hongxian.security.sealing import NotOpened, SealingKey, sealed
from hongxian.security.secret import AS_RECOMMENDED, Cost, present_cost, stretched
from hongxian.security.sheet import RecoverySheet, SheetRefused
from hongxian.storage.data_key import DataKey
from hongxian.storage.encrypting import Contents, decrypt_folder, encrypt_folder
from hongxian.text import Text

FILE = "key.json"
LEAST_CHARACTERS = 12
"""Of a passphrase: argon2 slows guesses down, and no more."""
LONGEST_SECRET = 400
PASSPHRASE_VARIABLE = "HONGXIAN_PASSPHRASE_FILE"
"""Names a file whose first line is a passphrase, for what runs where nobody can be asked."""
MOST_COST = Cost(iterations=10, memory=2**18, lanes=16)
"""Of a passphrase: a file that somebody else wrote makes nobody give more than 256 MiB to one guess."""
_FORMAT = 1
_SALT_BYTES = 16
_FILE_BYTES = 65_536
_HEX = re.compile(r"(?:[0-9a-f]{2})+\Z")


class Way(StrEnum):
    """By what a folder is opened."""

    KEYRING = "keyring"
    PASSPHRASE = "passphrase"
    HUB = "hub"
    SHEET = "sheet"


class WrongSecret(Refused):
    """A passphrase, or another secret, that does not open the folder."""

    message = Text("打不开：口令不对。请再试。", "This is not the right passphrase. Try again.")


class PassphraseRefused(Refused):
    """A passphrase that is easily guessed."""

    message = Text(
        "口令至少要 {least} 个字符，不能只有数字。可以用几个不相干的词。",
        "A passphrase needs at least {least} characters, and not only digits. A few unrelated "
        "words will do.",
    )


class Locked(Refused):
    """An encrypted folder that nothing here unlocks."""

    message = Text(
        "{folder} 是加密的，这里没有打开它的口令或钥匙串。请在终端里运行，或把口令写在文件里，用环境变量 "
        "{variable} 指出。忘了口令，或换了电脑：{advice}",
        "{folder} is encrypted, and no keyring or passphrase here unlocks it. Run this in a terminal, or set "
        "{variable} to a file that holds the passphrase. If it was forgotten, or this is another "
        "machine: {advice}",
    )

    def __init__(self, held: KeyFile) -> None:
        advice = _BY_SHEET if Way.SHEET in held.ways else _BY_KEEPER
        super().__init__(folder=str(held.folder), variable=PASSPHRASE_VARIABLE, advice=advice)


_BY_KEEPER = Text(
    "运行 hongxian，按页面上说的向社区管理员要解锁码。",
    "run hongxian, whose page says how the hub's keeper helps.",
)
_BY_SHEET = Text(
    "凭恢复单打开它，另定一个口令：hongxian hub encrypt --sheet",
    "open it by the recovery sheet, and set another passphrase: hongxian hub encrypt --sheet",
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
    cost: Cost | None = None
    """Of one guess of a passphrase; None for that of before it was told here."""

    @classmethod
    def told(cls, kept: dict[str, Any]) -> Sealed:
        """As the file tells it; raises `TypeError`, `ValueError` for what cannot be."""
        cost = kept.pop("cost", None)
        made = cls(**kept, cost=None if cost is None else Cost(**cost))
        if not (_HEX.match(made.salt) and _HEX.match(made.sealed) and isinstance(made.about, str)):
            raise ValueError("no sealed key")
        if made.cost is not None and not made.cost.is_within(MOST_COST):
            raise ValueError("too dear")
        return made


@dataclass
class KeyFile:
    """What a data folder says of its key."""

    folder: Path
    ways: dict[Way, Sealed] = field(default_factory=dict)
    is_done: bool = False
    """Whether nothing is left in clear of what was there before."""
    is_leaving: bool = False
    """Whether all of it is to lie in clear again."""

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
            ways = {Way(name): Sealed.told(each) for name, each in told["ways"].items()}
            is_sound = told["format"] == _FORMAT
        except (ValueError, TypeError, LookupError, AttributeError):
            is_sound = False
        if not is_sound:
            raise FileRefused(file=str(folder / FILE), detail=_DAMAGED)
        return cls(folder, ways, bool(told["is_done"]), bool(told.get("is_leaving")))

    def add(self, way: Way, secret: str, key: DataKey, about: str = "") -> None:
        """Let another secret open it, in the place of the one before by the same way."""
        salt = secrets.token_bytes(_SALT_BYTES)
        cost = present_cost() if way is Way.PASSPHRASE else None
        under = sealed(key.secret, _opener(way, secret, salt, cost).public).hex()
        self._write(ways={**self.ways, way: Sealed(salt.hex(), under, about, cost)})

    def add_sheet(self, public: str, hub: str, key: DataKey) -> None:
        """Let a hub's recovery sheet open it, of which this is the public key; `hub` is the hub's own."""
        under = sealed(key.secret, public).hex()
        self._write(ways={**self.ways, Way.SHEET: Sealed(hub, under, public)})

    def remove(self, way: Way) -> None:
        """Let what opened it by one way open it no more."""
        self._write(ways={name: each for name, each in self.ways.items() if name != way})

    def open(self, way: Way, secret: str) -> DataKey:
        """The key; raises `WrongSecret`."""
        held = self.ways.get(way)
        if held is None or len(secret) > LONGEST_SECRET:
            raise WrongSecret()
        return _opened(held, _opener(way, secret, bytes.fromhex(held.salt), held.cost))

    def open_by_sheet(self, sheet: RecoverySheet) -> DataKey:
        """The key, by a hub's recovery sheet; raises `SheetRefused`."""
        held = self.ways.get(Way.SHEET)
        if held is None:
            raise SheetRefused()
        try:
            return _opened(held, sheet.key_of(held.salt))
        except WrongSecret:
            raise SheetRefused() from None

    def begin_anew(self) -> None:
        """Let whoever opens it next look again for what lies there in clear."""
        self._write(is_done=False)

    def done(self) -> None:
        """Keep that nothing does."""
        self._write(is_done=True)

    def leave(self) -> None:
        """Have whoever opens it next put all of it in clear again."""
        self._write(is_leaving=True)

    def copy_into(self, folder: Path) -> KeyFile:
        """The same for a copy of the folder, of which nobody has looked yet what lies there in clear."""
        copy = replace(self, folder=folder)
        copy.begin_anew()
        return copy

    def _write(self, **changed: object) -> None:
        new = replace(self, **changed)  # type: ignore[arg-type]
        told = {
            "format": _FORMAT,
            "is_done": new.is_done,
            "is_leaving": new.is_leaving,
            "ways": {str(name): asdict(each) for name, each in new.ways.items()},
        }
        write_privately(self.folder / FILE, orjson.dumps(told, option=orjson.OPT_INDENT_2))
        vars(self).update(vars(new))


def finish_encrypting(folder: Path, key: DataKey | None, contents: Contents) -> DataKey | None:
    """The key with which a folder opens, once all in it lies under that, or in clear again, as was begun.

    Raises `Locked` without it, `InUse`.
    """
    held = KeyFile.read(folder)
    if held is None:
        return key
    if key is None:
        raise Locked(held)
    if held.is_leaving:
        decrypt_folder(folder, key, contents)
        (folder / FILE).unlink()
        return None
    if not held.is_done:
        encrypt_folder(folder, key, contents)
        held.done()
    return key


def refuse_weak(passphrase: str) -> None:
    """Raise `PassphraseRefused` for what is guessed soon."""
    if len(passphrase) < LEAST_CHARACTERS or passphrase.isdecimal():
        raise PassphraseRefused(least=LEAST_CHARACTERS)


def _opener(way: Way, secret: str, salt: bytes, cost: Cost | None) -> SealingKey:
    """What people choose is slow to guess; the other secrets are drawn, and no guess comes near."""
    if way is Way.PASSPHRASE:
        return SealingKey(SigningKey(stretched(secret, salt, cost or AS_RECOMMENDED)))
    return SealingKey(SigningKey(blake2b(secret.encode(), salt=salt, digest_size=32).digest()))


def _opened(held: Sealed, opener: SealingKey) -> DataKey:
    try:
        return DataKey(opener.opened(bytes.fromhex(held.sealed)))
    except (NotOpened, ValueError):
        raise WrongSecret() from None
