"""A program file on a laptop: looked at, of a publisher who is believed here, and put in place."""

from __future__ import annotations

from pathlib import Path

from hongxian.releases.program import Program
from hongxian.releases.publisher import called
from hongxian.releases.signed_program import ProgramRefused, signed_program
from hongxian.text import Text
from hongxian_client.program.home import Home
from hongxian_client.program.installing import NotInstalled, put_in_place

_STRANGER = Text(
    "发布者 {letters} 这台电脑还不认识。向管理员核对这些字母，对得上再运行：hongxian program trust {letters}",
    "this laptop does not know its publisher, {letters}. Compare the letters with the keeper's; "
    "if they match: hongxian program trust {letters}",
)
_NOT_IN_PLACE = Text("装不上（{why}）", "it could not be put in place ({why})")


def install(path: Path, home: Home) -> str:
    """Put the version of a program file in place beside those that are there; gives it.

    The first publisher is believed. Raises `ProgramRefused`, `OSError`.
    """
    program = signed_program(path)
    refuse_stranger(program, home)
    try:
        version = put_in_place(program, home)
    except NotInstalled as error:
        detail = _NOT_IN_PLACE.format(why=str(error))
        raise ProgramRefused(file=path.name, detail=detail) from None
    home.trust(program.publisher)
    return version


def refuse_stranger(program: Program, home: Home) -> None:
    """Raise `ProgramRefused` for a program that is not by whom this laptop believes."""
    trusted = home.publishers()
    if trusted and program.publisher not in trusted:
        detail = _STRANGER.format(letters=called(program.publisher))
        raise ProgramRefused(file=program.manifest.called, detail=detail)
