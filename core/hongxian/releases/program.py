"""A program file: one version of Hongxian with all its libraries, as a zip that hubs hand out.

`manifest.json` names every file with its size and SHA-256; `signature` is its publisher's, of the manifest's
bytes (`signed_program` looks at it). The standard library alone, for the launcher puts such files in place.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from hongxian.releases.sound_zip import (
    CHUNK_BYTES,
    LONG_AGO,
    SHA256,
    UNREADABLE,
    VERSION,
    bytes_of,
    chunks_of,
    is_path,
)
from hongxian.storage.whole_file import whole_file

SUFFIX = ".hxprog"
SYSTEMS = ("linux", "windows")
SYSTEM = rf"(?:{'|'.join(SYSTEMS)})(?:-[a-z0-9_]{{1,20}})?\Z"
"""What a file is for: all machines of a system, or those of a processor, as `linux-aarch64`."""
PROGRAM_BYTES = 512 * 2**20
"""Of a program file, at most."""
FILES_BYTES = 1536 * 2**20
"""Of all files in it together, as they lie on a disk."""
MOST_FILES = 20_000
MANIFEST, SIGNATURE = "manifest.json", "signature"
WHEELS = "wheels/"
_MANIFEST_BYTES, _SIGNATURE_BYTES = 8 * 2**20, 400
_LETTERS = "A-Za-z0-9_+"
_END = struct.Struct("<4s4H2LH")
"""What a zip ends with, where no comment follows: how many files, and how long the list of them is."""
_END_OF_64 = b"PK\x06\x07"
_ENTRY_BYTES = 46 + 160 + 64
"""Of one file in that list, at most."""
_PYTHON = re.compile(r"3\.[0-9]{1,2}\Z")


class ProgramUnsound(ValueError):
    """A file that is no whole program file; says what is wrong, in English."""


def file_name(version: str, system: str, ending: str = SUFFIX) -> str:
    """What a program file is called, or another file of that version for that system."""
    return f"hongxian-{version}-{system}{ending}"


def is_for(system: str, here: str, processor: str) -> bool:
    """Whether what is for `system` runs on a machine: it is for all processors of its system, or for its own."""
    return system in (here, f"{here}-{processor}")


@dataclass(frozen=True)
class Manifest:
    """What a program file says of itself."""

    version: str
    system: str
    """What it is for, as `SYSTEM` has it."""
    python: str
    """The least Python that it runs on, such as `3.11`; on Windows the one that it brings."""
    formats: tuple[int, int]
    """The oldest and the newest format of a database that it opens; it writes the newest."""
    protocol: int
    """What it speaks with hubs."""
    files: dict[str, tuple[int, str]]
    """Size in bytes and SHA-256 of each, by its path."""

    def as_bytes(self) -> bytes:
        """As it stands in the file, and is signed."""
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @property
    def called(self) -> str:
        """What its file is called."""
        return file_name(self.version, self.system)


@dataclass(frozen=True)
class Program:
    """A program file that is whole: what lies in it is what its manifest says."""

    path: Path
    manifest: Manifest
    told: bytes
    """The manifest's bytes, which are signed."""
    publisher: str
    """The public key that is said to have signed it, in hex; "" where nobody has."""
    signature: str

    @classmethod
    def of(cls, path: Path) -> Program:
        """A program file, looked at whole, of which nothing is unpacked; raises `ProgramUnsound`, `OSError`."""
        with _Opened(path) as archive:
            told = bytes_of(archive, MANIFEST, _MANIFEST_BYTES)
            manifest = read_manifest(told)
            names = archive.namelist()
            signed = [SIGNATURE] if SIGNATURE in names else []
            wanted = sorted([MANIFEST, *signed, *manifest.files])
            if sorted(names) != wanted:
                odd = sorted(set(names) ^ set(wanted)) or ["one file twice"]
                raise ProgramUnsound(f"what is in it is not what its manifest says ({odd[0]})")
            publisher, _, signature = (
                bytes_of(archive, SIGNATURE, _SIGNATURE_BYTES).decode("ascii").partition(" ")
                if signed
                else ("", "", "")
            )
            for name in manifest.files:
                for _ in _checked(archive, name, manifest):
                    pass
        return cls(path, manifest, told, publisher, signature.strip())

    def unpack(self, folder: Path, below: str = "") -> None:
        """Write what lies below a folder of it into one here, each file on the disk when this returns.

        What was looked at before is looked at again as it is written.
        """
        with _Opened(self.path) as archive:
            for name in self.manifest.files:
                if name.startswith(below):
                    place = folder / name
                    place.parent.mkdir(parents=True, exist_ok=True)
                    with open(place, "xb") as file:
                        for chunk in _checked(archive, name, self.manifest):
                            file.write(chunk)
                        file.flush()
                        os.fsync(file.fileno())


def said(manifest: bytes) -> bytes:
    """What the publisher signs of a manifest's bytes."""
    return b"Hongxian program\n" + manifest


def write_program(
    path: Path,
    files: Mapping[str, Path | bytes],
    *,
    version: str,
    system: str,
    python: str,
    formats: tuple[int, int],
    protocol: int,
) -> Program:
    """Pack a program file that nobody has signed yet: of the same files the same bytes.

    Raises `ProgramUnsound` for what no laptop would take.
    """
    named = dict(sorted(files.items()))
    told = {name: _size_and_hash(given) for name, given in named.items()}
    manifest = Manifest(version, system, python, formats, protocol, told)
    with whole_file(path) as file, zipfile.ZipFile(file, "w") as archive:
        _write(archive, MANIFEST, manifest.as_bytes())
        for name, given in named.items():
            _write(archive, name, given)
    return Program.of(path)


