# make demo | test | check | bench. Needs Python >= 3.11; PYTHON=python3.12 chooses another one.
# Set-up is done once: the stamps in .venv say for which requirements.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check --no-input
# where the pages' third-party code is listed, once there is any
WEB := $(patsubst %/package.json,%,$(wildcard api/pages/package.json))
# a machine's own Node is used if it is 18 or newer
NODE := node -e 'process.exit(+(parseInt(process.versions.node) < 18))' 2>/dev/null && npm --version >/dev/null 2>&1
ARGS ?=

.PHONY: demo test check bench vendor setup clean
.DELETE_ON_ERROR:

demo: .venv/demo.stamp vendor
	@$(BIN)/anxin demo $(ARGS)

test: .venv/dev.stamp vendor
	@$(BIN)/pytest -n auto --dist loadfile --no-loadscope-reorder $(ARGS)

check: .venv/dev.stamp
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

bench: .venv/dev.stamp vendor
	@$(BIN)/anxin bench $(ARGS)

setup: .venv/dev.stamp vendor

clean:
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
	  $(PIP) install --require-hashes -r requirements-build.txt -r requirements.txt; fi
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev.stamp: requirements-dev.txt requirements-build.txt pyproject.toml .venv/python.stamp
	@echo "setting up: packages for development (a minute the first time)"
	@$(PIP) install --require-hashes -r requirements-build.txt -r requirements-dev.txt
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
