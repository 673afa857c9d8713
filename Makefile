# `make` alone lists what there is. Every target sets up what it needs: see tools/setup.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
bin := .venv/bin

# One way to make all locks: exact, by hash, and without the address of any index. What is pinned
# and still fits stays as it is; delete the files first to get the newest of everything.
compile := uv pip compile --quiet --python-version 3.11 --generate-hashes \
	--no-header --no-emit-index-url --no-emit-find-links

.PHONY: help
help: ## Show this list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 16

.PHONY: serve
serve: ## Serve a demo on http://127.0.0.1:8470, with a clock that you can move
	@tools/setup runtime
	@exec $(bin)/keylease serve --demo

.PHONY: check
check: static ## Format, lint, types, imports, house rules and the unit tests: under a minute
	$(bin)/pytest -n 2 --dist loadfile -m "not long" tests/unit

# Tests of one file stay on one worker, so that what a file starts (a server, a database) is
# started once. There is one worker more than cores, because some wait for a server; and files keep
# their order, because those with few tests take longest. pytest comes last: its closing line is the
# last line.
.PHONY: test
test: packages static clients ## Everything quick: under 10 minutes on two cores
	$(bin)/pytest -n 3 --dist loadfile --no-loadscope-reorder -m "not long"

.PHONY: long
long: packages dev ## The tests that take longer: crashes, big simulations
	$(bin)/pytest -n 2 --dist loadfile -m long

# Each target of tests/fuzz in turn for ten minutes, two at a time. The seed is drawn, and told: with
# KEYLEASE_FUZZ_SEED it is given again.
.PHONY: fuzz
fuzz: dev ## Fuzz each target for ten minutes
	@seed=$${KEYLEASE_FUZZ_SEED:-$$(od -An -N4 -tu4 /dev/urandom | tr -d ' ')}; \
	echo "KEYLEASE_FUZZ_SEED=$$seed"; \
	KEYLEASE_FUZZ_SECONDS=$${KEYLEASE_FUZZ_SECONDS:-600} KEYLEASE_FUZZ_SEED=$$seed \
		$(bin)/pytest -n 2 --dist loadfile -rP tests/fuzz

.PHONY: bench
bench: dev ## Measure speed
	$(bin)/python bench/run.py

.PHONY: fmt
fmt: dev ## Format, and mend what the linter can mend by itself
	$(bin)/ruff check --fix-only --quiet
	$(bin)/ruff format

.PHONY: pictures
pictures: packages dev ## Take pictures of every page into docs/console/
	$(bin)/python tools/console_pictures.py

.PHONY: lives
lives: dev ## Draw docs/lives/ from the state tables
	$(bin)/python tools/draw_lives.py

.PHONY: docs
docs: dev ## Write the generated pages of docs/ from the code
	$(bin)/python tools/docs.py

.PHONY: lock
lock: ## Pin what pyproject.toml and package.json ask for in all lock files (needs uv and npm)
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 1; }
	@command -v npm >/dev/null || { echo "make lock needs npm" >&2; exit 1; }
	$(compile) pyproject.toml --output-file requirements.lock
	$(compile) pyproject.toml --group dev --constraints requirements.lock \
		--output-file requirements-dev.lock
	for name in gateway secrets secrets-v2; do \
		$(compile) --group "client-$$name" \
			--output-file "tests/clients/requirements-clients-$$name.txt" || exit; done
	npm install --prefix tests/clients/node --package-lock-only --silent --no-audit --no-fund

.PHONY: clean
clean: ## Remove what make built; data directories stay
	rm -rf .venv .clients build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache .coverage
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

# Parts of the above.

.PHONY: dev
dev:
	@tools/setup dev

.PHONY: packages
packages:
	@tools/debian-packages tests

.PHONY: clients
clients: packages dev
	@tools/client-environments

.PHONY: static
static: dev
	$(bin)/ruff format --check
	$(bin)/ruff check
	$(bin)/mypy
	$(bin)/lint-imports
	$(bin)/python tools/tidy.py
	$(bin)/python tools/draw_lives.py --check
	$(bin)/python tools/docs.py --check
