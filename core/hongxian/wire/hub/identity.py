"""Who a hub is: what it says of itself to anybody who asks."""

from __future__ import annotations

from marshmallow import fields, validate

from hongxian.security.keys import PUBLIC_KEY, SIGNATURE, SigningKey, is_signed
from hongxian.security.sealing import SealingKey
from hongxian.wire.message import Message, string, told


def public_key() -> fields.String:
    """A field that holds a public key."""
    return fields.String(validate=validate.Regexp(PUBLIC_KEY))


class HubStatement(Message):
    """A hub's key, and by its signature the certificates that are its own."""

    identity: str = told(public_key(), "The hub's public key (Ed25519, in hex).")
    authority: str = told(
        string(most=4_000), "The certificate that signs those it serves TLS under: PEM."
    )
    sealing: str = told(public_key(), "The key to seal for it (X25519, in hex).")
    signature: str = told(
        fields.String(validate=validate.Regexp(SIGNATURE)),
        'Of "Hongxian hub", the key to seal for it, and the authority\'s PEM, joined by line feeds.',
    )

    @classmethod
    def signed(cls, key: SigningKey, authority: str) -> HubStatement:
        """A hub's statement."""
        sealing = SealingKey(key).public
        signature = key.sign(_said(sealing, authority))
        return cls(identity=key.public, authority=authority, sealing=sealing, signature=signature)

    def is_sound(self) -> bool:
        """Whether it is signed by the key that it names."""
        return is_signed(_said(self.sealing, self.authority), self.signature, self.identity)


def _said(sealing: str, authority: str) -> bytes:
    return f"Hongxian hub\n{sealing}\n{authority}".encode()
