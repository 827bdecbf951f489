# casemgr: everything a person or a server needs, by name.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
FLASK := $(BIN)/flask --app wsgi
AUDIT := .venv-audit
LOCK := $(AUDIT)/requirements.lock
HOST ?= 127.0.0.1
PORT ?= 8000
# one more than processors: tests wait for disks and browsers too
WORKERS ?= $(shell $(PYTHON) -c 'import os; print((os.cpu_count() or 1) + 1)')

export PYTHONWARNINGS ?= default
.PHONY: up install install-dev test check audit lock bench demo fuzz format clean

up: install ## make everything ready, then serve on http://127.0.0.1:8000
	@$(FLASK) init
	@$(FLASK) demo load --province 20 --children 300 --seed 7
	@$(FLASK) demo accounts
	@$(FLASK) serve --host $(HOST) --port $(PORT)

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: requirements.txt | $(BIN)/python
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(VENV)/.installed-dev: requirements.txt requirements-dev.txt | $(BIN)/python
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@ $(VENV)/.installed

install: $(VENV)/.installed

install-dev: $(VENV)/.installed-dev

test: install-dev ## all tests: units, SQLite and PostgreSQL, browser, contracts
	$(BIN)/python -m pytest -n $(WORKERS) -rs $(ARGS)

check: install-dev ## format, lint, types, floors, words, migrations
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy casemgr bench
	$(BIN)/lint-imports
	$(BIN)/python tools/check_words.py
	$(BIN)/python tools/check_migrations.py

$(AUDIT)/.installed: requirements-audit.txt
	$(PYTHON) -m venv $(AUDIT)
	$(AUDIT)/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-audit.txt
	@touch $@

audit: $(AUDIT)/.installed ## known weaknesses of every library: asks the network, fails where it finds one or gets no answer
	$(AUDIT)/bin/pip-audit --strict --disable-pip --require-hashes -r requirements.lock

lock: $(AUDIT)/.installed ## requirements.lock anew, after requirements.txt has changed
	@rm -f $(LOCK).raw
	$(AUDIT)/bin/pip-compile --quiet --generate-hashes --strip-extras --no-header --no-annotate \
		--output-file $(LOCK).raw requirements.txt
	{ echo '# Every library that runs, with those that others bring along, and the digests of their files. Made by `make lock` from requirements.txt.'; \
		sed '/^--/d;/./,$$!d' $(LOCK).raw; } > $(LOCK).new
	mv $(LOCK).new requirements.lock
	@rm $(LOCK).raw

bench: install-dev ## benchmarks; writes bench/results.json
	$(BIN)/python -m bench $(ARGS)

fuzz: install-dev ## 10,000 fuzzed requests against the API, 10,000 tamperings with the trail, every form of every page as every role
	CASEMGR_FUZZ=10000 $(BIN)/python -m pytest tests/exchange/test_fuzz.py tests/security/test_audit.py tests/web/test_hostile_forms.py -q

demo: install ## rebuild the invented demo data
	@$(FLASK) init
	@$(FLASK) demo load --province 20 --children 300 --seed 7 --again

format: install-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean: ## remove what was built; the data stays
	rm -rf $(VENV) $(AUDIT) .pytest_cache .mypy_cache .ruff_cache
