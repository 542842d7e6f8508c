# Everything happens in .venv; nothing outside the tree is changed but pip's cache and osai's data directory.
PYTHON ?= python3
CORES  := $(shell getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2)
VENV   := .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check
# A prebuilt llama-cpp-python instead of the compile: make demo LLAMA_WHEELS=<its index, see README>.
LLAMA_WHEELS ?=
PREBUILT := $(if $(LLAMA_WHEELS),--extra-index-url $(LLAMA_WHEELS) --only-binary llama-cpp-python)

export CMAKE_ARGS ?= -DLLAVA_BUILD=OFF
export CMAKE_BUILD_PARALLEL_LEVEL ?= $(CORES)

.PHONY: demo test check bench lock listing clean
demo: $(VENV)/.core
	@$(BIN)/osai ask "Is Llama 3 open source?"

test: $(VENV)/.test
	@$(BIN)/python -m pytest

check: $(VENV)/.dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.core
	@$(BIN)/osai bench

# Resolves every dependency afresh and pins what was found, names and versions only.
lock:
	@rm -rf .lock && $(PYTHON) -m venv .lock
	@.lock/bin/python -m pip install --quiet --upgrade pip
	@.lock/bin/python -m pip install --quiet '.[test,dev]'
	@.lock/bin/python -m pip freeze --all --exclude osai-bot > constraints.txt
	@rm -rf .lock

# Makes knowledge/licenses/listed.csv anew from the ScanCode data and the SPDX License List.
listing: $(VENV)/.dev
	@$(BIN)/python -m knowledge.licenses.compile_listing

clean:
	@rm -rf $(VENV) .lock .pytest_cache .mypy_cache .ruff_cache .import_linter_cache

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "osai needs Python 3.11 or newer and found no $(PYTHON). Install it, or name one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "osai needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) -V 2>&1 | cut -d" " -f2). Name a newer one: make PYTHON=/path/to/python3.12" >&2; exit 1; }
	@[ -n "$(LLAMA_WHEELS)" ] || command -v "$${CXX:-c++}" >/dev/null || command -v g++ >/dev/null || command -v clang++ >/dev/null || { echo "osai compiles llama.cpp and found no C++ compiler. Install one (Debian: apt-get install g++; macOS: xcode-select --install), or see 'Skip the compile' in README.md" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing. Debian: apt-get install python3-venv" >&2; rm -rf $(VENV); exit 1; }

# One marker a set of packages: a target installs only when pyproject.toml or constraints.txt changed since.
$(VENV)/.core: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing osai into $(VENV) (the first time compiles llama.cpp: 10 to 15 minutes on 2 cores)"
	@$(PIP) install --quiet --constraint constraints.txt $(PREBUILT) --editable .
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing osai and its tests into $(VENV) (the first time compiles llama.cpp: 10 to 15 minutes on 2 cores)"
	@$(PIP) install --quiet --constraint constraints.txt $(PREBUILT) --editable '.[test]'
	@touch $@ $(VENV)/.core

$(VENV)/.dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing osai, its tests and its checkers into $(VENV) (the first time compiles llama.cpp: 10 to 15 minutes on 2 cores)"
	@$(PIP) install --quiet --constraint constraints.txt $(PREBUILT) --editable '.[test,dev]'
	@touch $@ $(VENV)/.test $(VENV)/.core
