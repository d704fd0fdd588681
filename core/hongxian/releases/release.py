"""A release as a file: a zip of the manifest, the publisher's signature of it, and the files that it names.

Nothing of one is believed before its signature and every hash were looked at, and nothing is read beyond
what the manifest says.
"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hongxian.releases.manifest import (
    MOST_FILES,
    Manifest,
    ReleaseRefused,
    read_manifest,
    said,
)
from hongxian.releases.sound_zip import LONG_AGO, UNREADABLE, bytes_of
from hongxian.security.keys import SigningKey, is_signed
from hongxian.text import Text

SUFFIX = ".hxplugin"
RELEASE_BYTES = 8 * 2**20
"""Of a release's file, at most."""
_MANIFEST, _SIGNATURE, _FILES = "manifest.json", "signature", "files/"
_MANIFEST_BYTES, _SIGNATURE_BYTES = 2**20, 128

_TOO_LARGE = Text("它大于 {most} MB", "it is larger than {most} MB")
_NO_ZIP = Text("打不开（{why}）", "it does not open ({why})")
_NOT_SIGNED = Text(
    "签名不对：文件被改动过，或不是发布者做的",
    "its signature does not hold: it was changed, or its publisher has not made it",
)
_OTHER_FILES = Text(
    "里面的文件和清单不同（{name}）", "what is in it is not what its manifest says ({name})"
)


@dataclass(frozen=True)
class Release:
    """A release whose signature and hashes hold."""

    manifest: Manifest
    content: bytes
    """The whole file."""
    files: Mapping[str, bytes]

    @property
    def sha256(self) -> str:
        """Of the whole file, in hex."""
        return hashlib.sha256(self.content).hexdigest()

    @classmethod
    def read(cls, content: bytes, file: str) -> Release:
        """A release's bytes, looked at; raises `ReleaseRefused`, which calls it `file`."""
        if len(content) > RELEASE_BYTES:
            raise ReleaseRefused(file=file, detail=_TOO_LARGE.format(most=RELEASE_BYTES >> 20))
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return _looked_at(archive, content, file)
        except UNREADABLE as error:
            raise ReleaseRefused(file=file, detail=_NO_ZIP.format(why=error)) from None

    @classmethod
    def of(cls, path: Path) -> Release:
        """The release of a file; raises `ReleaseRefused`, and `OSError` where it cannot be read."""
        with path.open("rb") as file:
            return cls.read(file.read(RELEASE_BYTES + 1), path.name)


def _looked_at(archive: zipfile.ZipFile, content: bytes, file: str) -> Release:
    names = archive.namelist()
    if len(names) > MOST_FILES + 2:
        raise ReleaseRefused(file=file, detail=_OTHER_FILES.format(name=len(names)))
    told = bytes_of(archive, _MANIFEST, _MANIFEST_BYTES)
    manifest = read_manifest(told)
    signature = bytes_of(archive, _SIGNATURE, _SIGNATURE_BYTES).decode("ascii")
    if not is_signed(said(told), signature, manifest.publisher):
        raise ReleaseRefused(file=file, detail=_NOT_SIGNED)
    wanted = [_MANIFEST, _SIGNATURE, *(_FILES + path for path in manifest.files)]
    if sorted(names) != sorted(wanted):
        odd = sorted(set(names) ^ set(wanted)) or names
        raise ReleaseRefused(file=file, detail=_OTHER_FILES.format(name=odd[0]))
    files = {}
    for path, (size, sha256) in manifest.files.items():
        files[path] = bytes_of(archive, _FILES + path, size)
        if len(files[path]) != size or hashlib.sha256(files[path]).hexdigest() != sha256:
            raise ReleaseRefused(file=file, detail=_OTHER_FILES.format(name=path))
    return Release(manifest, content, files)


def make_release(
    key: SigningKey,
    *,
    name: str,
    version: str,
    works_with: str,
    files: Mapping[str, bytes],
    declares: Mapping[str, object],
) -> Release:
    """A release of these files, signed; raises `ReleaseRefused` for what no laptop would take."""
    hashes = {
        path: (len(held), hashlib.sha256(held).hexdigest()) for path, held in sorted(files.items())
    }
    manifest = Manifest(name, version, works_with, key.public, hashes, dict(declares))
    told = manifest.as_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, held in (
            (_MANIFEST, told),
            (_SIGNATURE, key.sign(said(told)).encode()),
            *((_FILES + path, files[path]) for path in hashes),
        ):
            entry = zipfile.ZipInfo(path, LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, held)
    return Release.read(packed.getvalue(), f"{name}-{version}{SUFFIX}")
