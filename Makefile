# Everything runs from .venv, made from the hash-locked requirements. Needs Python 3.11 or newer.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
TENURE := $(BIN)/tenure

.PHONY: help demo demo-reset serve test check faults browser bench lock assets screenshots clean

help: ## What can be made
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | column -t -s '	'

# The stamp files say which lock was installed, so a second `make` starts at once.
$(VENV)/app.stamp: requirements/app.txt pyproject.toml hatch_build.py package-lock.json
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked requirements ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/app.txt
	@$(BIN)/python -m pip install -q --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.txt $(VENV)/app.stamp
	@echo "Installing the locked tools for tests ..."
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $@

assets: $(VENV)/app.stamp
	@$(BIN)/python hatch_build.py

demo: assets ## A believable company on the simulator, with one-time sign-in links
	@$(TENURE) demo --home .demo $(if $(PORT),--port $(PORT))

demo-reset: assets ## The demo from the start
	@$(TENURE) demo --home .demo --reset $(if $(PORT),--port $(PORT))

serve: assets ## Tenure itself, on http://127.0.0.1:8000
	@$(TENURE) serve

check: $(VENV)/dev.stamp assets ## Lint, types, imports, migrations
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/lint-imports --no-cache
	@$(BIN)/mypy
	@$(BIN)/python -m tests.check_migrations

test: $(VENV)/dev.stamp assets ## Every test, on SQLite and on PostgreSQL
	@BIN=$(BIN) tests/run.sh

# Every file with a longer form says so by this import.
FAULTS = $(shell grep -rl 'from tenure.testing.lengths import' --include='test_*.py' tenure tests)
faults: $(VENV)/dev.stamp assets ## What is long or random in full: killed processes, made-up companies
	@TENURE_FAULTS=full $(BIN)/pytest $(FAULTS)
	@TENURE_FAULTS=full TENURE_TEST_DB=postgres $(BIN)/pytest $(FAULTS)

browser: $(VENV)/dev.stamp assets ## Every page in Chromium: light and dark, wide and narrow
	@TENURE_BROWSER=full $(BIN)/pytest -n 2 --dist loadfile tests/browser

screenshots: $(VENV)/dev.stamp assets ## Every picture under docs/screenshots, drawn anew
	@$(BIN)/python -m tests.browser.screenshots

bench: $(VENV)/dev.stamp assets ## What we claim about speed, as ratios measured in one run
	@missed=; for script in benchmarks/*.py; do \
	  echo "== $$script"; $(BIN)/python $$script || missed="$$missed $$script"; \
	done; test -z "$$missed" || { echo "Not as promised:$$missed"; exit 1; }

lock: ## Resolve the requirements anew
	@for set in app dev; do \
	  extras="--extra build"; test $$set = dev && extras="$$extras --extra dev -c requirements/app.txt"; \
	  $(BIN)/uv pip compile pyproject.toml $$extras --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-emit-find-links --no-annotate --no-header -q -o requirements/$$set.txt; \
	done

clean: ## Remove what was built, not the demo's data
	@rm -rf $(VENV) node_modules build dist tenure/web/static/vendor
