"""A town's folder: the folders of its communities, which of them are paused, and what the town keeps of its keeper."""

from __future__ import annotations

import re
import secrets
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import orjson

from hongxian.errors import FileRefused, Refused
from hongxian.security.keys import write_privately
from hongxian.security.secret import hash_of
from hongxian.storage.privacy import make_private_folder
from hongxian.text import Text
from hongxian_server.folder import CONFIG, TOWN
from hongxian_server.membership.keeper import drawn_password, is_password_of

PAUSED = "paused"
"""In a community's folder while it is not to be served."""
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
OURS = frozenset({"", "assets", "language", "log-in", "log-out", "type-size"})
"""What follows the address of a town where it is the town's own."""
_NOBODYS = OURS | {"console", "healthz", "metrics", "openapi", "trust", "v1"}
"""What no community is called."""
_DAMAGED = Text(
    "内容坏了，请从备份放回，或删去它再另设密码", "is damaged: put it back, or remove it"
)


class NoCommunity(Refused):
    """A name that no community of a town has."""

    message = Text(
        "这里没有社区“{name}”。网址以社区的短名结尾，像这样：https://主机/短名",
        "There is no community {name!r} here. An address ends with its community's name: https://HOST/NAME",
    )
    status = 404


def names_in(folder: Path) -> list[str]:
    """The names of a town's communities, by which their folders and addresses are called."""
    return sorted(
        each.parent.name
        for each in folder.glob(f"*/{CONFIG}")
        if _NAME.fullmatch(each.parent.name) and each.parent.name not in _NOBODYS
    )


def is_paused(folder: Path) -> bool:
    """Whether a community is not to be served, told by its folder."""
    return (folder / PAUSED).exists()


def pause(town: Path, name: str, *, is_paused: bool) -> None:
    """Have a community served no more, or again, within some seconds; raises `NoCommunity`."""
    if name not in names_in(town):
        raise NoCommunity(name=name)
    if is_paused:
        write_privately(town / name / PAUSED, b"")
    else:
        (town / name / PAUSED).unlink(missing_ok=True)


@dataclass(frozen=True)
class Kept:
    """What a town keeps for itself."""

    cookies: str
    """What signs its page's cookies, for good: each process reads it once, and they know each other's."""
    password: str = ""
    """Only its argon2 hash."""
    signals: str | None = None
    """The URL of a PostgreSQL database that carries signals between processes; no pgbouncer stands before it."""

    @classmethod
    def of(cls, folder: Path) -> Kept:
        """As it is on disk, made where there is none; raises `FileRefused`."""
        path = folder / TOWN
        if not path.exists():
            make_private_folder(folder)
            made = cls(secrets.token_hex())
            made.keep(folder)
            return made
        try:
            return cls(**orjson.loads(path.read_bytes()))
        except (ValueError, TypeError):
            raise FileRefused(file=str(path), detail=_DAMAGED) from None

    def keep(self, folder: Path) -> None:
        """Write it down."""
        write_privately(folder / TOWN, orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2))

    def is_password(self, password: str) -> bool:
        """Whether it is the town's keeper's."""
        return is_password_of(self.password, password)


def new_password(folder: Path) -> str:
    """A password for the town's keeper, to be shown once; whoever had come in by the former is out."""
    password = drawn_password()
    replace(Kept.of(folder), password=hash_of(password)).keep(folder)
    return password
