"""The hub's own certificates: an authority that may sign for its names alone, and what it serves under.

Browsers take no Ed25519 certificates, so these are P-256; the hub's identity signs the authority
(`wire.identity`). Laptops look at no dates and no names in them: whose clock is wrong is let in.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from hongxian.security.keys import write_privately
from hongxian_web.serving import tls_context

AUTHORITY_KEY, AUTHORITY = "authority.key", "authority.crt"
SERVER = "server.pem"
"""The certificate it serves under, and that one's key."""
CALLED = "Hongxian hub"
AUTHORITY_DAYS = 20 * 365
SERVER_DAYS = 90
RENEWED_DAYS = 30
"""Before its end a certificate is renewed."""
EARLIER = dt.timedelta(days=2)
"""Before now a certificate begins: a browser's clock may be behind."""
_PRIVATE = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "fc00::/7",
    "fe80::/10",
    "::1/128",
)
"""Addresses of which each network has its own: the hub's may change within them."""
_FOR_SERVERS = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
"""Not for programs or mail, which no limit of names concerns."""
_LOCAL = ("localhost", "local", "lan", "home.arpa", "internal")
"""Names that nobody in the world owns."""

Names = list[x509.GeneralName]


@dataclass(frozen=True)
class Authority:
    """What people compare before they trust an authority: its fingerprints, and whom it may vouch for."""

    sha256: str
    sha1: str
    """Which Windows shows instead."""
    names: list[str]
    """Of hosts, with all that lies below them; beside them, addresses of private networks."""

    @classmethod
    def of(cls, pem: str) -> Authority:
        """Read from its certificate."""
        held = x509.load_pem_x509_certificate(pem.encode())
        return cls(
            held.fingerprint(hashes.SHA256()).hex(":").upper(),
            held.fingerprint(hashes.SHA1()).hex(":").upper(),
            [str(each.value) for each in _allowed_by(held) if str(each.value) not in _PRIVATE],
        )


def kept_authority(folder: Path) -> Authority | None:
    """That of a hub; None before it made one, and where it is damaged."""
    try:
        return Authority.of((folder / AUTHORITY).read_text("ascii"))
    except (FileNotFoundError, ValueError):
        return None


