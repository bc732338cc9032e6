# `make run` and `make test` are all a newcomer needs; `make help` lists the rest.
# The same without make: pip install -r requirements.txt, then manage.py migrate, demo and runserver.

PORT ?= 8000
ARGS ?=
VENV_PYTHON = .venv/bin/python

help:  ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*##/ {printf "  make %-14s%s\n", $$1, $$2}' $(MAKEFILE_LIST)

run:  ## install, migrate, fill in demo content, and serve on PORT (8000)
	@scripts/setup.sh requirements.txt
	@$(VENV_PYTHON) -c "import socket; socket.create_server(('127.0.0.1', $(PORT)))" 2>/dev/null \
		|| { echo "Cannot listen on port $(PORT). Another one: make run PORT=8001"; exit 1; }
	@$(VENV_PYTHON) manage.py migrate --verbosity 0
	@PORT=$(PORT) $(VENV_PYTHON) manage.py demo
	@PORT=$(PORT) $(VENV_PYTHON) manage.py runserver 127.0.0.1:$(PORT)

quick: setup  ## run the tests that need no server: while you work; ARGS="-k name" for some of them
	@scripts/test.sh quick $(ARGS)

test: setup test-deps  ## those, and the ones with real servers, browsers and faults
	@scripts/test.sh test $(ARGS)

test-all: setup test-deps  ## those, and the apps on PostgreSQL, and without each other: what CI runs
	@scripts/test.sh all $(ARGS)

test-deps:  ## look for Redis, PostgreSQL, Chromium, Node (root on Debian, Ubuntu: install them)
	@scripts/test-deps.sh

setup:  ## make .venv, with what the tests and lint need
	@scripts/setup.sh requirements-dev.txt

lint: setup  ## check style, types, imports and syntax
	@$(VENV_PYTHON) -m ruff check .
	@$(VENV_PYTHON) -m ruff format --check .
	@$(VENV_PYTHON) -m mypy .
	@.venv/bin/lint-imports --no-logo
	@scripts/check-js.sh

shots: setup test-deps  ## take pictures of every page, on phones and desks, light and dark: shots/index.html
	@$(VENV_PYTHON) -m tests.shots

bench: setup bench-deps  ## measure against peers on this machine, in about 13 minutes; see bench/README.md
	@$(VENV_PYTHON) -m bench full $(ARGS)

bench-quick: setup bench-deps  ## the same in about 3 minutes, one round
	@$(VENV_PYTHON) -m bench quick $(ARGS)

bench-deps:  ## look for the peers: Redis, Node, nginx with nchan (root on Debian, Ubuntu: install them)
	@scripts/bench-deps.sh

requirements: setup  ## compile requirements*.in to requirements*.txt; ARGS=--upgrade for newer versions
	@scripts/compile-requirements.sh $(ARGS)

.PHONY: help run quick test test-all test-deps setup lint shots bench bench-quick bench-deps requirements
