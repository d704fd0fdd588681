"""The key of a data folder for a command: what is at hand opens it, or the person at the terminal."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from hongxian.plugins.failing.watchdog import before_anew
from hongxian.security.key_file import (
    KeyFile,
    Locked,
    Way,
    WrongSecret,
    refuse_weak,
)
from hongxian.security.unlocking import (
    NoPassphrase,
    begin_encrypting,
    hand_on,
    keep_in_keyring,
    key_at_hand,
    passphrase_of_file,
)
from hongxian.storage.data_key import DataKey
from hongxian.terminal.language import said
from hongxian.text import Text
from hongxian.words.values import JsonObject

TRIES = 3
_PAUSE_SECONDS = 1.0
_ASKED = Text("口令", "Passphrase")
_NEW = Text(
    "请为这里的数据定一个口令（至少 12 个字符，可以用几个不相干的词）。以后每次打开都要它；{forgotten}",
    "A passphrase for what is kept here (12 characters at least; some words that have nothing to do with "
    "each other will do). It is asked for whenever it is opened; if it is forgotten, {forgotten}",
)
BY_KEEPER = Text("忘了的，向社区管理员要解锁码", "the hub's keeper helps")
BY_SHEET = Text("忘了的，凭恢复单打开", "the recovery sheet opens it")
"""Who helps where a passphrase was forgotten: of a laptop, of a hub."""
_WAYS = {
    Way.KEYRING: Text("这个系统的钥匙串", "this system's keyring"),
    Way.PASSPHRASE: Text("口令", "a passphrase"),
    Way.HUB: Text("社区管理员的解锁码", "a code of the hub's keeper"),
    Way.SHEET: Text("恢复单", "the recovery sheet"),
}
_AGAIN = Text("再输一次", "Once more")


def key_of(folder: Path) -> DataKey | None:
    """The key of a data folder, None where it is not encrypted; raises `Locked`, `WrongSecret`."""
    held = KeyFile.read(folder)
    if held is None:
        return None
    key = key_at_hand(held)
    if key is None:
        if Way.PASSPHRASE not in held.ways or not sys.stdin.isatty():
            raise Locked(held)
        key = _asked(held)
    keep_for_later(folder, key)
    return key


def keep_for_later(folder: Path, key: DataKey) -> None:
    """Ask for it no more where this process begins anew."""
    before_anew(lambda: hand_on(folder, key))


def new_key_of(folder: Path, forgotten: Text, *, asks: bool = False) -> DataKey:
    """Draw a key for a folder that has none; `asks`: a person is to choose a passphrase, keyring or not.

    Raises `NoPassphrase`, `PassphraseRefused`.
    """
    try:
        told = new_passphrase(forgotten) if asks else passphrase_of_file()
        return begin_encrypting(folder, told)
    except NoPassphrase:
        return begin_encrypting(folder, new_passphrase(forgotten))


def change_ways(held: KeyFile, key: DataKey, forgotten: Text, *, asks: bool, keeps: bool) -> None:
    """Have another passphrase open it, or this system's keyring; raises `NoPassphrase`, `PassphraseRefused`."""
    if asks:
        chosen = new_passphrase(forgotten)
        if chosen is None:
            raise NoPassphrase()
        held.add(Way.PASSPHRASE, chosen, key)
    if keeps and not keep_in_keyring(held, key):
        raise NoPassphrase()


def ways_told(folder: Path) -> tuple[JsonObject, Text]:
    """By what a folder opens, as commands answer."""
    held = KeyFile.read(folder)
    ways = [way for way in Way if held is not None and way in held.ways]
    said = Text(
        "这里的数据加密存放。打开它的是：{ways}",
        "What is kept here is encrypted. It opens by: {ways}",
    )
    return {"encrypted": True, "ways": ways}, said.format(ways=[_WAYS[way] for way in ways])


def new_passphrase(forgotten: Text) -> str | None:
    """One that a person chooses, or a file tells; None where there is neither. Raises `PassphraseRefused`."""
    told = passphrase_of_file()
    if told is None and sys.stdin.isatty():
        click.echo(said(_NEW.format(forgotten=forgotten)), err=True)
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
