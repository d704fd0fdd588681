"""The keeper's second factor: beside the password a code that a telephone's app shows (TOTP, RFC 6238).

The secret that app and hub share is made of the hub's key and a salt, and only the salt is in the
database: a copy of that tells no code, and what the recovery sheet brings to another machine asks the same app.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import b32encode
from dataclasses import dataclass, field
from hashlib import blake2b
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

from hongxian.errors import CodeRefused
from hongxian.security.code import LONGEST_CODE, drawn, grouped, only_letters
from hongxian.storage.state import State
from hongxian_server.hub import Hub
from hongxian_server.hub_state import HubState
from hongxian_server.membership.sessions import end_all
from hongxian_server.tables.keeper_log import Act, note

STEP_MILLISECONDS = 30_000
"""For which a code is good; and those of the step before and after it, as clocks go wrong."""
DIGITS = 6
SECRET_BYTES = 20
"""As RFC 4226 asks for; SHA-1 is the one hash that every app knows, and good for this."""
RECOVERY_CODES = 10
RECOVERY_LETTERS = 10
"""30^10 codes, 49 bits: nobody guesses one, and who has the database alone cannot try them."""


@dataclass
class SecondFactorState(State):
    """What the hub keeps of it."""

    second_factor: str = ""
    """The salt of its secret; "" while a password is enough."""
    second_factor_of: str = ""
    """Of which hub's key the secret is made: a hub that takes its place begins without."""
    second_factor_step: int = 0
    """The newest step whose code was used: none is good twice."""
    recovery_codes: list[str] = field(default_factory=list)
    """Hashes of those that were not used yet."""


def is_on(hub: Hub) -> bool:
    """Whether a password is not enough."""
    state = SecondFactorState.read()
    return bool(state.second_factor) and state.second_factor_of == hub.identity.public


def recovery_codes_left() -> int:
    """How many recovery codes were not used yet."""
    return len(SecondFactorState.read().recovery_codes)


def new_salt() -> str:
    """A salt for another secret, which a telephone learns before the factor is turned on."""
    return secrets.token_hex(16)


def secret_of(hub: Hub, salt: str) -> str:
    """The secret of a salt as people type it into an app, where it reads no picture."""
    return b32encode(_secret(hub, salt)).decode()


def address_of(hub: Hub, salt: str) -> str:
    """The same as an `otpauth` address, which an app reads from a picture."""
    told = urlencode(
        {"secret": secret_of(hub, salt), "issuer": HubState.read().community}, quote_via=quote
    )
    return f"otpauth://totp/keeper?{told}"


def turn_on(hub: Hub, salt: str, typed: str, session: int) -> list[str]:
    """Ask for codes from now on, by a first one that shows that the app has the secret.

    Every other session ends. Returns the recovery codes, which nothing keeps; raises `CodeRefused`.
    """
    codes = [drawn(RECOVERY_LETTERS) for _ in range(RECOVERY_CODES)]
    with hub.upkeep(), SecondFactorState.changing() as state:
        state.second_factor, state.second_factor_of = salt, hub.identity.public
        state.second_factor_step = _step_of(hub, salt, _letters_of(typed), after=0)
        state.recovery_codes = [_hash(hub, code) for code in codes]
        end_all(hub, but=session)
        note(hub, Act.SECOND_FACTOR_ON)
    return [grouped(code) for code in codes]


def turn_off(hub: Hub, session: int = 0) -> None:
    """Let a password be enough again; every other session ends."""
    with hub.upkeep(), SecondFactorState.changing() as state:
        if state.second_factor:
            end_all(hub, but=session)
            note(hub, Act.SECOND_FACTOR_OFF)
        state.second_factor, state.recovery_codes = "", []


def use(hub: Hub, typed: str) -> None:
    """Use up a code of the app, or a recovery code; raises `CodeRefused`."""
    letters = _letters_of(typed)
    with hub.upkeep(), SecondFactorState.changing() as state:
        if len(letters) == RECOVERY_LETTERS:
            used = _hash(hub, letters)
            if used not in state.recovery_codes:
                raise CodeRefused()
            state.recovery_codes = [each for each in state.recovery_codes if each != used]
            note(hub, Act.RECOVERY_CODE)
        else:
            after = state.second_factor_step
            state.second_factor_step = _step_of(hub, state.second_factor, letters, after)


def _step_of(hub: Hub, salt: str, code: str, after: int) -> int:
    """The step whose code this is, of those that are good now and come after one; raises `CodeRefused`."""
    hotp, now = HOTP(_secret(hub, salt), DIGITS, SHA1()), hub.now() // STEP_MILLISECONDS
    for step in (now - 1, now, now + 1):
        if step > after and hmac.compare_digest(hotp.generate(step), code.encode()):
            return step
    raise CodeRefused()


def _letters_of(typed: str) -> str:
    return only_letters(typed[:LONGEST_CODE])


def _secret(hub: Hub, salt: str) -> bytes:
    return hub.identity.key.derive(f"second factor {salt}")[:SECRET_BYTES]


def _hash(hub: Hub, code: str) -> str:
    key = hub.identity.key.derive("recovery codes of the second factor")
    return blake2b(code.encode(), key=key, digest_size=16).hexdigest()
