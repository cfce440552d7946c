# Everything a fresh machine needs beside Python 3.11+ (with pip and venv) and make is made here.

VENV ?= .venv
TORCH ?= torch==2.13.0
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

BIN := $(VENV)/bin
NATIVE := CMakeLists.txt $(wildcard native/*.?pp native/*/*.?pp)
INSTALL := $(BIN)/python -m pip install -qq --disable-pip-version-check

.DEFAULT_GOAL := help
.PHONY: help demo test sanitize format docs clean

help:  ## show this list
	@echo "usage: make TARGET"
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## */\t/' | expand -t 10 | sed 's/^/  /'

demo: $(VENV)/.installed  ## install, then answer real questions over the files in examples/
	$(BIN)/python examples/demo.py

test: $(VENV)/.tested  ## install what the tests need; check the format, lint and types; run the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python -m pytest

SANITIZED := build/sanitize
sanitize: $(VENV)/.tested  ## run the engine's tests under address and undefined-behaviour sanitizers (cmake, gcc)
	$(INSTALL) cmake nanobind
	$(BIN)/cmake -S . -B $(SANITIZED) -DTRIVIUM_SANITIZE=ON -DCMAKE_BUILD_TYPE=Debug \
		-DPython_EXECUTABLE=$(abspath $(BIN)/python)
	$(BIN)/cmake --build $(SANITIZED)
	TRIVIUM_NATIVE=$$(ls $(SANITIZED)/_native*.so) PYTHONMALLOC=malloc \
	ASAN_OPTIONS=detect_leaks=0 UBSAN_OPTIONS=print_stacktrace=1 \
	LD_PRELOAD="$$(cc -print-file-name=libasan.so) $$(cc -print-file-name=libstdc++.so)" \
	$(BIN)/python -m pytest -p no:faulthandler tests/engine tests/fuzz tests/laws tests/test_programs.py \
		tests/probability/test_explorers.py tests/probability/test_inference.py tests/probability/test_any_order.py

format: $(VENV)/.tested  ## put the code in the shape that `make test` wants
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

docs: $(VENV)/.installed  ## write the generated pages of docs/ anew
	$(BIN)/python docs/build.py

clean:  ## remove the virtual environment and everything else that was made
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build dist src/*.egg-info
	find src tests bench examples docs -name __pycache__ -type d -exec rm -rf {} +

# The stamps say for which pyproject.toml the environment was made, so a second `make` is fast.

$(VENV)/bin/python:
	@test -n "$(PYTHON)" || { echo "Trivium needs Python 3.11 or newer; none was found"; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml $(NATIVE) | $(VENV)/bin/python
	@echo "installing Trivium into $(VENV) (a minute at most)"
	$(INSTALL) --editable .
	@touch $@

# PyTorch has its own line: a file of the pinned version is enough, whatever newer one exists.
$(VENV)/.tested: pyproject.toml $(NATIVE) | $(VENV)/bin/python
	@echo "installing what the tests need into $(VENV) (a few minutes)"
	$(INSTALL) $(TORCH)
	$(INSTALL) --editable '.[test,llm]'
	@touch $@ $(VENV)/.installed
