"""The key of a data folder for a command: what is at hand opens it, or the person at the terminal."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from hongxian.plugins.failing.watchdog import before_anew
from hongxian.security.key_file import (
    PASSPHRASE_VARIABLE,
    KeyFile,
    Locked,
    Way,
    WrongSecret,
    refuse_weak,
)
from hongxian.security.unlocking import hand_on, key_at_hand, passphrase_of_file
from hongxian.storage.data_key import DataKey
from hongxian.terminal.language import said
from hongxian.text import Text

TRIES = 3
_PAUSE_SECONDS = 1.0
_ASKED = Text("口令", "Passphrase")
_NEW = Text(
    "请为这台电脑的数据定一个口令（至少 12 个字符，可以用几个不相干的词）。以后每次打开都要它；"
    "忘了的，向社区管理员要解锁码",
    "A passphrase for what this laptop keeps (12 characters at least; some words that have nothing to do with "
    "each other will do). It is asked for whenever it is opened; if it is forgotten, the hub's keeper helps",
)
_AGAIN = Text("再输一次", "Once more")


def key_of(folder: Path) -> DataKey | None:
    """The key of a data folder, None where it is not encrypted; raises `Locked`, `WrongSecret`."""
    held = KeyFile.read(folder)
    if held is None:
        return None
    key = key_at_hand(held)
    if key is None:
        if Way.PASSPHRASE not in held.ways or not sys.stdin.isatty():
            raise Locked(folder=str(folder), variable=PASSPHRASE_VARIABLE)
        key = _asked(held)
    keep_for_later(folder, key)
    return key


def keep_for_later(folder: Path, key: DataKey) -> None:
    """Ask for it no more where this process begins anew."""
    before_anew(lambda: hand_on(folder, key))


def new_passphrase() -> str | None:
    """One that a person chooses, or a file tells; None where there is neither. Raises `PassphraseRefused`."""
    told = passphrase_of_file()
    if told is None and sys.stdin.isatty():
        click.echo(said(_NEW), err=True)
        told = str(
            click.prompt(said(_ASKED), hide_input=True, err=True, confirmation_prompt=said(_AGAIN))
        )
    if told is not None:
        refuse_weak(told)
    return told


def _asked(held: KeyFile) -> DataKey:
    """What the person at the terminal knows; raises `WrongSecret` after some tries."""
    for _ in range(TRIES - 1):
        try:
            return held.open(Way.PASSPHRASE, _typed())
        except WrongSecret as error:
            click.echo(said(error.text), err=True)
            time.sleep(_PAUSE_SECONDS)
    return held.open(Way.PASSPHRASE, _typed())


def _typed() -> str:
    return str(click.prompt(said(_ASKED), hide_input=True, err=True))
