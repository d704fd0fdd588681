"""The container: no Docker is here, so its files are read as what they have to be."""

import json
import re
import subprocess

import click
import yaml

from hongxian_server.cli.main import hub
from places import DOCS, TOP

FOLDER = TOP / "packaging" / "container"
INSTRUCTIONS = {"FROM", "RUN", "USER", "ENV", "VOLUME", "EXPOSE", "HEALTHCHECK", "CMD"}
PORT = 8470


def instructions() -> list[tuple[str, str]]:
    """Each instruction of the Dockerfile with its words, whose lines are joined."""
    text = re.sub(r"^#.*\n", "", (FOLDER / "Dockerfile").read_text("utf-8"), flags=re.M)
    lines = re.sub(r"\\\n\s*", "", text).splitlines()
    return [(word, rest) for word, _, rest in (line.partition(" ") for line in lines if line)]


def options_of(command: list[str]) -> set[str]:
    """Of the hub's command that a container starts; that it is one is looked at."""
    assert command[:3] == ["hongxian", "hub", "serve"]
    serve = hub.commands["serve"]
    assert isinstance(serve, click.Command)
    given = {word for word in command if word.startswith("--")}
    assert given <= {name for each in serve.params for name in each.opts}
    return given


def test_the_dockerfile_installs_the_package_and_serves_as_its_user() -> None:
    found = instructions()
    assert {word for word, _ in found} == INSTRUCTIONS
    told = dict(found)
    assert told["USER"] == "hongxian"
    assert told["EXPOSE"] == str(PORT)
    assert "HONGXIAN_DATA=/var/lib/hongxian" in told["ENV"]
    assert told["VOLUME"] == "/var/lib/hongxian"
    assert "--host" in options_of(json.loads(told["CMD"]))
    _, installs = [rest for word, rest in found if word == "RUN"]
    assert "dpkg --install /dist/*/hongxian_*_" in installs


def test_each_step_is_one_that_a_shell_reads_and_the_check_one_that_python_reads() -> None:
    for word, rest in instructions():
        if word == "RUN":
            step = rest.partition("target=/dist ")[2] or rest
            subprocess.run(["sh", "-n", "-c", step], check=True)
        if word == "HEALTHCHECK":
            _, _, code = json.loads(rest[rest.index("[") :])
            compile(code, "HEALTHCHECK", "exec")
            assert f":{PORT}/healthz" in code


def test_compose_brings_the_hub_and_the_database_that_it_waits_for() -> None:
    told = yaml.safe_load((FOLDER / "compose.yaml").read_text("utf-8"))
    hub_, database = told["services"]["hub"], told["services"]["database"]
    assert options_of(hub_["command"]) >= {"--host", "--name"}
    assert hub_["ports"] == [f"{PORT}:{PORT}"]
    assert hub_["depends_on"]["database"] == {"condition": "service_healthy"}
    assert "healthcheck" in database
    volumes = [each.partition(":")[0] for one in (hub_, database) for each in one["volumes"]]
    assert set(told["volumes"]) == {each for each in volumes if not each.startswith(".")}
    assert hub_["read_only"]
    assert hub_["cap_drop"] == ["ALL"]
    assert database["environment"]["POSTGRES_PASSWORD"] == "${POSTGRES_PASSWORD:?}", (
        "none stands here"
    )


def test_the_manual_names_the_files_of_the_container() -> None:
    manual = (DOCS / "operations.md").read_text("utf-8")
    for name in ("Dockerfile", "compose.yaml"):
        assert f"packaging/container/{name}" in manual
