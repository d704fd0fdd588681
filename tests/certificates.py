"""Certificates for tests, each signed by its own key."""

import subprocess
from pathlib import Path


def own_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1, and its key; both PEM files in a folder."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    words = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2"
    names = ["-subj", "/CN=hub", "-addext", "subjectAltName=IP:127.0.0.1"]
    files = ["-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*words.split(), *names, *files], check=True, capture_output=True)
    return certificate, key
