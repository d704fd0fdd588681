"""Who made a program file: the signature in it, by a publisher's key, as releases of plugins bear one."""

from __future__ import annotations

from pathlib import Path

from hongxian.errors import Refused
from hongxian.releases.program import Program, ProgramUnsound, said, write_signed
from hongxian.security.keys import SigningKey, is_signed
from hongxian.text import Text


class ProgramRefused(Refused):
    """A program file that may not be used: damaged, not signed, or not for here."""

    message = Text(
        "程序文件 {file} 不能用：{detail}", "The program file {file} cannot be used: {detail}"
    )


_UNSOUND = Text("它不完整，或被改动过（{why}）", "it is not whole, or was changed ({why})")
_NOT_SIGNED = Text(
    "没有发布者的签名：hongxian plugin key 做密钥，hongxian hub programs sign 签名",
    "no publisher has signed it: hongxian plugin key makes a key, hongxian hub programs sign signs it",
)
_OTHER_SIGNATURE = Text(
    "签名不对：文件被改动过，或不是发布者做的",
    "its signature does not hold: it was changed, or its publisher has not made it",
)


def sound_program(path: Path) -> Program:
    """A program file that is whole, whoever made it; raises `ProgramRefused`, `OSError`."""
    try:
        return Program.of(path)
    except ProgramUnsound as error:
        raise ProgramRefused(file=path.name, detail=_UNSOUND.format(why=str(error))) from None


def signed_program(path: Path) -> Program:
    """A program file that is whole and signed by its publisher; raises `ProgramRefused`, `OSError`."""
    program = sound_program(path)
    if not program.publisher:
        raise ProgramRefused(file=path.name, detail=_NOT_SIGNED)
    if not is_signed(said(program.told), program.signature, program.publisher):
        raise ProgramRefused(file=path.name, detail=_OTHER_SIGNATURE)
    return program


def sign_program(program: Program, key: SigningKey, path: Path) -> Program:
    """The same program, signed, as a file of its own; of the same program and key the same bytes."""
    write_signed(program, path, key.public, key.sign(said(program.told)))
    return signed_program(path)
