# Two commands do all the set-up: `make demo` shows guardstream at work, `make test` runs every check and test.
# Needed: Python 3.11 or later with venv, Java 17 or later with Maven for the embedded Kafka, and Chromium for tests of
# the dashboard's pages, which `make chromium` brings where apt-get can; GUARDSTREAM_CHROMIUM names another one.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
SOURCES := agents schemas streams
CHECKED := $(SOURCES) tests $(wildcard bench) $(wildcard deploy/consumers)

.DEFAULT_GOAL := help
.PHONY: help install kafka-jars test check lint types imports format demo bench pictures chromium lock clean

help: ## Say what there is.
	@grep -E '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "  make %-11s %s\n", $$1, $$2}'

install: $(STAMP) ## Put everything into .venv, from pinned and hashed requirements.

$(STAMP): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "guardstream needs Python 3.11 or later with venv (Debian: apt install python3-venv); $(PYTHON) is" \
	    "$$($(PYTHON) --version 2>&1). Another one is chosen with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

kafka-jars: install ## Fetch the embedded Kafka's jars (once).
	@$(BIN)/python -c 'from streams.adapters.kafka_jars import class_path; class_path()'

chromium: ## Bring a Chromium for the tests of pages, unless one is there.
	@browser() { \
	  if test -n "$$GUARDSTREAM_CHROMIUM"; then command -v "$$GUARDSTREAM_CHROMIUM"; \
	  else command -v chromium || command -v chromium-browser || command -v google-chrome; fi >/dev/null; }; \
	browser && exit 0; \
	if command -v apt-get >/dev/null && test -z "$$GUARDSTREAM_CHROMIUM"; then \
	  as_root=$$(test "$$(id -u)" = 0 || echo "sudo -n"); \
	  $$as_root apt-get update && $$as_root apt-get install -y --no-install-recommends chromium; \
	fi; \
	browser || { echo "Tests of the dashboard's pages need Chromium or Chrome. Install one (Debian: apt-get install" \
	  "chromium), or set GUARDSTREAM_CHROMIUM to its path." >&2; exit 1; }

test: kafka-jars chromium check ## Run every check and every test, against a real Kafka.
	$(BIN)/python -m pytest

check: lint types imports

lint: install ## Look for mistakes and for lines that the formatter would change.
	$(BIN)/ruff check $(CHECKED)
	$(BIN)/ruff format --check $(CHECKED)

types: install
	$(BIN)/mypy

imports: install
	$(BIN)/lint-imports

format: install ## Format, and mend what can be mended without thought.
	$(BIN)/ruff check --fix $(CHECKED)
	$(BIN)/ruff format $(CHECKED)

demo: install ## Watch alerts appear, on a Kafka that starts for the occasion.
	$(BIN)/guardstream demo

bench: kafka-jars ## Measure what docs and README claim.
	$(BIN)/python -m bench

pictures: install chromium ## Make the pictures of the dashboard in docs/pictures.
	$(BIN)/python -m tests.browser.pictures docs/pictures

# Existing pins stay unless they must move; `make lock UPGRADE=--upgrade` takes the newest of everything.
LOCK := $(BIN)/uv pip compile pyproject.toml --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' $(UPGRADE)
lock: ## Pin the requirements anew after a change of pyproject.toml.
	$(LOCK) --extra dev --extra sigma --extra dashboard --output-file requirements-dev.txt
	$(LOCK) --constraint requirements-dev.txt --no-annotate --output-file requirements.txt
	$(LOCK) --constraint requirements-dev.txt --no-annotate --extra dashboard --output-file requirements-dashboard.txt

clean: ## Remove what the other commands made, the virtual environment too.
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
