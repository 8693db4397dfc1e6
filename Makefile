# Two commands do everything on a fresh machine with python3 and make: `make serve` and `make test`.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PORT ?= 8000

.PHONY: serve digest test lint types tests fit evaluate bench clean

serve: $(VENV)/ready ## set up, then serve the REST API and the desk at http://127.0.0.1:$(PORT)/
	$(BIN)/zhaibian serve --port $(PORT)

digest: $(VENV)/ready ## FILE=page.txt: print the digest of a page
	@test -n "$(FILE)" || { echo "make digest FILE=page.txt" >&2; exit 2; }
	@$(BIN)/zhaibian digest "$(FILE)"

test: lint types tests ## lint, strict types and tests

lint: $(VENV)/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/ready-dev
	$(BIN)/mypy

tests: $(VENV)/ready-dev
	$(BIN)/pytest

fit: $(VENV)/ready ## learn a draft bundle from data/
	$(BIN)/zhaibian-train fit

evaluate: $(VENV)/ready ## figures with baselines
	$(BIN)/zhaibian-train evaluate

bench: $(VENV)/ready ## speed and size as ratios, beside peers that are installed for it only
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[bench]"
	$(BIN)/python -m tests.benchmarks

$(VENV)/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("zhaibian needs Python 3.11 or newer; set PYTHON=python3.11") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/ready-dev: $(VENV)/ready
	$(BIN)/pip install --quiet --disable-pip-version-check --editable ".[dev]"
	@touch $@

clean:
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis
