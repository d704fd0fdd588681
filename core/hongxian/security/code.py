"""An enrolment code: letters of the hub's fingerprint, then a secret that is good once."""

from __future__ import annotations

import hashlib
import re
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
LONGEST_CODE = 400
"""Characters of what is typed for a code, an address beside it included."""
_AMONG_OTHER_WORDS = re.compile(
    rf"(?<![0-9A-Z])(?:[0-9A-Z]{{{GROUP}}}[^0-9A-Z]{{0,3}}){{{CODE_LETTERS // GROUP}}}(?![0-9A-Z])"
)


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
        """What somebody typed or pasted, whatever the case, the width and what stands between and around.

        Raises `CodeRefused`.
        """
        if len(text) > LONGEST_CODE:
            raise CodeRefused()
        letters = only_letters(text)
        if len(letters) != CODE_LETTERS and (found := _AMONG_OTHER_WORDS.search(_plain(text))):
            letters = only_letters(found[0])
        if len(letters) != CODE_LETTERS:
            raise CodeRefused()
        return cls(letters[:FINGERPRINT_LETTERS], letters[FINGERPRINT_LETTERS:])

    def __str__(self) -> str:
        """In groups, as it is read aloud."""
        return grouped(self.fingerprint + self.secret)


def fingerprint_of(identity: str) -> str:
    """The letters by which a public key is known."""
    number = int.from_bytes(hashlib.sha256(bytes.fromhex(identity)).digest(), "big")
    return letters_of(number, FINGERPRINT_LETTERS)


def letters_of(number: int, count: int) -> str:
    """So many letters of a number that has more."""
    letters = []
    for _ in range(count):
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
    return "".join(each for each in _plain(text) if each.isascii() and each.isalnum())


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper()
