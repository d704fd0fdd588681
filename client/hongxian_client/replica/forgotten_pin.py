"""A person of this laptop forgot their PIN: the question for the hub's keeper, and the code that answers it."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field

from hongxian.security.code import LONGEST_CODE, only_letters
from hongxian.security.pin_code import code_for, new_question
from hongxian.security.sealing import SealingKey
from hongxian.storage.state import State
from hongxian.text import Text
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.people import Deed, Person, WrongPin, reset_pin
from hongxian_client.replica.replica import Replica

MINUTES = 60
"""For which a question may be answered."""


class PinCodeRefused(WrongPin):
    """A code from the keeper that does not answer this person's question, or comes too late."""

    message = Text(
        "重设码不对，或者已过期、已用过。请把现在显示的问题码再念给管理员。",
        "This code is wrong, expired or used. Read the question that is shown now to the keeper.",
    )


@dataclass
class PinQuestions(State):
    """What a laptop keeps of them."""

    pin_questions: dict[str, tuple[str, int]] = field(default_factory=dict)
    """By person's id: the question, and when it was drawn, in milliseconds since 1970."""


def question_of(replica: Replica, person: Person) -> str:
    """The one that the keeper is to answer; a new one where the last is too old."""
    question = _open_question(replica, person)
    if not question:
        question = new_question()
        with replica.upkeep(), PinQuestions.changing() as state:
            state.pin_questions = {**state.pin_questions, person.id: (question, replica.now())}
    return question


def reset_by_keeper(replica: Replica, person: Person, typed: str, pin: str) -> None:
    """Give a person another PIN by the keeper's code, which is good once.

    Raises `PinCodeRefused`, `PinRefused`, or `KeyLost`, without which no code can be checked.
    """
    shared = SealingKey(replica.key()).shared_with(LaptopState.read().hub_sealing)
    with replica.upkeep():
        question = _open_question(replica, person)
        letters = only_letters(typed[:LONGEST_CODE]).encode()
        if not question or not hmac.compare_digest(
            only_letters(code_for(question, shared)).encode(), letters
        ):
            raise PinCodeRefused()
        reset_pin(replica, person, pin, Deed.RESET_BY_KEEPER)
        with PinQuestions.changing() as state:
            state.pin_questions = {
                id: each for id, each in state.pin_questions.items() if id != person.id
            }


def _open_question(replica: Replica, person: Person) -> str:
    question, drawn = PinQuestions.read().pin_questions.get(person.id, ("", 0))
    # By either side: a clock that is set back must not make it last.
    return question if abs(replica.now() - drawn) < MINUTES * 60_000 else ""
