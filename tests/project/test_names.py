"""Every name that a plugin uses stands in the manual with its arguments."""

from name_manual import PATH, manual


def test_the_manual_lists_the_names_as_the_code_has_them() -> None:
    assert PATH.read_text("utf-8") == manual(), "run: make docs"


def test_a_name_is_listed_with_its_arguments_and_what_it_means() -> None:
    assert "- `spendable(record, field)`: How many this laptop may spend" in manual()
