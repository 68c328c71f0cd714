# Every target works from a fresh clone: it begins with the set-up, which is a matter of milliseconds when done.

PYTHON ?= python3
PORT ?= 8000
APP := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help setup setup-test run test check check-static check-web format bench pictures lock clean clean-cache distclean

help:
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 14

setup: ## install both environments and the Debian packages they need
	@$(PYTHON) -m deploy setup

setup-test:
	@$(PYTHON) -m deploy setup --level test

run: ## the demo on this machine (PORT=8000)
	@$(PYTHON) -m deploy setup --level demo
	@exec $(APP) -m assistant demo --port $(PORT)

test: setup-test ## every test
	@$(APP) -m pytest

check: setup-test ## format, lint, types, import contracts, knowledge, unit tests
	@PATH="$(CURDIR)/.venv/bin:$$PATH" bash deploy/check.sh

check-static: setup-test ## the same without the tests
	@PATH="$(CURDIR)/.venv/bin:$$PATH" bash deploy/check.sh static

check-web: setup-test ## types and accessibility rules of the screens
	@PATH="$(CURDIR)/.venv/bin:$$PATH" bash deploy/check-web.sh

format: setup-test ## format the code
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

bench: setup-test ## measure (the tables of the README)
	@$(APP) -m benchmarks

pictures: setup-test ## take the README's pictures anew from the demo that runs (PORT=8000)
	@PYTHONPATH=. $(APP) docs/pictures.py http://127.0.0.1:$(PORT)
	@PYTHONPATH=. $(APP) docs/character_sheet.py http://127.0.0.1:$(PORT)

lock: setup-test ## write the lock files anew (FIND_LINKS=place with torch's CPU build)
	@$(APP) -m deploy lock $(addprefix --find-links ,$(FIND_LINKS))
	@$(PYTHON) -m deploy setup --level test
	@$(APP) -m deploy notices

clean: ## remove what this checkout made, its database too
	@rm -rf var build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info .venv
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

clean-cache: ## remove environments that this checkout does not use, saying how large they were
	@$(PYTHON) -m deploy clean-cache

distclean: clean ## remove the whole cache too
	@$(PYTHON) -m deploy clean-cache --everything
