# Brand Desk. `make run` starts everything on a fresh machine that has git, make and a Python 3.

UV_VERSION := 0.13.9
# A version manager's shim may exist and fail: only a uv that answers counts.
UV := $(shell uv --version >/dev/null 2>&1 && echo uv || echo .tools/bin/uv)
PYTHON := .venv/bin/python
export RASA_TELEMETRY_ENABLED := false
# Rasa starts three times slower without compiled bytecode.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run setup train test lint chat actions shell browser bench profile eval fuzz

run: setup
	@$(PYTHON) -m deploy

setup: .venv/.synced

train: setup
	@$(PYTHON) -m bot.train

chat: train
	@$(PYTHON) -m bot.chat $(if $(AS),--as $(AS))

# Rasa's own way, for developers: `make actions` in one terminal, `make shell` in another.
actions: setup
	@SANIC_HOST=127.0.0.1 .venv/bin/rasa run actions

shell: train
	@.venv/bin/rasa shell

test: train browser lint
	$(PYTHON) -m tests.data_validation
	$(PYTHON) -m pytest -n 2 --dist loadfile --max-worker-restart=0 -m "not alone"
	$(PYTHON) -m pytest -m alone

# Side by side with stock Rasa, which gets an environment of its own: some 25 minutes.
bench: train
	@$(PYTHON) -m bench.side_by_side --uv $(abspath $(shell command -v $(UV)))

# How well it understands: our own messages, cross-validated, and the public sets in BENCH_DATA.
eval: setup
	@$(PYTHON) -m bench.understanding

# The API against its OpenAPI document, with many examples and in sequences: some minutes.
fuzz: setup
	FUZZ_EXAMPLES=$(or $(EXAMPLES),50) FUZZ_PHASES=examples,coverage,fuzzing,stateful $(PYTHON) -m pytest -o faulthandler_timeout=0 tests/web/test_api_fuzz.py -s

# Where the time of a message goes, phase by phase.
profile: train
	@$(PYTHON) -m bench.profile

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

browser: setup
	@$(PYTHON) -m tests.browser_setup

.venv/.synced: pyproject.toml uv.lock .python-version $(wildcard packages/*/src/*/*.py) | $(filter .tools/%,$(UV))
	$(UV) sync --frozen --compile-bytecode --quiet
	@touch $@

.tools/bin/uv:
	python3 -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
