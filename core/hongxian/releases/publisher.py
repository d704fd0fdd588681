"""A publisher's key: a file that a passphrase opens. It is kept by whoever writes plugins, never on a hub."""

from __future__ import annotations

import re
import secrets
from pathlib import Path

import orjson

from hongxian.errors import Refused
from hongxian.security.code import FINGERPRINT_LETTERS, fingerprint_of, grouped, only_letters
from hongxian.security.keys import PUBLIC_KEY, SEED_BYTES, SigningKey, write_privately
from hongxian.security.sealing import NotOpened, SealingKey, sealed
from hongxian.security.secret import stretched
from hongxian.text import Text

LEAST_CHARACTERS = 12
"""Of a passphrase: argon2 slows guesses down, and no more."""
_SALT_BYTES = 16
_FILE_BYTES = 4_096
_HEX = re.compile(r"(?:[0-9a-f]{2})+\Z")


class PublisherKeyRefused(Refused):
    """A file of a publisher's key that does not open."""

    message = Text(
        "发布密钥 {file} 打不开：{detail}", "The publisher's key {file} cannot be opened: {detail}"
    )


_NO_KEY = Text(
    "这不是发布密钥；新做一个：hongxian plugin key 文件",
    "this is no publisher's key; make one: hongxian plugin key FILE",
)
_WRONG = Text("口令不对，请再试", "the passphrase is another; try again")
_SHORT = Text("口令至少要 {least} 个字符", "a passphrase has at least {least} characters")


def make_publisher_key(path: Path, passphrase: str) -> SigningKey:
    """A new key, in a file that only the passphrase opens; raises `PublisherKeyRefused`, `FileExistsError`."""
    if len(passphrase) < LEAST_CHARACTERS:
        detail = _SHORT.format(least=LEAST_CHARACTERS)
        raise PublisherKeyRefused(file=str(path), detail=detail)
    refuse_another(path)
    key, salt = SigningKey(secrets.token_bytes(SEED_BYTES)), secrets.token_bytes(_SALT_BYTES)
    kept = {
        "publisher": key.public,
        "salt": salt.hex(),
        "sealed": sealed(key.seed, _opener(passphrase, salt).public).hex(),
    }
    write_privately(path, orjson.dumps(kept, option=orjson.OPT_INDENT_2))
    return key


def refuse_another(path: Path) -> None:
    """Raise `FileExistsError` where something lies already in the place of a new key."""
    if path.exists():
        raise FileExistsError(17, "File exists", str(path))


def open_publisher_key(path: Path, passphrase: str) -> SigningKey:
    """The key of a file; raises `PublisherKeyRefused`, and `OSError` where it cannot be read."""
    kept = _kept(path)
    try:
        key = SigningKey(
            _opener(passphrase, bytes.fromhex(kept["salt"])).opened(bytes.fromhex(kept["sealed"]))
        )
    except (NotOpened, ValueError):
        raise PublisherKeyRefused(file=str(path), detail=_WRONG) from None
    if key.public != kept["publisher"]:
        raise PublisherKeyRefused(file=str(path), detail=_NO_KEY)
    return key


def called(publisher: str) -> str:
    """The letters by which people know a publisher's public key, in groups."""
    return grouped(fingerprint_of(publisher))


def is_called(publisher: str, typed: str) -> bool:
    """Whether these are a publisher's letters, whatever stands between them."""
    letters = only_letters(typed[: 4 * FINGERPRINT_LETTERS])
    return letters == fingerprint_of(publisher)


def _kept(path: Path) -> dict[str, str]:
    with path.open("rb") as file:
        text = file.read(_FILE_BYTES + 1)
    try:
        kept = orjson.loads(text)
        sound = re.match(PUBLIC_KEY, kept["publisher"]) and all(
            _HEX.match(kept[name]) for name in ("salt", "sealed")
        )
    except (orjson.JSONDecodeError, KeyError, TypeError):
        sound = None
    if not sound:
        raise PublisherKeyRefused(file=str(path), detail=_NO_KEY)
    found: dict[str, str] = kept
    return found


def _opener(passphrase: str, salt: bytes) -> SealingKey:
    return SealingKey(SigningKey(stretched(passphrase, salt)))
