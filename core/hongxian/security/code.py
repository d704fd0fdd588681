"""An enrolment code: letters of the hub's fingerprint, then a secret that is good once."""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass

from hongxian.errors import CodeRefused

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Letters and digits that nobody confuses when reading aloud."""
FINGERPRINT_LETTERS = 17
"""30^17 fingerprints, 83 bits: nobody finds a key that has another's."""
SECRET_LETTERS = 8
"""30^8 secrets, 39 bits: with ten guesses a minute, 10^5 years."""
CODE_LETTERS = FINGERPRINT_LETTERS + SECRET_LETTERS
GROUP = 5
LONGEST_CODE = 80
"""Characters of what is typed for a code."""


@dataclass(frozen=True)
class EnrolmentCode:
    """What a keeper gives to a leader: which hub it is, and the secret that lets a laptop in."""

    fingerprint: str
    secret: str

    @classmethod
    def new(cls, identity: str) -> EnrolmentCode:
        """A fresh one of the hub with this public key."""
        return cls(fingerprint_of(identity), drawn(SECRET_LETTERS))

    @classmethod
    def typed(cls, text: str) -> EnrolmentCode:
        """What somebody typed, whatever the case, the width and what stands between; raises `CodeRefused`."""
        letters = only_letters(text)
        if len(letters) != CODE_LETTERS or len(text) > LONGEST_CODE:
            raise CodeRefused()
        return cls(letters[:FINGERPRINT_LETTERS], letters[FINGERPRINT_LETTERS:])

    def __str__(self) -> str:
        """In groups, as it is read aloud."""
        return grouped(self.fingerprint + self.secret)


def fingerprint_of(identity: str) -> str:
    """The letters by which a public key is known."""
    number = int.from_bytes(hashlib.sha256(bytes.fromhex(identity)).digest(), "big")
    letters = []
    for _ in range(FINGERPRINT_LETTERS):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)


def drawn(count: int) -> str:
    """So many letters that nobody guesses."""
    return "".join(secrets.choice(LETTERS) for _ in range(count))


def grouped(letters: str) -> str:
    """In groups, as they are read and typed."""
    return "-".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def only_letters(text: str) -> str:
    """What counts of what was typed."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).upper()))
