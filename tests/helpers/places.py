"""Where things lie that tests read."""

from pathlib import Path

TOP = Path(__file__).parents[2]
"""The checkout."""
DOCS = TOP / "docs"
EXAMPLES = DOCS / "examples"
HELPERS = TOP / "tests" / "helpers"
"""Processes that tests start, and what they share."""
