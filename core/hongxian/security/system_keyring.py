"""The keyring of the system (Secret Service, KWallet, Windows' credentials under DPAPI), where there is one."""

from __future__ import annotations

from hongxian.words.logs import logger

log = logger(__name__)
SERVICE = "hongxian"
_KEEPS_SECRETS = frozenset(
    f"keyring.backends.{name}"
    for name in ("SecretService", "libsecret", "kwallet", "Windows", "macOS")
)
"""Others write secrets into files that anybody reads who has the disk."""


class SystemKeyring:
    """What the account that is logged in may keep there; it opens with the log-in."""

    def __init__(self) -> None:
        import keyring  # looks for buses and services: half of what a short command takes

        chosen = keyring.get_keyring()
        among = getattr(chosen, "backends", [chosen])  # of several it is a chain
        trusted = [each for each in among if type(each).__module__ in _KEEPS_SECRETS]
        self._backend = trusted[0] if trusted else None

    @property
    def is_there(self) -> bool:
        """Whether there is one."""
        return self._backend is not None

    def secret(self, name: str) -> str | None:
        """What it keeps under a name; None where it does not, or is shut."""
        from keyring.errors import KeyringError

        if self._backend is None:
            return None
        try:
            kept: str | None = self._backend.get_password(SERVICE, name)
        except KeyringError as error:
            log.warning("keyring shut kind=%s", type(error).__name__)
            return None
        return kept

    def keep(self, name: str, secret: str) -> bool:
        """Keep a secret; false where it does not give it back."""
        from keyring.errors import KeyringError

        if self._backend is None:
            return False
        try:
            self._backend.set_password(SERVICE, name, secret)
        except KeyringError as error:
            log.warning("keyring takes nothing kind=%s", type(error).__name__)
            return False
        return self.secret(name) == secret
