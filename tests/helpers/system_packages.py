"""The system packages the tests need: looks for them, and run as a script installs them.

Plain standard library, because it runs before anything is installed.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

SYSTEM_PATH = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin"))
"""Where programs lie, those for administrators too."""


@dataclass(frozen=True)
class SystemPackage:
    """A package of the distribution, how to see that it is here, and what is skipped without it."""

    name: str
    is_here: Callable[[], bool]
    without_it: str


def postgres_programs() -> Path | None:
    """The folder that holds PostgreSQL's `initdb` and `postgres`, newest version first."""
    for folder in _postgres_folders():
        if all((folder / program).exists() for program in ("initdb", "postgres")):
            return folder
    return None


def _postgres_folders() -> Iterable[Path]:
    if shutil.which("pg_config"):
        told = subprocess.run(["pg_config", "--bindir"], capture_output=True, text=True)
        yield Path(told.stdout.strip())  # named by the client's headers even with no server there
    by_version = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(by_version, key=lambda folder: float(folder.parent.name), reverse=True)
    if on_path := shutil.which("initdb"):
        yield Path(on_path).resolve().parent


POSTGRESQL = SystemPackage(
    "postgresql",
    lambda: postgres_programs() is not None,
    "every test of the hub on PostgreSQL",
)
PGBOUNCER = SystemPackage(
    "pgbouncer",
    lambda: shutil.which("pgbouncer", path=SYSTEM_PATH) is not None,
    "every test of the hub on PostgreSQL through pgbouncer",
)
PATRONI = SystemPackage(
    "patroni",
    lambda: shutil.which("patroni") is not None,
    "every test of database machines of which one breaks",
)
ETCD = SystemPackage(
    "etcd-server",
    lambda: shutil.which("etcd") is not None,
    "every test of database machines of which one breaks",
)
CHROMIUM = SystemPackage(
    "chromium",
    lambda: shutil.which("chromium") is not None,
    "every test in a real browser",
)
NGINX = SystemPackage(
    "nginx-light",
    lambda: shutil.which("nginx", path=SYSTEM_PATH) is not None,
    "every test of a hub behind nginx",
)
HAPROXY = SystemPackage(
    "haproxy",
    lambda: shutil.which("haproxy", path=SYSTEM_PATH) is not None,
    "every test of several processes, or of database machines, behind haproxy",
)
CADDY = SystemPackage(
    "caddy",
    lambda: shutil.which("caddy") is not None,
    "the test of phones' pages behind Caddy",
)
PEBBLE = SystemPackage(
    "pebble",
    lambda: shutil.which("pebble") is not None,
    "the test of a certificate that Caddy gets by ACME",
)
CERTUTIL = SystemPackage(
    "libnss3-tools",
    lambda: shutil.which("certutil") is not None,
    "the test of a browser that trusts the hub",
)
FAKETIME = SystemPackage(
    "faketime",
    lambda: shutil.which("faketime") is not None,
    "the tests of commands on a machine whose clock is wrong",
)
CHINESE_FONTS = SystemPackage(
    "fonts-noto-cjk",
    lambda: any(Path("/usr/share/fonts").rglob("NotoSansCJK*")),
    "pictures of pages, on which Chinese would be empty boxes,",
)
GNOME_KEYRING = SystemPackage(
    "gnome-keyring",
    lambda: bool(shutil.which("gnome-keyring-daemon") and shutil.which("dbus-run-session")),
    "the test of a laptop that the system's keyring opens",
)
GCC = SystemPackage(
    "gcc",
    lambda: shutil.which("gcc") is not None,
    "every test of commands whose disk fails",
)
IPROUTE = SystemPackage(
    "iproute2",
    lambda: shutil.which("tc", path=SYSTEM_PATH) is not None,
    "every test of a line that the kernel makes slow",
)
IPTABLES = SystemPackage(
    "iptables",
    lambda: shutil.which("iptables", path=SYSTEM_PATH) is not None,
    "every test of a line that the kernel cuts",
)
SYSTEMD = SystemPackage(
    "systemd",
    lambda: Path("/lib/systemd/systemd").exists(),
    "the tests of the hub as a service",
)
LIGHTHOUSE = Path(__file__).parents[2] / "build" / "lighthouse"
"""Where npm puts what `lighthouse/package-lock.json` names: apart from the sources."""
NPM = SystemPackage(
    "npm",
    lambda: bool(shutil.which("npm")) and (LIGHTHOUSE / "node_modules").exists(),
    "the test of what Lighthouse has against the phones' pages",
)
DPKG = SystemPackage(
    "dpkg",
    lambda: shutil.which("dpkg-deb") is not None,
    "every test of the package for Debian",
)
NEEDED = (
    DPKG,
    SYSTEMD,
    POSTGRESQL,
    PGBOUNCER,
    PATRONI,
    ETCD,
    CHROMIUM,
    NGINX,
    HAPROXY,
    CADDY,
    PEBBLE,
    CERTUTIL,
    FAKETIME,
    CHINESE_FONTS,
    GNOME_KEYRING,
    GCC,
    IPROUTE,
    IPTABLES,
    NPM,
)
WINE = SystemPackage(
    "wine64",
    lambda: shutil.which("wine") is not None,
    "the trial of the kit for Windows",
)
MINGW = SystemPackage(
    "gcc-mingw-w64-x86-64",
    lambda: shutil.which("x86_64-w64-mingw32-gcc") is not None,
    "the trial of the kit for Windows",
)
LOCALES = SystemPackage(
    "locales",
    lambda: Path("/usr/share/i18n/locales/zh_CN").exists(),
    "the trial of the kit for Windows",
)
OF_WINDOWS = (WINE, MINGW, LOCALES)
"""For that trial alone, which `windows_parts` makes ready."""


def install_missing(needed: Iterable[SystemPackage] = NEEDED) -> None:
    """Install what is missing, where apt-get may be used, and say loudly what is missing still."""
    missing = [package for package in needed if not package.is_here()]
    names = [each.name for each in missing if each is not NPM or not shutil.which("npm")]
    names += ["wine"] * (WINE in missing)  # its command, beside its programs
    if names and (as_root := _way_to_root()) is not None:
        _apt_get(as_root, names)
    if NPM in missing and shutil.which("npm"):
        _npm()
    for package in missing:
        if not package.is_here():
            print(f"!!! {package.name} IS MISSING: {package.without_it} will be skipped.")


def _way_to_root() -> list[str] | None:
    """What to put before a command so that it runs as root, or None where there is no way."""
    if not shutil.which("apt-get"):
        return None
    if os.geteuid() == 0:
        return []
    asks_nothing = shutil.which("sudo") and not subprocess.call(
        ["sudo", "-n", "true"], stderr=subprocess.DEVNULL
    )
    return ["sudo", "-n"] if asks_nothing else None


def _apt_get(as_root: list[str], names: list[str]) -> None:
    print("Installing for the tests, by apt-get, some minutes:", *names, flush=True)
    apt_get = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"]
    subprocess.call([*apt_get, "update"])
    subprocess.call([*apt_get, "install", "-y", "--no-install-recommends", *names])


def _npm() -> None:
    """Put Lighthouse in place, by its lock; none of what comes with it runs a script here."""
    LIGHTHOUSE.mkdir(parents=True, exist_ok=True)
    for each in (Path(__file__).parent / "lighthouse").glob("*.json"):
        shutil.copy(each, LIGHTHOUSE)
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.call(["npm", "ci", *quiet], cwd=LIGHTHOUSE)


if __name__ == "__main__":
    install_missing()