class Certificates:
    """Those of one hub, in its data folder, made anew when they do not fit its names."""

    def __init__(self, folder: Path, names: Sequence[str], now: int) -> None:
        """`names` are hosts and addresses; `now` is in milliseconds since 1970."""
        self._folder, self._names = folder, _general(names)
        self.fit(now)

    @property
    def authority(self) -> str:
        """The authority's certificate, PEM."""
        return (self._folder / AUTHORITY).read_text("ascii")

    def context(self) -> ssl.SSLContext:
        """TLS to serve under; `renew` keeps it good."""
        self._context = tls_context(self._folder / SERVER, self._folder / SERVER)
        return self._context

    def fit(self, now: int) -> bool:
        """Make what is missing or damaged, soon ends, or is for other names; whether the server's was made."""
        moment = dt.datetime.fromtimestamp(now / 1000, dt.UTC)
        if not _is_so(self._authority_fits):
            self._make_authority(moment)
        elif _is_so(lambda: self._server_fits(moment)):
            return False
        self._make_server(moment)
        return True

    def renew(self, now: int) -> None:
        """While serving: connections that begin from now on see the new one."""
        if self.fit(now):
            self._context.load_cert_chain(self._folder / SERVER)

    # -- the authority -----------------------------------------------------------------------

    def _authority_fits(self) -> bool:
        held = x509.load_pem_x509_certificate((self._folder / AUTHORITY).read_bytes())
        key = load_pem_private_key((self._folder / AUTHORITY_KEY).read_bytes(), None)
        if key.public_key() != held.public_key():
            return False
        allowed = _allowed_by(held)
        return all(any(_lies_in(name, each) for each in allowed) for name in self._names)

    def _make_authority(self, moment: dt.datetime) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, CALLED)])
        allowed: Names = [x509.IPAddress(ipaddress.ip_network(each)) for each in _PRIVATE]
        allowed += [x509.DNSName(each) for each in _LOCAL]
        for further in self._names:
            if not any(_lies_in(further, each) for each in allowed):
                allowed.append(_tree_of(further))
        public = key.public_key()
        made = (
            _begun(name, name, public, moment, AUTHORITY_DAYS)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(x509.NameConstraints(allowed, None), critical=True)
            .add_extension(_usage(key_cert_sign=True, crl_sign=True), critical=True)
            .add_extension(_FOR_SERVERS, critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .sign(key, hashes.SHA256())
        )
        write_privately(self._folder / AUTHORITY_KEY, _pem(key))
        write_privately(self._folder / AUTHORITY, made.public_bytes(Encoding.PEM))
        (self._folder / SERVER).unlink(missing_ok=True)

    # -- what it serves under ----------------------------------------------------------------

    def _server_fits(self, moment: dt.datetime) -> bool:
        pem = (self._folder / SERVER).read_bytes()
        held = x509.load_pem_x509_certificate(pem)
        if load_pem_private_key(pem, None).public_key() != held.public_key():
            return False
        names = held.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        left = held.not_valid_after_utc - moment
        # Not of a clock that was ahead when it was made, either.
        is_good = dt.timedelta(days=RENEWED_DAYS) < left <= dt.timedelta(days=SERVER_DAYS)
        return is_good and set(self._names) <= set(names)

    def _make_server(self, moment: dt.datetime) -> None:
        authority = x509.load_pem_x509_certificate((self._folder / AUTHORITY).read_bytes())
        signer = load_pem_private_key((self._folder / AUTHORITY_KEY).read_bytes(), None)
        assert isinstance(signer, ec.EllipticCurvePrivateKey)
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, CALLED)])
        public, known = key.public_key(), signer.public_key()
        made = (
            _begun(name, authority.subject, public, moment, SERVER_DAYS)
            .add_extension(x509.SubjectAlternativeName(self._names), critical=False)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_usage(digital_signature=True), critical=True)
            .add_extension(_FOR_SERVERS, critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(known), critical=False
            )
            .sign(signer, hashes.SHA256())
        )
        write_privately(self._folder / SERVER, made.public_bytes(Encoding.PEM) + _pem(key))


def _is_so(asked: Callable[[], bool]) -> bool:
    """Whether something is so of files; not of one that is missing or damaged."""
    try:
        return asked()
    except (FileNotFoundError, ValueError):
        return False


def _begun(
    name: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    moment: dt.datetime,
    days: int,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(issuer)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - EARLIER)
        .not_valid_after(moment + dt.timedelta(days=days))
    )


def _usage(**allowed: bool) -> x509.KeyUsage:
    every = (
        "digital_signature",
        "content_commitment",
        "key_encipherment",
        "data_encipherment",
        "key_agreement",
        "key_cert_sign",
        "crl_sign",
        "encipher_only",
        "decipher_only",
    )
    return x509.KeyUsage(**{each: allowed.get(each, False) for each in every})


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _general(names: Sequence[str]) -> Names:
    """Hosts and addresses as certificates name them; what no certificate can name is left out."""
    made: Names = []
    for name in names:
        try:
            made.append(x509.IPAddress(ipaddress.ip_address(name.strip("[]"))))
        except ValueError:
            if name.isascii():
                made.append(x509.DNSName(name.lower()))
    return made


def _allowed_by(authority: x509.Certificate) -> Names:
    limits = authority.extensions.get_extension_for_class(x509.NameConstraints)
    return limits.value.permitted_subtrees or []


def _tree_of(name: x509.GeneralName) -> x509.GeneralName:
    if isinstance(name, x509.IPAddress):
        return x509.IPAddress(ipaddress.ip_network(name.value))
    return name


def _lies_in(name: x509.GeneralName, tree: x509.GeneralName) -> bool:
    if isinstance(name, x509.IPAddress) and isinstance(tree, x509.IPAddress):
        address, network = ipaddress.ip_network(name.value), ipaddress.ip_network(tree.value)
        return address.version == network.version and address.network_address in network
    if isinstance(name, x509.DNSName) and isinstance(tree, x509.DNSName):
        return name.value == tree.value or name.value.endswith("." + tree.value)
    return False
