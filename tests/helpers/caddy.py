"""The manual's Caddy, and an authority from which it gets a certificate by ACME, as from one of the world's."""

import os
import shutil
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

from certificates import own_certificate
from nginx import NAME, free_ports, wait_for
from places import EXAMPLES
from system_packages import SYSTEM_PATH

TOLD = EXAMPLES / "Caddyfile"
OPTIONS = """{{
	admin off
	auto_https disable_redirects
	storage file_system {folder}/caddy
	http_port {plain}
	https_port {port}
	acme_ca https://127.0.0.1:{acme}/dir
	acme_ca_root {root}
}}
"""
AUTHORITY = """{{"pebble": {{
  "listenAddress": "127.0.0.1:{acme}", "managementListenAddress": "127.0.0.1:{told}",
  "certificate": "{certificate}", "privateKey": "{key}", "httpPort": {plain}, "tlsPort": {port}
}}}}
"""
CERTIFICATE_SECONDS = 30


@contextmanager
def caddy(folder: Path, hub: str) -> Iterator[tuple[str, Path]]:
    """Its address in front of a hub's, and the certificate of the authority that signed its own."""
    folder.mkdir()
    certificate, key = own_certificate(folder)
    (port, plain), (acme, told) = free_ports(), free_ports()
    ports = {"port": port, "plain": plain, "acme": acme, "told": told, "folder": folder}
    (folder / "pebble.json").write_text(AUTHORITY.format(**ports, certificate=certificate, key=key))
    text = TOLD.read_text("utf-8")
    for as_told, here in (
        ("hub.example.org {", f"{NAME} {{\n\ttls {{\n\t\tissuer acme\n\t}}"),
        ("127.0.0.1:8470", urlsplit(hub).netloc),
    ):
        assert as_told in text
        text = text.replace(as_told, here)
    options = OPTIONS.format(**ports, root=certificate)
    (folder / "Caddyfile").write_text(options + text, "utf-8")
    quick = {"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0", "HOME": str(folder)}
    with running(folder, quick, "pebble", "-config", folder / "pebble.json") as authority:
        wait_for(authority, told, folder / "pebble.log")
        root = folder / "root.pem"
        trusting = ssl.create_default_context(cafile=str(certificate))
        with urlopen(f"https://127.0.0.1:{told}/roots/0", context=trusting) as answer:
            root.write_bytes(answer.read())
        with running(folder, quick, "caddy", "run", "--config", folder / "Caddyfile") as proxy:
            wait_for(proxy, port, folder / "caddy.log")
            await_certificate(root, port, folder / "caddy.log")
            yield f"https://{NAME}:{port}", root


def await_certificate(root: Path, port: int, log: Path) -> None:
    """Until it has got one; raises `RuntimeError` with what Caddy said."""
    give_up = time.monotonic() + CERTIFICATE_SECONDS
    trusting = ssl.create_default_context(cafile=str(root))
    while True:
        try:
            with urlopen(f"https://{NAME}:{port}/healthz", context=trusting) as answer:
                answer.read()
            return
        except OSError:
            if time.monotonic() > give_up:
                raise RuntimeError(f"no certificate:\n{log.read_text()}") from None
            time.sleep(0.1)


@contextmanager
def running(
    folder: Path, quick: dict[str, str], name: str, *words: object
) -> Iterator[subprocess.Popen]:
    """A program, whose words go into a file, until the end."""
    program = shutil.which(name, path=SYSTEM_PATH)
    assert program
    with (folder / f"{name}.log").open("wb") as log:
        started = subprocess.Popen(
            [program, *map(str, words)],
            stdout=log,
            stderr=log,
            env={**os.environ, **quick},
        )
    try:
        yield started
    finally:
        started.terminate()
        started.wait()
