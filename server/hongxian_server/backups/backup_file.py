"""A backup as a file: what a hub is made of, encrypted to its recovery sheet and signed by its key.

The file is one of age's, with one line more in its header: which hub made it, when (milliseconds since
1970), the SHA-256 of all else in it, and the hub's signature under that. Inside is a tar of the
database and of the hub's plugins; of an encrypted hub the database is encrypted there too, and its `key.json`
is beside it. Nothing is decrypted of a file whose signature does not hold.
"""

from __future__ import annotations

import re
import shutil
import tarfile
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import BinaryIO, NamedTuple, cast

from hongxian.engine.store import PLUGINS
from hongxian.errors import FileRefused
from hongxian.security import age
from hongxian.security.key_file import FILE as KEY_FILE
from hongxian.security.keys import SigningKey, is_signed
from hongxian.security.sealing import NotOpened, SealingKey
from hongxian.security.sheet import SheetRefused
from hongxian.storage.files import FILE as FILES
from hongxian.storage.privacy import FILE, make_private_folder, private
from hongxian.text import Text
from hongxian_server.folder import DATABASE

ENDING = ".age"
_SIGNED = (
    rb"-> hongxian-backup (?P<hub>[0-9a-f]{64}) (?P<made>[0-9]{13}) (?P<sha256>[0-9a-f]{64}) "
    rb"(?P<signature>[0-9a-f]{128})\n\n"
)
_HEADER = re.compile(
    re.escape(age.FIRST_LINE) + b"(?P<wrapped>" + age.WRAPPED + b")" + _SIGNED + age.MAC
)
_HEADER_BYTES = 461
"""The same in every backup: each part is as long as any other of its kind."""
_PIECE = 2**20
_NO_BACKUP = Text(
    "不是社区主机的完整备份（{why}），请用 hongxian hub backup 做的另一个文件",
    "no whole backup of a hub ({why}); use another file that hongxian hub backup made",
)
NO_FILE = Text("这里没有文件，请检查路径", "there is no such file; check its path")


class Part(NamedTuple):
    """A file to go into a backup, and as what."""

    name: str
    path: Path


@dataclass(frozen=True)
class BackupFile:
    """A backup that its hub has signed; whether it is whole, `check` tells."""

    path: Path
    hub: str
    """The public key of the hub that made it."""
    made: int
    """When, in milliseconds since 1970."""
    sha256: str
    """Of all but the line of the signature and the one after it."""
    wrapped: bytes

    @classmethod
    def of(cls, path: Path) -> BackupFile:
        """Read who made a file, and prove it; raises `FileRefused`."""
        if not path.is_file():
            raise FileRefused(file=str(path), detail=NO_FILE)
        with path.open("rb") as file:
            header = _HEADER.fullmatch(file.read(_HEADER_BYTES))
        if header is None:
            raise refused(path, Text("没有签名", "nobody signed it"))
        told = {name: each.decode() for name, each in header.groupdict().items()}
        said = _said(told["hub"], told["made"], told["sha256"])
        if not is_signed(said, told["signature"], told["hub"]):
            raise refused(path, Text("签名不对", "its signature is wrong"))
        return cls(path, told["hub"], int(told["made"]), told["sha256"], header["wrapped"])

    def check(self) -> None:
        """Prove that it is whole, which reads all of it; raises `FileRefused`."""
        digest = sha256(self.wrapped)
        with self.path.open("rb") as file:
            file.seek(_HEADER_BYTES)
            while piece := file.read(_PIECE):
                digest.update(piece)
        if digest.hexdigest() != self.sha256:
            raise refused(self.path, Text("被截断或改动过", "it was cut off or changed"))

    def unpack(self, key: SealingKey, into: Path) -> None:
        """Put what is in it into a folder; raises `SheetRefused` for another sheet's key, `FileRefused`."""
        share, body = re.fullmatch(age.WRAPPED, self.wrapped).groups()  # type: ignore[union-attr]
        try:
            of_file = age.unwrapped(share, body, key)
        except NotOpened:
            raise SheetRefused() from None
        with self.path.open("rb") as file:
            file.seek(_HEADER_BYTES)
            try:
                _unpack(age.Decrypting(file, of_file), into)
            except (NotOpened, tarfile.TarError) as error:
                raise refused(self.path, str(error)) from None


def write_backup(
    into: Path, parts: Iterable[Part], made: int, key: SigningKey, recipient: str
) -> None:
    """Make a backup of these parts in a file, by a hub's key for a sheet's public one (in hex)."""
    of_file = age.new_key()
    wrapped = age.wrapped(of_file, recipient)
    with open(into, "w+b", opener=private) as file:
        file.write(bytes(_HEADER_BYTES))
        with closing(age.Encrypting(file, of_file)) as encrypting:
            _pack(parts, encrypting)
        digest = sha256(wrapped)
        file.seek(_HEADER_BYTES)
        while piece := file.read(_PIECE):
            digest.update(piece)
        facts = (key.public, f"{made:013}", digest.hexdigest())
        signed = " ".join(["-> hongxian-backup", *facts, key.sign(_said(*facts))]) + "\n\n"
        header = age.FIRST_LINE + wrapped + signed.encode()
        file.seek(0)
        file.write(header + age.mac_line(of_file, header))


def refused(source: object, why: Text | str) -> FileRefused:
    """What is told of a file that is no backup."""
    return FileRefused(file=str(source), detail=_NO_BACKUP.format(why=why))


def _said(hub: str, made: str, digest: str) -> bytes:
    return f"hongxian backup {hub} {made} {digest}".encode()


def _pack(parts: Iterable[Part], into: age.Encrypting) -> None:
    with tarfile.open(mode="w|", fileobj=cast(BinaryIO, into)) as tar:
        for part in parts:
            told = tarfile.TarInfo(part.name)
            told.size, told.mode = part.path.stat().st_size, FILE
            with part.path.open("rb") as file:
                tar.addfile(told, file)


def _unpack(file: age.Decrypting, into: Path) -> None:
    with tarfile.open(mode="r|", fileobj=cast(BinaryIO, file)) as tar:
        for told in tar:
            content = tar.extractfile(told)
            if content is None or not _belongs(told.name):
                raise tarfile.TarError(told.name)
            path = into / told.name
            make_private_folder(path.parent)
            with open(path, "xb", opener=private) as out:
                shutil.copyfileobj(content, out)
    while file.read(_PIECE):  # the tar's padding: its last chunk is proven with it
        pass


def _belongs(name: str) -> bool:
    """Whether it is the database, the files of its records, what their key lies in, or a file among the plugins."""
    path = PurePosixPath(name)
    inside = path.parts[:1] == (PLUGINS,) and not {"..", "\\", ":"} & {*path.parts, *name}
    return name in (DATABASE, FILES, KEY_FILE) or inside
