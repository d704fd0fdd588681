"""Programs of ten lines, as real wheels in real program files: what a laptop's launcher starts, tries and leaves."""

import base64
import ensurepip
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from contextlib import closing
from io import BytesIO
from pathlib import Path

from hongxian.releases.launcher import made_launcher
from hongxian.releases.program import write_program
from hongxian.releases.signed_program import sign_program
from hongxian.security.keys import SigningKey
from hongxian_client.program.home import Home
from places import TOP

PUBLISHER = SigningKey(b"p" * 32)
STRANGER = SigningKey(b"s" * 32)
SAYS_HELLO = "import sys; print('hello from', '{version}', *sys.argv[1:])"


THIS = "this checkout"
"""In the place of lines: the program that these tests try, with the libraries that they have."""


def wheel_of(version: str, main: str, name: str = "hongxian") -> tuple[str, bytes]:
    """A wheel whose `python -m hongxian_client.cli` runs these lines; its name, and its bytes."""
    info = f"{name}-{version}.dist-info"
    lines = {
        "hongxian_client/__init__.py": "",
        "hongxian_client/cli/__init__.py": "",
        "hongxian_client/cli/__main__.py": main,
    }
    roots = [str(TOP / each) for each in ("core", "web", "server", "client", "plugins")]
    here = [*roots, *filter(lambda path: path.endswith("-packages"), sys.path)]
    files = {
        **({"this_checkout.pth": "\n".join(here)} if main == THIS else lines),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: a test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    lines = []
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).decode()
        lines.append(f"{path},sha256={digest.rstrip('=')},{len(text.encode())}")
    files[f"{info}/RECORD"] = "\n".join([*lines, f"{info}/RECORD,,"]) + "\n"
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for path, text in files.items():
            archive.writestr(path, text)
    return f"{name}-{version}-py3-none-any.whl", packed.getvalue()


def pip_wheel() -> Path:
    """pip's own, as Python brings it."""
    return next((Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl"))


def program_of(
    folder: Path,
    version: str,
    main: str = SAYS_HELLO,
    *,
    key: SigningKey | None = PUBLISHER,
    formats: tuple[int, int] = (2, 2),
    protocol: int = 2,
    system: str = "linux",
) -> Path:
    """A program file of such lines, signed."""
    name, wheel = wheel_of(version, main.replace("{version}", version))
    pip = pip_wheel()
    unsigned = write_program(
        folder / f"unsigned-{version}.hxprog",
        {f"wheels/{name}": wheel, f"wheels/{pip.name}": pip},
        version=version,
        system=system,
        python="3.11",
        formats=formats,
        protocol=protocol,
    )
    if key is None:
        return unsigned.path
    return sign_program(unsigned, key, folder / unsigned.manifest.called).path


WORKS = """
import os, sqlite3, sys
data = os.environ["HONGXIAN_DATA"]
db = sqlite3.connect(os.path.join(data, "laptop.db"), isolation_level=None)
if sys.argv[1:] == ["program", "check"]:
    db.execute("create table if not exists brought_up_by (version)")
    db.execute("insert into brought_up_by values ('{version}')")
    {check}
    sys.exit()
db.execute("create table if not exists written (words)")
db.execute("insert into written values (?)", ["{version} " + " ".join(sys.argv[1:])])
print("{version} runs")
"""
"""A program that keeps a database as Hongxian does; `{check}` is what it does when it is tried."""


def working(version: str, check: str = "") -> str:
    """Such a program's lines."""
    return WORKS.replace("{check}", check or "pass").replace("{version}", version)


def source_of(path: str) -> bytes:
    """A module of the launcher as it lies in this checkout."""
    root = TOP / ("client" if path.startswith("hongxian_client") else "core")
    return (root / path).read_bytes()


def put_launcher(home: Home) -> Path:
    """The launcher of this checkout, in its place."""
    home.program.mkdir(parents=True, exist_ok=True)
    home.launcher.write_bytes(made_launcher(source_of))
    return home.launcher


def launch(home: Home, *words: str, lead: str = "") -> subprocess.CompletedProcess[str]:
    """Start it as an icon does, with a Python that has the standard library alone.

    `lead`: Python lines that run before it in the same process.
    """
    code = f"{lead}\nimport runpy, sys\nsys.argv[:] = {[str(home.launcher), *words]!r}\n"
    code += f"sys.path.insert(0, {str(home.launcher)!r})\n"
    code += "runpy.run_module('hongxian_client.program.launcher', run_name='__main__')\n"
    env = {"PATH": os.defpath, "HONGXIAN_PROGRAM": str(home.folder), "LANG": "en_US.UTF-8"}
    line = [sys.executable, "-I", "-S", "-c", code]
    return subprocess.run(line, capture_output=True, text=True, timeout=300, env=env, check=False)


def put_beside(home: Home, one: str, version: str, main: str) -> None:
    """Another version, made out of one that was put in place: sooner than pip does it."""
    shutil.copytree(home.of(one).resolve(), home.of(version), symlinks=True)
    cli = next(home.of(version).glob("lib/python*/site-packages/hongxian_client/cli"))
    shutil.rmtree(cli / "__pycache__", ignore_errors=True)
    (cli / "__main__.py").write_text(main)


def rows_of(home: Home, table: str) -> list[str]:
    """What a table of the data holds."""
    with closing(sqlite3.connect(home.data / "laptop.db")) as db:
        if not db.execute("select 1 from sqlite_master where name = ?", [table]).fetchone():
            return []
        return [value for (value,) in db.execute(f"select * from {table}")]
