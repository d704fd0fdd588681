"""Enrolment: a code that is typed once, and what a laptop keeps of it."""

from __future__ import annotations

from marshmallow import fields, validate
from marshmallow.fields import List

from hongxian.model.circle import MOST_CIRCLES
from hongxian.model.stamp import LATEST
from hongxian.security.code import LONGEST_CODE
from hongxian.wire.hub.identity import public_key
from hongxian.wire.message import Message, integer, short, string, told


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
    holds: list[str] = told(
        List(short()),
        "The scopes whose records the laptop holds; a code that does not give them is not used up.",
        default_factory=list,
    )
    circles: list[str] = told(
        List(short(), validate=validate.Length(max=MOST_CIRCLES)),
        "The circles that it is of: a hub that lost everything learns of them by a code that its"
        " keeper gave.",
        default_factory=list,
    )


class EnrolReply(Message):
    """What the laptop keeps of its enrolment."""

    number: int = told(integer(), "What people may call it by; nothing is decided by it.")
    laptop: str = told(string(), "The laptop's id: the hash of its key.")
    teams: dict[str, str] = told(fields.Dict(string(), string()), "Its teams' names by scope.")
    community: str = told(string(), "The community's name.")
    epoch: str = told(string(), "The hub's present life.")
    clock: int = told(integer(most=LATEST), "The hub's time, in milliseconds since 1970.")
