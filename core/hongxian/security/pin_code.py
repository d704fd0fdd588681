"""A PIN or a passphrase that was forgotten: a question is shown, and the hub's keeper tells the code that answers it.

The code is a MAC under the secret that the hub shares with that laptop, so the laptop checks it without
a network. A question is drawn for one person and answered once; nobody else's laptop can. One for a passphrase
is longer, and so is its code: the laptop's key lies sealed under that, for whoever has the disk to try.
"""

from __future__ import annotations

from hongxian.errors import Refused
from hongxian.security.code import LONGEST_CODE, drawn, grouped, letters_of, only_letters
from hongxian.security.sealing import Shared
from hongxian.text import Text

LETTERS = 10
"""Of a question and of a code for a PIN: 30^10, 49 bits."""
UNLOCKING_LETTERS, UNLOCKING_CODE_LETTERS = 15, 25
"""Of a question and of a code for a passphrase: 30^25, 122 bits."""


class QuestionRefused(Refused):
    """What was typed is not a question of a desk."""

    message = Text(
        "这不是工作台上显示的问题码，应为 {letters} 个（忘了 PIN）或 {more} 个（忘了口令）字母和数字。",
        "This is not a question that a desk shows: those have {letters} letters and digits for a "
        "PIN, {more} for a passphrase.",
    )


def new_question(letters: int = LETTERS) -> str:
    """One that nobody was asked before, in groups."""
    return grouped(drawn(letters))


def is_for_unlocking(question: str) -> bool:
    """Whether a question is for a passphrase, and not for a PIN."""
    return len(only_letters(question[:LONGEST_CODE])) == UNLOCKING_LETTERS


def code_for(question: str, shared: Shared) -> str:
    """The code that answers a question, in groups, by the secret of the hub and a laptop. Raises `QuestionRefused`."""
    letters = only_letters(question[:LONGEST_CODE])
    if len(letters) == UNLOCKING_LETTERS:
        said = shared.mac(f"Hongxian passphrase\n{letters}".encode())
        return grouped(letters_of(int(said, 16), UNLOCKING_CODE_LETTERS))
    if len(letters) != LETTERS:
        raise QuestionRefused(letters=LETTERS, more=UNLOCKING_LETTERS)
    return grouped(letters_of(int(shared.mac(f"Hongxian PIN\n{letters}".encode()), 16), LETTERS))
