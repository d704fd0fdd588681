"""What a kit brings of its hub to a new laptop: where it is, which it is, and, if the keeper wants it, a code."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import orjson
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from hongxian.security.code import LONGEST_CODE

FILE = "hub.json"
"""Its name in a kit, and beside the data folder of a laptop that a kit made."""
_BYTES = 4_096
_LONGEST = 2_000


@dataclass(frozen=True)
class Brought:
    """A hub as the page that joins is filled in with it; nothing of it is believed without the hub's proof."""

    address: str = ""
    fingerprint: str = ""
    """The letters with which its codes begin."""
    community: str = ""
    code: str = ""
    """Good for one laptop; "" where the keeper tells one."""

    def as_bytes(self) -> bytes:
        """As it lies in a kit."""
        return orjson.dumps(asdict(self), option=orjson.OPT_INDENT_2)

    @classmethod
    def of(cls, path: Path) -> Brought:
        """What such a file says; nothing where there is none, or another."""
        try:
            with path.open("rb") as file:
                return cls(**_SCHEMA.load(orjson.loads(file.read(_BYTES))))
        except (OSError, orjson.JSONDecodeError, ValidationError):
            return cls()


class _BroughtSchema(Schema):
    class Meta:
        register = False
        unknown = EXCLUDE

    address = fields.String(validate=validate.Length(max=_LONGEST))
    fingerprint = fields.String(validate=validate.Length(max=LONGEST_CODE))
    community = fields.String(validate=validate.Length(max=_LONGEST))
    code = fields.String(validate=validate.Length(max=LONGEST_CODE))


_SCHEMA = _BroughtSchema()
