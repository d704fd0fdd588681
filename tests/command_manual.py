"""docs/commands.md as the commands themselves tell it: `python tests/command_manual.py` writes it."""

import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click

from hongxian_client.cli import hongxian

PATH = Path(__file__).parent.parent / "docs" / "commands.md"
COMMON = {"--data", "--json", "--help"}
INTRO = """\
# Commands

Made from the commands' own help by `python tests/command_manual.py`; a test holds the two equal.

Every command takes these, anywhere on the line:

| option | |
|---|---|
| `--data DIR` | the data folder, or set `HONGXIAN_DATA`; else `~/.hongxian`, for a hub `~/.hongxian-hub` |
| `--json` | the answer as one JSON document |
| `--help` | what the command does, in Chinese and English |

Exit codes: 0 done, 1 refused with the reason, 2 the command line names what does not exist,
3 the hub is out of reach, 130 Ctrl-C.

With `--json` standard output holds exactly one document, be it the answer or an error,
`{"error": name, "message": {"zh", "en"}, "facts"}` ([errors](errors.md)); sentences for people go to
standard error either way. Integers beyond 2^53 are strings; times are ISO 8601. A terminal shows a
progress bar for long work and cuts tables to its width; a pipe gets neither.

A record's ID may be its last (or first) letters, four at least. FIELD=VALUE is read by the field's
kind: `people=+5` counts on and `people=12` sets a total, `skills=磨刀,剪刀` sets a set, `skills+=磨刀`
and `skills-=磨刀` add and take away, `party_member=是` or `true`, `person=示例·甲001` names another
record, `team=夕阳红` moves a record; nothing after `=` empties the field.

## What `--json` answers

| command | document |
|---|---|
| `status` | `{"joined", "community", "hub", "device", "teams": {scope: name}, "unsent", "waiting", "needs_attention", "conflicts", "last_sync", "clock_offset_ms", "plugins_in_trouble"}` |
| `hub status` | `{"community", "epoch", "seq", "devices", "records", "teams", "recovering", "database", "bytes", "journal": {"blocks", "first_broken"}, "plugins_in_trouble"}` |
| `digest`, `hub digest` | `{scope: {collection: {"count", "sum"}}}`, equal when both hold the same |
| `add`, `edit`, `delete` | `{"id"}`, and `"changed"` or `"deleted"` |
| `list` | `[record]`; `show`: one record: `{"id", "scope", "deleted", "seq", field: value}` |
| `history` | `{"collection", "id", "complete", "entries": [{"at", "device", "who", "how", "before", "after"}]}`, newest first; not `complete` while the hub is out of reach |
| `conflicts` | `[{"id", "scope", "collection", "record", "field", "kept", "kept_by", "lost", "lost_by", "resolved"}]`; `…_by` is `{"device", "who", "at"}` |
| `attention` | `[{"number", "state", "reasons": {field: [sentence]}, "changes": [{"collection", "id", "new", "values"}]}]` |
| `sync` | `{"sent", "received", "refused", "requests", "notes", "differs", "unsent"}` |
| `import` | `{"new", "changed", "unchanged", "wrong", "rows_total", "error_file", "dry_run", "problems"}` |
| `hub enrol` | `{"code", "expires"}` |
| `hub devices` | `[{"number", "name", "laptop", "teams", "enrolled", "last_seen", "unsent", "version", "state"}]` |
| `hub serve` | one line, `{"url"}`, once it listens |
| `plugin list` | `[{"name", "title", "source", "loaded", "collections", "errors"}]` |
"""


def commands(
    command: click.Command = hongxian, names: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command that does something, with the words that call it."""
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            yield from commands(command.get_command(context, name), (*names, name))
    else:
        yield names, command


def manual() -> str:
    """The whole page."""
    return INTRO + "".join(_section(names, command) for names, command in commands())


def _section(names: tuple[str, ...], command: click.Command) -> str:
    context = click.Context(command, info_name=" ".join(("hongxian", *names)))
    usage = " ".join(part for part in command.collect_usage_pieces(context) if part != "[OPTIONS]")
    title = " ".join(("hongxian", *names, usage)).strip()
    options = [
        f"- `{', '.join(option.opts)}`: {option.help}"
        for option in command.params
        if isinstance(option, click.Option) and not COMMON & set(option.opts)
    ]
    text = cleandoc(command.help or "").replace("\b\n", "```\n")
    if "```" in text:
        text = text.rstrip() + "\n```"
    parts = [f"\n## `{title}`", text.strip(), "\n".join(options)]
    return "\n\n".join(part for part in parts if part) + "\n"


if __name__ == "__main__":
    sys.stdout.write(f"{PATH}\n")
    PATH.write_text(manual(), "utf-8")
