"""A plugin to begin with: a folder with a model and its photo, a workflow, a rule, a view, a reminder and tests."""

from __future__ import annotations

import re
from pathlib import Path

from hongxian.errors import Refused
from hongxian.releases.manifest import NAME
from hongxian.text import Text

_TEMPLATE = Path(__file__).parent / "template"
_NAME, _CLASS = "{{name}}", "{{class}}"


class NameNotFit(Refused):
    """A name that no plugin may have."""

    message = Text(
        "插件不能叫“{name}”：只用小写字母、数字和下划线，以字母开头，最多 40 个。",
        "A plugin cannot be called {name!r}: use lower-case letters, digits and underscores, a "
        "letter first, 40 at most.",
    )


def begin(name: str, folder: Path) -> list[Path]:
    """Write the files of a new plugin into a folder; raises `NameNotFit`, and `FileExistsError` where one is there."""
    if not re.match(NAME, name):
        raise NameNotFit(name=name)
    place = folder / name
    place.mkdir()
    titled = "".join(part.title() for part in name.split("_"))
    made = []
    for template in sorted(_TEMPLATE.glob("*.txt")):
        text = template.read_text("utf-8").replace(_NAME, name).replace(_CLASS, titled)
        path = place / template.stem.replace("NAME", name)  # no system forbids these letters
        path.write_text(text, "utf-8")
        made.append(path)
    return made
