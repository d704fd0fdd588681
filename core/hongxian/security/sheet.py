"""A recovery sheet: letters on paper that open a key which lies sealed beside what it belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from hongxian.errors import Refused
from hongxian.security.code import LONGEST_CODE, drawn, grouped, only_letters
from hongxian.security.keys import SigningKey
from hongxian.security.sealing import NotOpened, SealingKey, sealed
from hongxian.security.secret import stretched
from hongxian.text import Text

SHEET_LETTERS = 30
"""30^30, 147 bits: whoever has the sealed key does not get at it by guessing."""


class SheetRefused(Refused):
    """What was typed is not what the recovery sheet of this key says."""

    message = Text(
        "这不是这份备份的恢复单上的字母。请对着恢复单逐组再输一次；后来换过恢复单的，用备份时的那张。",
        "These are not the letters of this backup's recovery sheet. Type them again, group by "
        "group; if the sheet has been replaced since, use the one from when the backup was made.",
    )


@dataclass(frozen=True)
class RecoverySheet:
    """What stands on the paper, and nowhere else."""

    letters: str

    @classmethod
    def new(cls) -> RecoverySheet:
        """One that nobody has seen."""
        return cls(drawn(SHEET_LETTERS))

    @classmethod
    def typed(cls, text: str) -> RecoverySheet:
        """What somebody typed, whatever the case, the width and what stands between; raises `SheetRefused`."""
        letters = only_letters(text)
        if len(letters) != SHEET_LETTERS or len(text) > LONGEST_CODE:
            raise SheetRefused()
        return cls(letters)

    def __str__(self) -> str:
        """In groups."""
        return grouped(self.letters)

    def seal(self, key: SigningKey) -> str:
        """A key as it may lie anywhere, in hex."""
        return sealed(key.seed, self.key_of(key.public).public).hex()

    def open(self, sealed_key: str, public: str) -> SigningKey:
        """The sealed key, which belongs to a public one; raises `SheetRefused`."""
        try:
            key = SigningKey(self.key_of(public).opened(bytes.fromhex(sealed_key)))
        except NotOpened:
            raise SheetRefused() from None
        if key.public != public:
            raise SheetRefused()
        return key

    def key_of(self, public: str) -> SealingKey:
        """What the letters open of the hub that has this public key: its sealed key, its backups."""
        return SealingKey(SigningKey(stretched(self.letters, bytes.fromhex(public))))
