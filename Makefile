# make demo    set up, and run the main job on the sample issue
# make test    set up, and run the tests
# make check   every gate: lint, types, layers, tests and coverage
# make preview set up, and show the sample issue in the browser

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ISSUE ?= 2019-02-18
# One more than there are processors: tests wait for browsers and databases, too.
WORKERS ?= $(shell expr $$(nproc) + 1)
# pip of the machine fills the environment, so that Debian's python3-venv is not needed.
INSTALL := $(PYTHON) -m pip --python $(BIN)/python --disable-pip-version-check install --quiet -c constraints.txt
SOURCES := $(shell git ls-files newsletter tests templates issues pyproject.toml office.yaml 2>/dev/null)

.PHONY: demo test check preview lint types layers coverage clean

demo: $(VENV)/.installed
	$(BIN)/newsletter subscribers import subscribers.example.csv
	$(BIN)/newsletter send --issue $(ISSUE) --dry-run

test: $(VENV)/.installed-dev
	@rm -f .coverage .coverage.*
	$(BIN)/coverage run -m pytest -n $(WORKERS) --dist loadfile $(ARGS)
	@$(BIN)/coverage combine --quiet
	@rm -f .coverage.*  # halves of files, of programs that a test had run out of disk

check: lint types layers coverage

preview: $(VENV)/.installed
	$(BIN)/newsletter preview --issue $(ISSUE)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: $(VENV)/.installed-dev
	$(BIN)/mypy

layers: $(VENV)/.installed-dev
	$(BIN)/lint-imports

coverage: .coverage
	$(BIN)/coverage report

# The tests run again only if something changed since they last did.
.coverage: $(SOURCES) | $(VENV)/.installed-dev
	$(MAKE) test

$(VENV)/bin/python:
	$(PYTHON) -m venv --without-pip $(VENV)

$(VENV)/.installed: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(INSTALL) -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(INSTALL) -e '.[dev]'
	@touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build outbox .coverage .coverage.* .mypy_cache .ruff_cache .pytest_cache
