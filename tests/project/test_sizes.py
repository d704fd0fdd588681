"""How long the bundled plugins are, as docs/plugins/sizes.md says it."""

import pytest

from plugin_sizes import LONG, PATH, PLUGINS, counted, names, page, sizes, whys


def test_the_page_has_the_figures_of_today() -> None:
    assert PATH.read_text("utf-8") == page(), "python tests/helpers/plugin_sizes.py writes it"


@pytest.mark.parametrize("plugin", names())
def test_a_plugin_that_is_long_says_why_by_its_modules(plugin: str) -> None:
    whole, _ = sizes(plugin)
    named = whys().get(plugin, "").split("`")[1::2]
    assert whole <= LONG or named, f"{plugin} has {whole} lines: say why in {PATH.name}"
    for each in named:
        modules = (PLUGINS / plugin).rglob(f"{each}.py")
        assert any(modules) or (PLUGINS / plugin / each).is_dir(), f"{plugin} has no {each}"


def test_what_declares_is_not_counted_and_what_does_is(tmp_path) -> None:
    file = tmp_path / "loans.py"
    file.write_text(
        '"""Loans."""\n'
        "from hongxian import Record\n"
        "\n"
        "LONGEST = 3\n"
        '"""Days."""\n'
        "class Loan(Record):\n"  # counts
        "    days = Field(\n"
        "        default=1,\n"
        "    )\n"
        "    class Meta:\n"
        '        collection = "loans.loan"\n'
        "    def is_long(self) -> bool:\n"  # counts
        '        """Of days."""\n'
        "        # Why.\n"
        "        most = LONGEST\n"  # counts
        "        return self.days > most\n",  # counts
        "utf-8",
    )
    assert counted(file) == {6, 12, 15, 16}
