"""Releases of one small plugin, as its publisher makes them."""

import io
import zipfile

from hongxian.releases.publisher import called
from hongxian.releases.release import Release, make_release
from hongxian.security.keys import SigningKey
from hongxian_server.hub import Hub
from hongxian_server.ops.releases.plugins import add_release

PUBLISHER = SigningKey(bytes(range(32)))
STRANGER = SigningKey(bytes(32))
SEAT = '''"""座位: what is lent."""
from peewee import {kind}
from hongxian import Record, hookimpl

version = "{version}"


class Thing(Record):
    seats = {kind}({options}default={default})

    class Meta:
        collection = "seat.thing"


@hookimpl
def hongxian_collections():
    return [Thing]
'''


def seat(version: str, kind: str = "IntegerField", default: str = "20", options: str = "") -> str:
    """The plugin's source, in one release of it."""
    return SEAT.format(version=version, kind=kind, default=default, options=options)


def released(
    version: str,
    source: str | None = None,
    *,
    key: SigningKey = PUBLISHER,
    works_with: str = ">=0.2",
    name: str = "seat",
) -> Release:
    """A release of it."""
    files = {f"{name}.py": (seat(version) if source is None else source).encode()}
    return make_release(
        key, name=name, version=version, works_with=works_with, files=files, declares={}
    )


def added(hub: Hub, release: Release) -> None:
    """Let the hub take a release in, as its keeper does who compared the publisher's letters."""
    with hub:
        add_release(hub, release, called(release.manifest.publisher))


def rezipped(release: Release, **changed: bytes | None) -> bytes:
    """The release's file with other entries: those that are named have this content, or are gone.

    A double underscore stands for a slash.
    """
    with zipfile.ZipFile(io.BytesIO(release.content)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    held |= {name.replace("__", "/"): each for name, each in changed.items() if each is not None}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, each in held.items():
            if changed.get(name, b"") is not None:
                archive.writestr(name, each)
    return out.getvalue()
