"""A PIN that was forgotten: the desk shows a question, and the hub's keeper tells the code that answers it.

The code is a MAC under the secret that the hub shares with that laptop, so the laptop checks it without
a network. A question is drawn for one person and answered once; nobody else's laptop can.
"""

from __future__ import annotations

from hongxian.errors import Refused
from hongxian.security.code import LONGEST_CODE, drawn, grouped, letters_of, only_letters
from hongxian.security.sealing import Shared
from hongxian.text import Text

LETTERS = 10
"""Of a question and of a code: 30^10, 49 bits."""


class QuestionRefused(Refused):
    """What was typed is no question of a desk."""

    message = Text(
        "这不是工作台上显示的问题码，应为 {letters} 个字母和数字。",
        "This is no question that a desk shows: those have {letters} letters and digits.",
    )


def new_question() -> str:
    """One that nobody was asked before, in groups."""
    return grouped(drawn(LETTERS))


def code_for(question: str, shared: Shared) -> str:
    """The code that answers a question, in groups, by the secret of the hub and a laptop. Raises `QuestionRefused`."""
    letters = only_letters(question[:LONGEST_CODE])
    if len(letters) != LETTERS:
        raise QuestionRefused(letters=LETTERS)
    return grouped(letters_of(int(shared.mac(f"Hongxian PIN\n{letters}".encode()), 16), LETTERS))
