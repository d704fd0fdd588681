"""Steps of a person at a page, counted: a click, a shortcut or a filled field are one each.

What a task takes stands in a table of docs/desk.md: `STEPS=1 pytest ...` writes it, any other run compares.
"""

import os
import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page

from places import DOCS

MANUAL = DOCS / "desk.md"
WAYS = ("mouse", "keys", "phone")
WRITES = "STEPS" in os.environ
_FAR = 120


class Steps:
    """A tab in which every click, shortcut and filled field counts."""

    def __init__(self, tab: Page) -> None:
        self.tab = tab
        self.count = 0

    def click(self, what: Locator) -> None:
        """One step: the mouse, or a finger."""
        self._one(what.click)

    def press(self, keys: str) -> None:
        """One step: a key or a shortcut, wherever the focus is."""
        self._one(lambda: self.tab.keyboard.press(keys))

    def fill(self, text: str, into: Locator | None = None) -> None:
        """One step: a field filled in, the one with the focus where none is named."""
        self._one(lambda: into.fill(text) if into else self.tab.keyboard.type(text))

    def choose(self, value: str, among: Locator) -> None:
        """One step: one of a field's choices."""
        self._one(lambda: among.select_option(value))

    def _one(self, step: Callable[[], None]) -> None:
        self.count += 1
        step()

    def reach(self, what: Locator) -> None:
        """Press the Tab key until the focus is there, which is no step of its own."""
        for _ in range(_FAR):
            if what.evaluate("each => each === document.activeElement"):
                return
            self.tab.keyboard.press("Tab")
        raise AssertionError(f"Tab never reaches {what}")

    def stand_in_the_manual(self, task: str, way: str) -> None:
        """Compare with what docs/desk.md tells of this task, or write it there."""
        text = MANUAL.read_text("utf-8")
        row = re.search(rf"^\| {re.escape(task)} \|(.*)\|$", text, re.MULTILINE)
        assert row is not None, f"docs/desk.md has no line for {task}"
        told = dict(zip(WAYS, (each.strip() for each in row[1].split("|")), strict=True))
        if WRITES:
            told[way] = str(self.count)
            line = f"| {task} | {' | '.join(told[each] for each in WAYS)} |"
            MANUAL.write_text(text.replace(row[0], line), "utf-8")
        else:
            assert told[way] == str(self.count)


def go_by_tab(tab: Page, to: Locator) -> None:
    """The Tab key until the focus is there, which is no step of its own."""
    for _ in range(80):
        if to.evaluate("each => each === document.activeElement"):
            return
        tab.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {to}")
