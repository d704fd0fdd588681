"""The manual's haproxy, started as it stands there but for addresses and files."""

import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from certificates import Authority
from nginx import NAME, free_ports, wait_for
from places import EXAMPLES
from system_packages import SYSTEM_PATH

TOLD = EXAMPLES / "haproxy.cfg"


@contextmanager
def haproxy(folder: Path, hubs: Sequence[str], certificate: tuple[Path, Path]) -> Iterator[str]:
    """Its address, in front of two processes', under a certificate and its key; files in a folder that is made."""
    folder.mkdir()
    port, _ = free_ports()
    pem = folder / "hub.pem"
    pem.write_text("".join(each.read_text("ascii") for each in certificate), "ascii")
    text = TOLD.read_text("utf-8")
    for told, here in (
        ("maxconn 8000", "maxconn 200"),
        ("/etc/haproxy/hub.example.org.pem", pem),
        ("bind :443", f"bind 127.0.0.1:{port}"),
        ("127.0.0.1:8471", urlsplit(hubs[0]).netloc),
        ("127.0.0.1:8472", urlsplit(hubs[1]).netloc),
    ):
        assert told in text, told
        text = text.replace(told, str(here))
    file, log = folder / "haproxy.cfg", folder / "log"
    file.write_text(text, "utf-8")
    program = shutil.which("haproxy", path=SYSTEM_PATH)
    assert program
    with (
        log.open("wb") as out,
        subprocess.Popen([program, "-f", file], stdout=out, stderr=out) as p,
    ):
        try:
            wait_for(p, port, log)
            yield f"https://{NAME}:{port}"
        finally:
            p.send_signal(signal.SIGTERM)


@contextmanager
def trusted(folder: Path, hubs: Sequence[str]) -> Iterator[str]:
    """The same under a certificate of an authority that this process trusts meanwhile."""
    authority = Authority.made(folder / "authority")
    certificate = authority.certificate_of(NAME, folder / "certificate")
    with (
        pytest.MonkeyPatch.context() as patch,
        haproxy(folder / "haproxy", hubs, certificate) as url,
    ):
        patch.setenv("SSL_CERT_FILE", str(authority.certificate))
        yield url
