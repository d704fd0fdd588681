"""Certificates for tests: one signed by its own key, and an authority for whom it is asked."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

REQUEST = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"


def own_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1, and its key; both PEM files in a folder."""
    return _made(folder, "IP:127.0.0.1")


@dataclass(frozen=True)
class Authority:
    """One that a test's machines trust as they trust those of the world."""

    certificate: Path
    key: Path

    @classmethod
    def made(cls, folder: Path) -> "Authority":
        """A new one, in a folder that is made."""
        folder.mkdir()
        return cls(*_made(folder, "DNS:authority.example"))

    def certificate_of(self, name: str, folder: Path) -> tuple[Path, Path]:
        """A certificate of a host, and its key; both PEM files in a folder that is made."""
        folder.mkdir()
        signer = ["-CA", str(self.certificate), "-CAkey", str(self.key)]
        no_authority = ["-addext", "basicConstraints=critical,CA:FALSE"]
        return _made(folder, f"DNS:{name}", *signer, *no_authority)


def _made(folder: Path, name: str, *further: str) -> tuple[Path, Path]:
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    names = ["-subj", f"/CN={name}", "-addext", f"subjectAltName={name}"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*REQUEST.split(), *names, *further, *files], check=True, capture_output=True)
    return certificate, key
