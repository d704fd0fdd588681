"""What a release says of itself: its name, its version, its publisher, and the hash of each of its files."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass

import orjson
from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate
from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from hongxian.errors import Refused
from hongxian.releases.sound_zip import SHA256, VERSION, is_path
from hongxian.security.keys import PUBLIC_KEY
from hongxian.text import Text
from hongxian.version import __version__
from hongxian.words.values import Json, JsonObject

NAME = r"[a-z][a-z0-9_]{0,39}\Z"
MOST_FILES = 2_000
FILES_BYTES = 32 * 2**20
"""Of all files of a release together, as they lie on a disk."""


class ReleaseRefused(Refused):
    """A release of a plugin that may not be used: damaged, not signed, or not what it should be."""

    message = Text(
        "插件发行文件 {file} 不能用：{detail}", "The release {file} cannot be used: {detail}"
    )


class OtherHost(ReleaseRefused):
    """A release made for other versions of Hongxian."""


_OTHER_HOST = Text(
    "它适用于 Hongxian {wanted}，这里是 {here}", "it works with Hongxian {wanted}, this is {here}"
)


@dataclass(frozen=True)
class Manifest:
    """One release of one plugin."""

    name: str
    version: str
    works_with: str
    """A version specifier of Hongxian."""
    publisher: str
    """The public key of whoever signed it, in hex."""
    files: dict[str, tuple[int, str]]
    """Size in bytes and SHA-256 of each, by its path, whose first part is the plugin's name."""
    declares: JsonObject
    """Its collections as `shape` tells them, for who compares releases."""

    def as_bytes(self) -> bytes:
        """As it stands in the file, and is signed."""
        return orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)

    @property
    def called(self) -> str:
        """`NAME-VERSION`."""
        return f"{self.name}-{self.version}"

    def refuse_other_host(self) -> None:
        """Raise `OtherHost` where it does not work with this release of Hongxian."""
        if not SpecifierSet(self.works_with).contains(__version__, prereleases=True):
            detail = _OTHER_HOST.format(wanted=self.works_with, here=__version__)
            raise OtherHost(file=self.called, detail=detail)


def said(manifest: bytes) -> bytes:
    """What the publisher signs of a manifest's bytes."""
    return b"Hongxian plugin release\n" + manifest


def is_version(version: str) -> bool:
    """Whether a release may be called so."""
    if not re.match(VERSION, version):
        return False
    try:
        return bool(Version(version))
    except InvalidVersion:
        return False


def read_manifest(text: bytes) -> Manifest:
    """A manifest's bytes, checked; raises `ValueError` with what is wrong."""
    try:
        loaded: Manifest = _SCHEMA.load(orjson.loads(text))
    except (orjson.JSONDecodeError, ValidationError) as error:
        raise ValueError(str(error)[:500]) from None
    return loaded


def _fits_together(manifest: Manifest) -> str | None:
    """What of its files is wrong, in English, for who makes releases; None for nothing."""
    paths, name = list(manifest.files), manifest.name
    if odd := [path for path in paths if not is_path(path)]:
        return f"a file may not be called {odd[0]!r}"
    if len({path.lower() for path in paths}) < len(paths):
        return "two files differ in capital letters alone"
    if not {f"{name}.py", f"{name}/__init__.py"} & set(paths):
        return f"neither {name}.py nor {name}/__init__.py is in it"
    if any(path != f"{name}.py" and not path.startswith(f"{name}/") for path in paths):
        return f"all its files lie in {name}/"
    if sum(size for size, _ in manifest.files.values()) > FILES_BYTES:
        return f"its files are larger than {FILES_BYTES} bytes"
    return None


class _ManifestSchema(Schema):
    class Meta:
        register = False
        unknown = EXCLUDE  # a later release may say more

    name = fields.String(required=True, validate=validate.Regexp(NAME))
    version = fields.String(required=True, validate=is_version)
    works_with = fields.String(required=True, validate=validate.Length(max=100))
    publisher = fields.String(required=True, validate=validate.Regexp(PUBLIC_KEY))
    files = fields.Dict(
        fields.String(),
        fields.Tuple(
            (
                fields.Integer(strict=True, validate=validate.Range(0, FILES_BYTES)),
                fields.String(validate=validate.Regexp(SHA256)),
            )
        ),
        required=True,
        validate=validate.Length(1, MOST_FILES),
    )
    declares = fields.Dict(fields.String(), fields.Raw(), load_default=dict)

    @post_load
    def _make(self, data: Json, **_: object) -> Manifest:
        manifest = Manifest(**data)
        try:
            SpecifierSet(manifest.works_with)
        except InvalidSpecifier:
            raise ValidationError(f"{manifest.works_with!r} is no version specifier") from None
        if wrong := _fits_together(manifest):
            raise ValidationError(wrong)
        return manifest


_SCHEMA = _ManifestSchema()
