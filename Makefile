# Two commands do everything: `make demo` and `make test`.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
JOB ?=
PORT ?= 8000

.DEFAULT_GOAL := help

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

$(VENV)/bin/python:
	@command -v $(PYTHON) >/dev/null && $(PYTHON) -m venv $(VENV) || python3 -m venv $(VENV)

$(VENV)/.installed: requirements.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing Entrepot into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.installed-dev: requirements-dev.txt $(VENV)/.installed
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements-dev.txt
	@touch $@

install: $(VENV)/.installed prepared  ## install into .venv

prepared: $(VENV)/.installed
	@$(BIN)/python -m tools.i18n build
	@$(BIN)/python -m compileall -q entrepot config

demo: install  ## a demonstration company, served on this machine
	@$(BIN)/entrepot demo --port $(PORT)

test: install $(VENV)/.installed-dev  ## install what the tests need and run them
	@tools/debian_packages.sh chromium fonts-noto-cjk
	@$(BIN)/python -m pytest -n 2 --dist loadfile

check: install $(VENV)/.installed-dev  ## the static checks
	@$(BIN)/ruff check .
	@$(BIN)/lint-imports --no-cache | tail -n 30
	@$(BIN)/python -m tools.lints
	@$(BIN)/python -m tools.i18n check
	@$(BIN)/python manage.py makemigrations --check --dry-run
	@$(BIN)/mypy entrepot config tools

bench: install $(VENV)/.installed-dev  ## the table of figures; JOB=name runs one
	@tools/debian_packages.sh wrk chromium fonts-noto-cjk nodejs npm
	@$(BIN)/python -m bench $(JOB)

lock:  ## write the lock files anew
	@$(BIN)/python -m tools.lock

.PHONY: help install prepared demo test check bench lock
