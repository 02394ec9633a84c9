# Two commands on a fresh Debian 12: make demo, make test. Each installs what it needs itself and can be run again.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
OUT    ?= out
SECONDS ?= 20

.PHONY: help demo test check format bench sessions drill faults printer-faults fuzz lock clean install

help:            ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

demo: install    ## simulators and the whole line: a window where there is a display, else one check-in into out/
	@if [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then $(BIN)/kiosk demo; else $(BIN)/kiosk demo --headless --out $(OUT); fi

# A worker that crashes ends the run: where pytest-xdist 3.8 replaces one in a grouped run, it may wait for ever.
# Compiled modules are kept, whatever this account says: the suite starts hundreds of Pythons that would compile again.
test: install    ## the whole test suite
	@QT_QPA_PLATFORM=offscreen PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -q --numprocesses auto --dist loadgroup --max-worker-restart 0

check: install   ## formatter, linters, types, import contracts, then the tests
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

format: install  ## writes the house style
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: install   ## measures and prints the tables of tests/bench/README.md
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench.run

sessions: install ## ten thousand check-ins in one window: writes tests/bench/sessions.md
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench.sessions

drill: install   ## kills desks and servers while numbers are given: writes tests/drill/README.md
	@$(BIN)/python -m tests.drill.run --write

faults: install  ## one fault at each command of a card's reading: writes tests/bench/faults.md
	@$(BIN)/python -m tests.bench.faults

printer-faults: install  ## every fault of a printer on every line: writes tests/bench/printer_faults.md
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m tests.bench.printer_faults

fuzz: install    ## fuzzes the parsers, SECONDS for each; with atheris where that is installed
	@$(BIN)/python -m tests.fuzz.run --seconds $(SECONDS) --corpus $(OUT)/fuzz

lock: install    ## pins the newest allowed packages anew
	@$(BIN)/uv pip compile --universal --upgrade --generate-hashes --no-emit-index-url --no-header --quiet \
		--extra dev pyproject.toml --output-file requirements.lock

install: $(VENV)/.installed

# The stamp is as new as what it was made from: a changed lock or a changed list of packages installs again.
$(VENV)/.installed: requirements.lock pyproject.toml config/system/debian.sh
	@config/system/debian.sh --test
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

clean:           ## removes what the commands above made
	rm -rf $(VENV) $(OUT) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
