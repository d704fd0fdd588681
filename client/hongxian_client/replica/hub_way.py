"""The hub's way into an encrypted laptop: a code of its keeper, under which the laptop's key lies too."""

from __future__ import annotations

from hongxian.security.code import LONGEST_CODE, only_letters
from hongxian.security.key_file import KeyFile, Way, WrongSecret
from hongxian.security.pin_code import UNLOCKING_LETTERS, code_for, new_question
from hongxian.security.sealing import SealingKey
from hongxian.storage.data_key import DataKey
from hongxian.text import Text
from hongxian_client.replica.laptop_state import LaptopState
from hongxian_client.replica.replica import Replica


class UnlockingCodeRefused(WrongSecret):
    """A code from the keeper that does not answer the question."""

    message = Text(
        "解锁码不对，或者已用过。请把现在显示的问题码和电脑编号再念给管理员。",
        "This code is wrong or was used. Read the question that is shown now to the keeper, and "
        "the laptop's number.",
    )


def let_hub_open(replica: Replica) -> None:
    """Have the keeper of the present hub able to help, should all else be lost; raises `KeyLost`.

    To be called whenever the laptop was opened or has joined; mostly there is nothing to do.
    """
    key, held = replica.database.key, KeyFile.read(replica.folder)
    if key is None or held is None or not (state := LaptopState.read()).hub_sealing:
        return
    about = held.ways[Way.HUB].about.split() if Way.HUB in held.ways else []
    if about[1:] != [str(state.number), state.hub_sealing]:
        question = new_question(UNLOCKING_LETTERS)
        shared = SealingKey(replica.key()).shared_with(state.hub_sealing)
        secret = only_letters(code_for(question, shared))
        held.add(Way.HUB, secret, key, f"{question} {state.number} {state.hub_sealing}")


def question_for_hub(held: KeyFile) -> tuple[str, str] | None:
    """What the keeper is to be told, and the laptop's number; None where no hub can help."""
    if Way.HUB not in held.ways:
        return None
    question, number, _ = held.ways[Way.HUB].about.split()
    return question, number


def opened_by_code(held: KeyFile, typed: str) -> DataKey:
    """The key by the keeper's code; raises `UnlockingCodeRefused`.

    Once another way is there, let go of this one: a code that was told by telephone is good once.
    """
    try:
        return held.open(Way.HUB, only_letters(typed[:LONGEST_CODE]))
    except WrongSecret:
        raise UnlockingCodeRefused() from None
