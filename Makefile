# Every target sets up what it needs, and says so: .venv is made once, and again when setup.cfg, pyproject.toml
# or constraints.txt change. `make demo` needs the program's own libraries; the tests', which are twice as
# many, come with whatever needs them first.

PYTHON ?= python3
BIN := .venv/bin
RUNS := .venv/.runs
INSTALLED := .venv/.installed
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable
# A process for each core. Each begins with files of its own, whose tests share what is slow to make;
# whoever is done takes over half of what another has left.
SIDE_BY_SIDE := --numprocesses=auto --dist=worksteal

.DEFAULT_GOAL := help
.PHONY: help demo test deep check docs constraints bench pictures packages release

help:  ## these lines
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 20

demo: $(RUNS)  ## a hub and three laptops on this machine
	$(BIN)/hongxian demo $(ARGS)

test: $(INSTALLED) packages  ## all but the thorough tests, about eight minutes; ARGS='-k words' for some
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) --hypothesis-profile=quick -m 'not thorough' $(ARGS)

deep: $(INSTALLED) packages  ## every test, with far more drawn examples
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) --hypothesis-profile=deep $(ARGS)

check: $(INSTALLED) packages  ## lint, format, rooms, types, then every test; about forty minutes
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports
	$(BIN)/mypy --strict
	$(BIN)/python -m pytest $(SIDE_BY_SIDE) $(ARGS)

bench: $(INSTALLED)  ## this project and its peers, into docs/benchmarks.md; QUICK=1 for three minutes
	$(BIN)/python -m bench $(if $(QUICK),--size quick) $(ARGS)

pictures: $(INSTALLED) packages  ## the pictures of manual and README, and one of every page in build/pictures/
	$(BIN)/python tests/helpers/manual_pictures.py
	PICTURES=1 $(BIN)/python -m pytest $(SIDE_BY_SIDE) tests/web/test_pages.py

docs: $(INSTALLED)  ## the pages that code tells, then the manual and the API reference in build/site/
	$(BIN)/python tests/helpers/command_manual.py
	$(BIN)/python tests/helpers/error_manual.py
	$(BIN)/python tests/helpers/name_manual.py
	$(BIN)/python tests/helpers/plugin_sizes.py
	$(BIN)/mkdocs build --strict --quiet

release: $(INSTALLED)  ## the files of a version in dist/, from what was committed; ARGS='--wheels build/wheels'
	$(BIN)/python -m release $(ARGS)

constraints:  ## constraints.txt from the newest releases, in a new .venv; then make check
	$(PYTHON) -m venv --clear .venv
	$(INSTALL) '.[test,docs]'
	echo '# The releases that are tested together. `make constraints` writes this file.' > constraints.txt
	$(BIN)/python -m pip freeze --all --exclude pip --exclude hongxian >> constraints.txt
	touch $(RUNS) $(INSTALLED)

packages:
	@$(PYTHON) tests/helpers/system_packages.py

# Libraries are compiled as they are first imported, by one process that others are forked from; our own
# modules here, once, and not by each process that begins first.
$(RUNS): setup.cfg pyproject.toml constraints.txt
	@echo 'Setting up .venv with the libraries of constraints.txt, once: some 20 seconds, 170 MB ...'
	@$(PYTHON) -m venv .venv
	@$(INSTALL) . --no-compile --constraint constraints.txt
	@$(BIN)/python -m compileall -q client core plugins server web
	@touch $@

$(INSTALLED): $(RUNS)
	@echo 'Adding what tests and manual need to .venv, once: some 30 seconds, 300 MB ...'
	@$(INSTALL) '.[test,docs]' --constraint constraints.txt
	@touch $@
