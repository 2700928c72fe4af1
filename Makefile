# `make up` on a bare Debian 12 with git, make, Python 3.11 and python3-venv is all it takes.
PYTHON ?= python3
UV_VERSION := 0.13.9
UV := .uv/bin/uv
RUN := .venv/bin
ARGS ?=

.PHONY: up demo soak bench setup assets test test-quick test-e2e test-shared test-apart \
	lint sbom format model prompts screenshots clean

KEPT := hotline/console/static/kept

up: setup ## Set everything up and run the hotline; ARGS="--http-port 8080" are passed on.
	@exec $(RUN)/hotline up $(ARGS)

demo: setup ## One real call through to the closed, rated ticket, each step with its evidence.
	@exec $(RUN)/hotline demo $(ARGS)

setup: .venv/.ready assets

.venv/.ready: uv.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "make: $(PYTHON) is missing: apt-get install python3 python3-venv"; exit 1; }
	@test -x $(UV) || { $(PYTHON) -m venv .uv && .uv/bin/pip install --quiet --disable-pip-version-check uv==$(UV_VERSION); }
	$(UV) sync --frozen
	@$(RUN)/hotline prepare
	@touch $@

assets: $(KEPT)/.ready ## The pages' scripts, base style and Tibetan type, from the npm packages that package-lock.json names.

$(KEPT)/.ready: package.json package-lock.json hotline/web/bring-assets .venv/.ready
	@PATH="$(CURDIR)/$(RUN):$$PATH" hotline/web/bring-assets
	@touch $@

# Real calls first, with the cores to themselves (docs/testing.md).
test: setup ## All tests: rules, doors, and real calls through the running processes.
	@.ci/tools
	@$(MAKE) --no-print-directory -k -j2 --output-sync=target test-e2e; calls=$$?; \
	$(MAKE) --no-print-directory -k lint test-quick && exit $$calls

soak: setup ## What is too slow for every test run: the demo with two callers, tests.soak, all roles.
	$(RUN)/hotline demo
	$(RUN)/hotline demo --wav hotline/demo/audio/unpaid_wages.wav
	$(RUN)/python -m tests.soak
	$(RUN)/pytest -m soak -s
	HOTLINE_TESTS_EVERYBODY=1 $(RUN)/pytest tests/api/matrix tests/api/test_openapi.py -n 2
	$(RUN)/hotline bench calls --soak 10000

bench: setup ## What the product can bear, each figure beside its limit, on a quiet machine.
	$(RUN)/hotline bench clocks
	$(RUN)/hotline bench intake
	$(RUN)/hotline bench calls --minutes 10
	$(RUN)/hotline bench speech
	$(RUN)/hotline bench reports

test-quick: setup ## Everything but the end-to-end tests, each file on one of two processes.
	$(RUN)/pytest -m "not e2e" -n 2 --dist loadfile --no-loadscope-reorder

test-e2e: test-shared test-apart ## The end-to-end tests: on hotlines that they share, and apart from them.

test-shared: setup
	$(RUN)/pytest -m "e2e and not soak and not apart" tests/e2e

test-apart: setup
	$(RUN)/pytest -m "e2e and not soak and apart" tests/e2e

lint: setup sbom ## Style, types, layers; what is inside (build/sbom.json) and what is known of it.
	$(RUN)/ruff check .
	$(RUN)/ruff format --check .
	$(RUN)/mypy
	$(RUN)/lint-imports --no-cache
	@$(RUN)/python .ci/audit.py $(UV)

sbom: setup | build ## What the hotline consists of, as one CycloneDX 1.5 document.
	@$(RUN)/python .ci/sbom.py $(UV) build/sbom.json

format: setup
	$(RUN)/ruff check --fix --quiet . ; $(RUN)/ruff format .

model: setup ## Train the shipped matter model again; it is reproducible.
	$(RUN)/hotline train --data ../shared/data/routing/matters_train.csv.gz --text text_seg --label label --tokens --out nlp/data/matters

build:
	mkdir -p $@

prompts: setup | build ## Render the prompts and the demo callers again (telephony/prompts/README.md).
	npm pack --silent kokoro-js@1.2.1 --pack-destination build
	UV_PROJECT_ENVIRONMENT=build/voice $(UV) run --frozen --no-default-groups --group voice \
	  python telephony/prompts/render.py telephony/prompts --pack build/kokoro-js-1.2.1.tgz
	UV_PROJECT_ENVIRONMENT=build/voice $(UV) run --frozen --no-default-groups --group voice \
	  python telephony/prompts/render.py hotline/demo/audio --pack build/kokoro-js-1.2.1.tgz

screenshots: setup ## Pictures of every page, zh and bo, light and dark, desk and phone (docs/images).
	@.ci/tools
	$(RUN)/python -m tests.e2e.screenshots docs/images

clean:
	rm -rf .venv .uv build node_modules $(KEPT)
