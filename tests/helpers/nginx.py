"""The manual's nginx, started as it stands there but for addresses and files."""

import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from places import EXAMPLES
from system_packages import SYSTEM_PATH

TOLD = EXAMPLES / "nginx.conf"
NAME = "localhost"
"""In the place of the hub's name: of all names the only one that leads here on every machine."""
AROUND = """
daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{ }}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    include {folder}/hongxian.conf;
}}
"""
START_SECONDS = 30


@contextmanager
def nginx(folder: Path, hub: str, certificate: tuple[Path, Path]) -> Iterator[str]:
    """Its address, in front of a hub's, under a certificate and its key; files in a folder that is made."""
    folder.mkdir()
    port, plain_port = free_ports()
    live = "/etc/letsencrypt/live/hub.example.org"
    text = TOLD.read_text("utf-8")
    for told, here in (
        (f"{live}/fullchain.pem", certificate[0]),
        (f"{live}/privkey.pem", certificate[1]),
        ("server_name hub.example.org", f"server_name {NAME}"),
        ("listen 443", f"listen 127.0.0.1:{port}"),
        ("listen 80", f"listen 127.0.0.1:{plain_port}"),
        ("127.0.0.1:8470", urlsplit(hub).netloc),
    ):
        assert told in text, told
        text = text.replace(told, str(here))
    (folder / "hongxian.conf").write_text(text, "utf-8")
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder), "utf-8")
    program = shutil.which("nginx", path=SYSTEM_PATH)
    assert program
    options = ["-p", folder, "-c", folder / "nginx.conf", "-e", folder / "error.log"]
    with subprocess.Popen([program, *options]) as process:
        try:
            wait_for(process, port, folder / "error.log")
            yield f"https://{NAME}:{port}"
        finally:
            process.send_signal(signal.SIGQUIT)


def free_ports() -> list[int]:
    """Two ports that nobody has; held together, so that they are not one and the same."""
    with closing(socket.socket()) as first, closing(socket.socket()) as second:
        for each in (first, second):
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in (first, second)]


def wait_for(process: subprocess.Popen, port: int, log: Path) -> None:
    """Until somebody listens there; raises `RuntimeError` with what the process said."""
    give_up = time.monotonic() + START_SECONDS
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            if process.poll() is not None or time.monotonic() > give_up:
                raise RuntimeError(f"the proxy did not start:\n{log.read_text()}") from None
            time.sleep(0.05)
