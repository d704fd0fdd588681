"""A process in which every command is loaded: what it is asked to run begins as a copy of it, within milliseconds.

Each line it reads is a JSON document: `{"words", "typed", "out", "err"}` to begin a command, whose process
id it tells, with the files that it reads, says and complains in; `{"wait": process id}` to hear how that
ended, as a signal's number below zero or an exit code.
"""

import json
import os
import sys
from importlib import import_module
from pkgutil import walk_packages

import hongxian_client
import hongxian_plugins
import hongxian_server
from hongxian_client.cli.main import main


def load_everything() -> None:
    for package in (hongxian_client, hongxian_server, hongxian_plugins):
        for found in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(found.name)


def become(words: list[str], typed: str, out: str, err: str) -> None:
    """The process of one command, from here on."""
    for number, path in ((0, typed), (1, out), (2, err)):
        opened = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.argv[1:] = words
    main()


def serve() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        if "wait" in asked:
            print(os.waitstatus_to_exitcode(os.waitpid(asked["wait"], 0)[1]), flush=True)
        elif child := os.fork():
            print(child, flush=True)
        else:
            become(**asked)


if __name__ == "__main__":
    load_everything()
    serve()
