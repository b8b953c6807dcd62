# Every target makes what it needs first: a Python with the locked packages, the npm packages.
# What they need of the machine: Python 3.11 or newer, Node 20.19 or newer.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# Started by `make`, a tool must not take what another project's shell has set for it.
unexport VIRTUAL_ENV PYTHONPATH PYTHONHOME
# The CDK's runtime warns of Node 20, which works, in a frame of exclamation marks.
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 1
export NODE_NO_WARNINGS := 1

BIN := .venv/bin
CDK := node_modules/.bin/cdk
PYTHON_READY := .venv/.ready
NODE_READY := node_modules/.ready
# Passed on to pytest, as in: make test ARGS="tests/unit -k inbox"
ARGS ?=

export BACKEND EMAIL EXAMPLES FOYER_HOME N PORT SEED STAGE SUBJECT VERBOSE

.PHONY: help
help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: run
run: $(PYTHON_READY) $(NODE_READY) ## Run everything on this machine until Ctrl-C (PORT=4566, VERBOSE=1)
	@exec $(BIN)/python -m local.run

.PHONY: token
token: ## Print an access token of a demo's agent (EMAIL=ada@foyer.test)
	@$(MAKE) $(PYTHON_READY) >&2
	@exec $(BIN)/python -m local.token

.PHONY: test
test: $(PYTHON_READY) $(NODE_READY) ## Run all tests (ARGS="tests/unit -k inbox" for some)
	@$(if $(ARGS),,echo "· Testing the web" && npm test --silent)
	@echo "· Testing"
	@# A file's tests stay together: what they share is dear. (pytest 9.2 broke xdist's groups, so no loadgroup.)
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile $(ARGS)

.PHONY: check
check: $(PYTHON_READY) $(NODE_READY) ## Check style, types, imports, the web, and the templates for AWS
	@echo "· Checking style"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@echo "· Checking types"
	@$(BIN)/mypy --no-error-summary
	@echo "· Checking the web"
	@npm run check --silent
	@echo "· Checking imports"
	@said=$$(PYTHONPATH=layers/foyer/python $(BIN)/lint-imports --no-cache 2>&1) || { echo "$$said"; exit 1; }
	@$(MAKE) synth

.PHONY: bench
bench: $(PYTHON_READY) $(NODE_READY) ## Print what each command costs in units, frames and dollars
	@PYTHONPATH=layers/foyer/python $(BIN)/python -m bench

.PHONY: faults
faults: $(PYTHON_READY) $(NODE_READY) ## Play N=20000 steps in a storm of faults, or one run again (SEED=1)
	@PYTHONPATH=layers/foyer/python $(BIN)/python -m tests.faults

.PHONY: phones
phones: $(PYTHON_READY) $(NODE_READY) ## Have phones exchange N=2000 messages on a bad network (SEED=20)
	@FOYER_PHONES_MESSAGES=$(N) FOYER_PHONES_SEED=$(SEED) $(BIN)/python -m pytest tests/e2e/test_phones.py

.PHONY: bite
bite: $(PYTHON_READY) $(NODE_READY) ## Plant bugs one by one and count in how many of EXAMPLES=100 runs each is found
	@PYTHONPATH=layers/foyer/python $(BIN)/python -m tests.faults.bite

.PHONY: synth
synth: $(PYTHON_READY) $(NODE_READY) ## Synthesise the stacks for AWS into cdk.out, judged by cdk-nag
	@for stage in dev prod; do \
		echo "· Synthesising stage $$stage"; \
		said=$$($(CDK) synth --quiet --no-notices --app "$(BIN)/python app.py" \
			--context stage=$$stage --output cdk.out/$$stage 2>&1) || { echo "$$said"; exit 1; }; \
	done

.PHONY: push-keys
push-keys: $(PYTHON_READY) ## Make the keys for browsers' push services (STAGE=prod SUBJECT=mailto:you@example.com)
	@$(BIN)/python -m operate.push_keys

.PHONY: redrive
redrive: $(PYTHON_READY) ## Bring dead letters back to life (STAGE=prod; DRY_RUN=1 only says what would be done)
	@PYTHONPATH=layers/foyer/python $(BIN)/python -m operate.redrive $(if $(DRY_RUN),--dry-run)

.PHONY: docs
docs: $(PYTHON_READY) ## Write docs/openapi.json and docs/asyncapi.json from the code that answers
	@$(BIN)/python docs/generate.py

.PHONY: lock
lock: $(PYTHON_READY) ## Resolve the dependencies anew into the hashed lock files
	@echo "· Locking"
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --group dev \
		pyproject.toml -o requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		-c requirements.txt pyproject.toml -o layers/dependencies/requirements.txt
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		-c requirements.txt --group push -o layers/push/requirements.txt
	@echo setuptools | $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		- -o layers/push/build-requirements.txt

.PHONY: clean
clean: ## Forget the local deployment with its data, and whatever can be made again
	rm -rf .foyer cdk.out .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

# --- What the targets stand on -----------------------------------------------------------------------------------

# The first Python that is new enough; `python3` may be the system's older one.
$(PYTHON_READY): requirements.txt
	@echo "· Installing the Python packages"
	@if [ ! -x $(BIN)/python ]; then \
		for candidate in $${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python; do \
			if "$$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then \
				python="$$candidate"; break; \
			fi; \
		done; \
		if [ -z "$${python:-}" ]; then \
			echo "Foyer needs Python 3.11 or newer with venv; set PYTHON= to one." >&2; exit 1; \
		fi; \
		"$$python" -m venv .venv; \
	fi
	@awk '/^[^ ]/ { wanted = /^uv==/ } wanted' requirements.txt > .venv/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement .venv/uv.txt
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes requirements.txt
	@touch $@

$(NODE_READY): package.json package-lock.json $(wildcard web/*/package.json)
	@command -v node > /dev/null || { echo "Foyer needs Node 20.19 or newer." >&2; exit 1; }
	@node -e 'const [major, minor] = process.versions.node.split(".").map(Number); process.exit(major > 20 || (major === 20 && minor >= 19) ? 0 : 1)' \
		|| { echo "Foyer needs Node 20.19 or newer; this is $$(node --version)." >&2; exit 1; }
	@echo "· Installing the npm packages"
	@npm ci --silent --no-audit --no-fund
	@touch $@
