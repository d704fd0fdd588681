"""The key of a data folder from what is at hand: the process before, the system's keyring, a passphrase in a file."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from pathlib import Path

from hongxian.errors import FileRefused, Refused
from hongxian.security.key_file import (
    PASSPHRASE_VARIABLE,
    KeyFile,
    Way,
    WrongSecret,
    refuse_weak,
)
from hongxian.security.system_keyring import SystemKeyring
from hongxian.storage.data_key import KEY_BYTES, DataKey
from hongxian.text import Text

_HANDED_ON = "HONGXIAN_KEY_FD"
_NAME_BYTES = 16
_LINE_BYTES = 4_096
_OPEN_TO_OTHERS = Text(
    "别的账号也能读这个文件；请运行 chmod 600",
    "other accounts may read this file; run chmod 600 on it",
)


class NoPassphrase(Refused):
    """A folder is to be encrypted, but there is neither a keyring nor a passphrase to protect its key."""

    message = Text(
        "这里的数据要加密存放，而系统里没有钥匙串，也没有口令。请在终端里运行，或把口令写在文件里，用环境变量 "
        "{variable} 指出。电脑确实不加密的，加入时加 --no-encryption。",
        "The data here is to be encrypted, but there is neither a keyring nor a passphrase. Run this in a "
        "terminal, or set {variable} to a file that holds a passphrase. A laptop that is not to be encrypted "
        "joins with --no-encryption.",
    )

    def __init__(self) -> None:
        super().__init__(variable=PASSPHRASE_VARIABLE)


def key_at_hand(held: KeyFile) -> DataKey | None:
    """The key of a folder where nobody need be asked; raises `WrongSecret` for what a file says."""
    handed_on = _taken_over(held.folder)
    if handed_on is not None:
        return handed_on
    if Way.KEYRING in held.ways:
        secret = SystemKeyring().secret(held.ways[Way.KEYRING].about)
        with suppress(WrongSecret):
            if secret is not None:
                return held.open(Way.KEYRING, secret)
    passphrase = passphrase_of_file()
    return None if passphrase is None else held.open(Way.PASSPHRASE, passphrase)


def begin_encrypting(folder: Path, passphrase: str | None) -> DataKey:
    """Draw a key for a folder that has none: the keyring keeps it if there is one, and a passphrase if one is given.

    What lies there already is encrypted by whoever opens it next. Raises `NoPassphrase`, `PassphraseRefused`.
    """
    if passphrase is not None:
        refuse_weak(passphrase)
    key, held = DataKey.new(), KeyFile(folder)
    is_kept = keep_in_keyring(held, key)
    if passphrase is not None:
        held.add(Way.PASSPHRASE, passphrase, key)
    elif not is_kept:
        raise NoPassphrase()
    return key


def keep_in_keyring(held: KeyFile, key: DataKey) -> bool:
    """Let this system's keyring open a folder from now on; false where there is none."""
    name, secret = secrets.token_hex(_NAME_BYTES), secrets.token_hex(KEY_BYTES)
    if not SystemKeyring().keep(name, secret):
        return False
    held.add(Way.KEYRING, secret, key, name)
    return True


def passphrase_of_file() -> str | None:
    """The first line of the file that the environment names, if it names one; raises `FileRefused`, `OSError`."""
    told = os.environ.get(PASSPHRASE_VARIABLE)
    if not told:
        return None
    path = Path(told)
    with path.open("rb") as file:
        if os.name != "nt" and os.fstat(file.fileno()).st_mode & _others_bits(path):
            raise FileRefused(file=told, detail=_OPEN_TO_OTHERS)
        line = file.readline(_LINE_BYTES)
    return line.decode("utf-8", "replace").rstrip("\r\n")


def _others_bits(path: Path) -> int:
    """Those of a file's mode by which others than its owner may do something.

    systemd lets the service's account read its credentials by an access list, which shows in the bits of the group.
    """
    is_credential = str(path.parent) == os.environ.get("CREDENTIALS_DIRECTORY")
    return stat.S_IRWXO if is_credential else stat.S_IRWXG | stat.S_IRWXO


def hand_on(folder: Path, key: DataKey) -> None:
    """Let the process that this one becomes by `exec` have the key of a folder: by a pipe, so that it lies nowhere."""
    if os.name == "nt":  # who sits there is asked again
        return
    taking, giving = os.pipe()
    os.write(giving, key.secret)
    os.close(giving)
    os.set_inheritable(taking, True)
    os.environ[_HANDED_ON] = f"{taking}:{folder.absolute()}"


def _taken_over(folder: Path) -> DataKey | None:
    descriptor, _, whose = os.environ.get(_HANDED_ON, "").partition(":")
    if whose != str(folder.absolute()) or not descriptor.isdecimal():
        return None
    del os.environ[_HANDED_ON]
    try:
        secret = os.read(int(descriptor), KEY_BYTES)
        os.close(int(descriptor))
        return DataKey(secret)
    except (OSError, ValueError):
        return None
