"""What Lighthouse looks for without a network: a phone's first page, and a form with a photo."""

from pathlib import Path

import pytest
from conftest import require

import hongxian_plugins.requests as requests
import hongxian_plugins.roster as roster
from lighthouses import against
from meeting import meeting
from phones import publish_at
from system_packages import CHROMIUM, NPM


@pytest.mark.thorough
def test_lighthouse_has_nothing_against_the_first_page_and_a_form(tmp_path: Path) -> None:
    require(CHROMIUM)
    require(NPM)
    with meeting(tmp_path, roster, requests) as there:
        address = publish_at(there)
        found = against(tmp_path / "browser", address, f"{address}do/requests.tell")
    assert not found, "\n".join(found)
