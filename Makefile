# Two commands do everything on a fresh machine:
#   make audit    set up, and audit the sample cases
#   make test     set up, and run all tests
# More add what only some commands need; `make test` has all of it too but Dask:
#   make qag      the audit cycle, and workbooks
#   make board    the board paper
#   make pdf      the board paper as a PDF too
#   make dask     an audit on a Dask cluster
#   make parquet  results as Parquet
# What they need: Python 3.11 to 3.13 with its headers, and a C compiler (for durable-rules).
# Another Python: make test PYTHON=python3.13

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
# As many processes as there are processors, each with its run of the files, so that what the tests of
# a file or of its neighbours share is made once; one that is done takes over half of another's rest.
PYTEST_OPTIONS ?= --numprocesses auto --dist worksteal

# Each of the hundreds of commands that the tests start would compile casecheck anew where Python is
# told to keep nothing that it compiled.
test: export PYTHONDONTWRITEBYTECODE =

.PHONY: audit test qag board pdf dask parquet check clean

audit: $(VENV)/installed
	$(BIN)/casecheck audit sample_cases/

test: $(VENV)/installed-dev
	$(BIN)/python -m pytest $(PYTEST_OPTIONS)

qag board pdf dask parquet: %: $(VENV)/installed-%

# What continuous integration runs beside the tests: lint, format, types, and that no page of docs/
# shows what commands said once.
check: $(VENV)/installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python tools/outputs.py --check

# durable-rules is compiled here: plainly installed, it would lack optimisation and not import on
# Python 3.13, and pip's cache of wheels would bring such a build back.
$(VENV)/installed: pyproject.toml
	@sh tools/can_build.sh $(PYTHON)
	$(PYTHON) -m venv $(VENV)
	CPPFLAGS="-O2 -DPyEval_CallObject=PyObject_CallObject" $(BIN)/python -m pip install --quiet \
		--disable-pip-version-check --no-cache-dir --no-binary durable_rules durable_rules==2.0.28
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[dev,pdf]"
	@touch $@

$(patsubst %,$(VENV)/installed-%,qag board pdf dask parquet): $(VENV)/installed-%: \
		$(VENV)/installed pyproject.toml
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable ".[$*]"
	@touch $@

clean:
	rm -rf $(VENV)
