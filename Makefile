# Each target stands alone on a fresh clone: it sets up `.venv` and the Rust extension first, which costs a moment when nothing changed.
.DEFAULT_GOAL := help
.PHONY: help setup check test bench bench-peers lint docs pins clean

# What makes `make check` fail: no-go, inconclusive or never. CI asks for more than a newcomer's first run.
FAIL_ON ?= no-go
# Which migrations to judge, or to compare with other tools; none means all.
MIGRATION ?=
# What passed every gate is not measured again where no file, package or plan has changed; `make check REUSE=` measures everything.
REUSE ?= --reuse
export PATH := $(PATH):$(HOME)/.cargo/bin
CARGO := cd targets_rust && cargo

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-11s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Make .venv with pinned packages, the Rust extension in release mode, and Julia where none is found
	@sh tools/setup.sh

check: setup ## Run all checks of what has changed, judge it, write reports/ (MIGRATION=rating, FAIL_ON=inconclusive, REUSE= for everything)
	.venv/bin/harness check $(REUSE) --allow-unsigned --fail-on $(FAIL_ON) $(MIGRATION)

test: setup ## Run all tests, Python and Rust
	.venv/bin/pytest -n 2
	$(CARGO) test --workspace

bench: setup ## Time the ports against their references, then against other tools (MIGRATION=optimizer for one)
	.venv/bin/harness bench run $(MIGRATION)
	.venv/bin/python tools/bench_peers.py $(MIGRATION)

bench-peers: setup ## Time simulator and optimizer against other tools, each from its own environment (MIGRATION=optimizer for one)
	.venv/bin/python tools/bench_peers.py $(MIGRATION)

lint: setup ## Check style, types and the rules of this repository
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/python tools/docs.py --check
	.venv/bin/fatou format --check targets_julia
	.venv/bin/fatou lint targets_julia
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets -- -D warnings -W clippy::pedantic
	.venv/bin/pytest -q tests/repo

docs: setup ## Write docs/commands.md from the program, and take the picture of the last report
	.venv/bin/python tools/docs.py

pins: ## Renew constraints.txt with the newest versions that pyproject.toml allows
	@sh tools/pins.sh

clean: ## Remove everything that was built; reports stay, they hold evidence and sign-offs
	rm -rf .venv .stamps .peers .julia build dist targets_rust/target .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
