"""Enrolment: a code that is typed once, and what a laptop keeps of it."""

from __future__ import annotations

from marshmallow import fields
from marshmallow.fields import List

from hongxian.security.code import LONGEST_CODE
from hongxian.stamp import LARGEST_DEVICE
from hongxian.wire.identity import public_key
from hongxian.wire.message import Message, integer, short, string, told


def known_number() -> fields.Integer:
    """The largest device number that a laptop knows of when it asks for one of its own.

    A hub that was lost or restored has forgotten numbers; whose it gives anew would count on the
    former bearer's share of every tally.
    """
    return integer(most=LARGEST_DEVICE - 1)


KNOWN_NUMBER = "The largest device number that the laptop knows of (0: none); it gets a larger one."


class EnrolRequest(Message):
    """A one-time code's secret, the key that the laptop has from now on, and what to call it."""

    secret: str = told(string(1, LONGEST_CODE), "The letters of the code behind the fingerprint's.")
    key: str = told(
        public_key(), "The laptop's public key (Ed25519, in hex): it signs this request already."
    )
    sealing: str = told(
        public_key(), "Its public key for what is sealed and shared (X25519, in hex)."
    )
    name: str = told(string(most=80), "What people call the laptop.", default="laptop")
    known: int = told(known_number(), KNOWN_NUMBER, default=0)
    holds: list[str] = told(
        List(short()),
        "The scopes whose records the laptop holds; a code that does not give them is not used up.",
        default_factory=list,
    )


class EnrolReply(Message):
    """What the laptop keeps of its enrolment."""

    number: int = told(integer(), "The device number, in each of its stamps.")
    laptop: str = told(string(), "The laptop's own id, whatever its number: the hash of its key.")
    teams: dict[str, str] = told(fields.Dict(string(), string()), "Its teams' names by scope.")
    community: str = told(string(), "The community's name.")
    epoch: str = told(string(), "The hub's present life.")
    clock: int = told(integer(), "The hub's time, in milliseconds since 1970.")
