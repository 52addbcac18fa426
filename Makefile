# `make` alone tells what there is. Needs Python >= 3.11; PYTHON=python3.12 chooses another one.
# Set-up is done once: the stamps in .venv say for which requirements.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
# where the pages' third-party code is listed, once there is any
WEB := $(patsubst %/package.json,%,$(wildcard api/pages/package.json))
# a machine's own Node is used if it is 18 or newer
NODE := node -e 'process.exit(+(parseInt(process.versions.node) < 18))' 2>/dev/null && npm --version >/dev/null 2>&1
# One more than there are cores: many tests wait for processes, carriers and timers.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')
PYTEST := $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder
COMPILE := $(BIN)/uv pip compile --quiet --universal --generate-hashes --no-header --python-version 3.11
DATA ?= .data
ARGS ?=

# Some environments say that nothing compiled is kept: then each of some hundred processes that the
# tests and the demo start would compile all of it anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help demo test test-quick unit long proofs coverage check fix i18n migration deps psql bench vendor setup clean
.DELETE_ON_ERROR:

help: ## this list
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-30s%s\n", $$1, $$2 }'

demo: .venv/demo.stamp vendor ## the whole system here, with simulated homes; ARGS="--homes 100"
	@$(BIN)/anxin demo $(ARGS)

test: .venv/dev.stamp vendor ## all tests but the long ones and the proofs; ARGS="-k shelving"
	@$(PYTEST) -m "not long" $(ARGS)

test-quick: .venv/dev.stamp ## unit tests of the rooms a change touches: 20 seconds
	@$(BIN)/python -m tests.quick $(ARGS)

unit: .venv/dev.stamp ## tests without database, broker or browser
	@$(PYTEST) tests/unit $(ARGS)

long: .venv/dev.stamp vendor ## the tests that `make test` leaves out: kills, matrices, browsers
	@$(PYTEST) -m long $(ARGS)

proofs: long ## `make long`, what is longer still, and in full what make test tries in part
	@$(BIN)/pytest tests/proofs $(ARGS)
	@ANXIN_TEST_FULL=1 $(PYTEST) -m "hypothesis or sized" $(ARGS)
	@ANXIN_TEST_PRESSES=1000 $(BIN)/pytest tests/acceptance/test_whatever_dies.py $(ARGS)
	@$(BIN)/python -m tests.proofs.killing --messages 60000
	@$(BIN)/python -m tests.proofs.backlog --readings 200000

coverage: .venv/dev.stamp vendor ## all tests, and which lines they do not reach
	@$(PYTEST) --cov --cov-report=term --cov-report=html:test-results/coverage $(ARGS)

check: .venv/dev.stamp ## linter, format, types, import rules
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

fix: .venv/dev.stamp ## format, and mend what the linter can
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

i18n: .venv/dev.stamp ## new texts into the catalogues, for a translator to fill
	@$(BIN)/python -m api.pages.catalogues

migration: ## the next migration's file; NAME=shift_notes
	@$(PYTHON) -m migrations.new "$(NAME)"

# Pins stay as they are; ARGS=--upgrade renews them all, ARGS="--upgrade-package fastapi" one.
deps: .venv/dev.stamp ## compile requirements*.txt from pyproject.toml; ARGS=--upgrade
	@$(COMPILE) $(ARGS) --group build -o requirements-build.txt
	@$(COMPILE) $(ARGS) --group node -o requirements-node.txt
	@$(COMPILE) $(ARGS) --extra embedded -o requirements.txt pyproject.toml
	@$(COMPILE) $(ARGS) --extra embedded --extra dev -o requirements-dev.txt pyproject.toml

psql: .venv/demo.stamp ## into the database of a running demo; DATA=.data ARGS="-c '\dt'"
	@$(BIN)/python -m app.demo.running_database $(DATA) $(ARGS)

bench: .venv/dev.stamp vendor ## how fast it is here
	@$(BIN)/anxin bench $(ARGS)

setup: .venv/dev.stamp vendor ## all packages for development

clean: ## remove what set-up made
	@rm -rf .venv $(addsuffix /node_modules,$(WEB))

.venv/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed, and $(PYTHON) is older or not there: make PYTHON=python3.12 …" >&2; exit 2; }
	@echo "setting up: Python environment in .venv"
	@$(PYTHON) -m venv .venv
	@touch $@

# The development requirements contain those of the demo.
.venv/demo.stamp: requirements.txt requirements-build.txt pyproject.toml .venv/python.stamp
	@if [ ! -e .venv/dev.stamp ] || [ requirements.txt -nt .venv/dev.stamp ]; then \
	  echo "setting up: packages (a minute the first time)"; \
	  $(PIP) install --require-hashes -r requirements-build.txt && \
	  $(PIP) install --require-hashes --no-build-isolation -r requirements.txt; fi
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: requirements-dev.txt requirements-build.txt pyproject.toml .venv/python.stamp
	@echo "setting up: packages for development (a minute the first time)"
	@$(PIP) install --require-hashes -r requirements-build.txt
	@$(PIP) install --require-hashes --no-build-isolation -r requirements-dev.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

# Third-party browser code, with the machine's npm if its Node is 18 or newer, else a wheel's.
vendor: $(addsuffix /node_modules/.package-lock.json,$(WEB))

%/node_modules/.package-lock.json: %/package.json %/package-lock.json %/vendor.mjs | .venv/python.stamp
	@echo "setting up: browser code in $*"
	@if ! { $(NODE); }; then \
	  $(PIP) install --require-hashes -r requirements-node.txt && PATH="$(CURDIR)/$(BIN):$$PATH" && export PATH; fi; \
	  cd $* && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error && npm run --silent vendor
	@touch $@