def write_signed(program: Program, path: Path, publisher: str, signature: str) -> None:
    """The same program file with a signature, in the place of one that it had."""
    with (
        _Opened(program.path) as before,
        whole_file(path) as file,
        zipfile.ZipFile(file, "w") as archive,
    ):
        _write(archive, MANIFEST, program.told)
        for name in program.manifest.files:
            with archive.open(_entry(name), "w") as opened:
                for chunk in _checked(before, name, program.manifest):
                    opened.write(chunk)
        _write(archive, SIGNATURE, f"{publisher} {signature}".encode())


def read_manifest(text: bytes) -> Manifest:
    """A manifest's bytes, checked; raises `ProgramUnsound` with what is wrong."""
    try:
        told = json.loads(text)
        manifest = Manifest(
            version=str(told["version"]),
            system=str(told["system"]),
            python=str(told["python"]),
            formats=(int(told["formats"][0]), int(told["formats"][1])),
            protocol=int(told["protocol"]),
            files={str(n): (int(size), str(sha256)) for n, (size, sha256) in told["files"].items()},
        )
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise ProgramUnsound(f"its manifest cannot be read ({error!r})"[:300]) from None
    if wrong := _wrong_with(manifest):
        raise ProgramUnsound(wrong)
    return manifest


def _wrong_with(manifest: Manifest) -> str | None:
    files = manifest.files
    if not re.match(VERSION, manifest.version):
        return f"no version: {manifest.version[:40]!r}"
    if not re.match(SYSTEM, manifest.system) or not _PYTHON.match(manifest.python):
        return "its system or its Python is none that there is"
    if not files or len(files) > MOST_FILES:
        return f"it has none, or more than {MOST_FILES} files"
    if odd := [path for path in files if not is_path(path, _LETTERS)]:
        return f"a file may not be called {odd[0][:200]!r}"
    if len({path.lower() for path in files} | {MANIFEST, SIGNATURE}) < len(files) + 2:
        return "two files differ in capital letters alone"
    if any(size < 0 or not re.match(SHA256, sha256) for size, sha256 in files.values()):
        return "a size or a hash is none"
    if sum(size for size, _ in files.values()) > FILES_BYTES:
        return f"its files are larger than {FILES_BYTES} bytes"
    return None


class _Opened:
    """A zip that is small enough to be listed; what is wrong with it is raised as `ProgramUnsound`."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")

    def __enter__(self) -> zipfile.ZipFile:
        try:
            _refuse_long_list(self._file)
            return zipfile.ZipFile(self._file)
        except UNREADABLE as error:
            self._file.close()
            raise ProgramUnsound(f"it does not open ({error})"[:300]) from None

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        self._file.close()
        if isinstance(error, UNREADABLE) and not isinstance(error, (ProgramUnsound, OSError)):
            raise ProgramUnsound(f"it does not open ({error})"[:300]) from None


def _refuse_long_list(file: BinaryIO) -> None:
    """Raise for a zip whose list of files would take much memory; `zipfile` reads it whole."""
    size = file.seek(0, os.SEEK_END)
    if size > PROGRAM_BYTES:
        raise ValueError(f"larger than {PROGRAM_BYTES} bytes")
    file.seek(max(0, size - _END.size - 20))
    tail = file.read()
    end, *_, files, length, _start, comment = _END.unpack(tail[-_END.size :])
    if end != b"PK\x05\x06" or comment or tail.startswith(_END_OF_64):
        raise ValueError("no plain zip")
    if files > MOST_FILES + 2 or length > (MOST_FILES + 2) * _ENTRY_BYTES:
        raise ValueError(f"more than {MOST_FILES} files")


def _checked(archive: zipfile.ZipFile, name: str, manifest: Manifest) -> Iterator[bytes]:
    """The bytes of a file in it; raises `ProgramUnsound` where they end up as others than the manifest says."""
    size, sha256 = manifest.files[name]
    seen, length = hashlib.sha256(), 0
    for chunk in chunks_of(archive, name, size):
        seen.update(chunk)
        length += len(chunk)
        yield chunk
    if (length, seen.hexdigest()) != (size, sha256):
        raise ProgramUnsound(f"what is in it is not what its manifest says ({name})")


def _size_and_hash(given: Path | bytes) -> tuple[int, str]:
    if isinstance(given, bytes):
        return len(given), hashlib.sha256(given).hexdigest()
    with given.open("rb") as file:
        return given.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def _write(archive: zipfile.ZipFile, name: str, given: Path | bytes) -> None:
    with archive.open(_entry(name), "w") as opened:
        if isinstance(given, bytes):
            opened.write(given)
        else:
            with given.open("rb") as file:
                while chunk := file.read(CHUNK_BYTES):
                    opened.write(chunk)


def _entry(name: str) -> zipfile.ZipInfo:
    """Wheels are packed already."""
    entry = zipfile.ZipInfo(name, LONG_AGO)
    entry.compress_type = zipfile.ZIP_STORED if name.startswith(WHEELS) else zipfile.ZIP_DEFLATED
    return entry
