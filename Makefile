# `make run` opens Gradus on the example; `make test` is what continuous integration runs.
# Everything that is missing is installed by setup/, or named with the command that gets it.

export CARGO_TERM_PROGRESS_WHEN ?= auto
CARGO := cargo --locked

.DEFAULT_GOAL := help
.PHONY: help run cluster test test-faults setup format lint doc unit deny bench bless

help: ## the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: ## build Gradus and open it on the hospital group, with its page on http://127.0.0.1:8080
	@setup/rust
	@$(CARGO) run --quiet --package gradus -- watch examples/hospital-group

cluster: ## a real API server with the chart, the hospital group and the operator, until Ctrl-C
	@setup/rust
	@setup/control-plane
	@$(CARGO) run --quiet --package gradus-tests --bin cluster

test: setup format lint doc unit deny ## everything: format, lints, documentation, tests, drift, licences

test-faults: ## the operator killed at every request of every workload, not only at a choice of them
	@setup/rust
	@setup/control-plane
	$(CARGO) build --package gradus
	GRADUS_FAULTS=all $(CARGO) test --package gradus-tests --test crash

setup: ## what the tests need beside Rust: a browser, a control plane, Prometheus and Alertmanager, cargo-deny
	@setup/rust
	@setup/browser
	@setup/control-plane
	@setup/monitoring
	@setup/cargo-deny

format: ## the sources are formatted
	cargo fmt --all --check

lint: ## clippy, warnings denied
	$(CARGO) clippy --workspace --all-targets -- --deny warnings

doc: ## documentation of every public item, warnings denied
	RUSTDOCFLAGS="--deny warnings" $(CARGO) doc --workspace --no-deps --quiet

unit: ## all tests; generated files are regenerated and compared among them
	$(CARGO) build --package gradus
	$(CARGO) test --workspace --quiet --no-fail-fast

bless: ## regenerate everything that is generated: CRDs, schemas, references
	GRADUS_BLESS=1 $(CARGO) test --workspace --quiet generated

deny: ## licences, banned crates and sources of the dependencies
	@setup/cargo-deny --run check licenses bans sources

bench: ## side by side with the peers: a table, and target/bench/ratios.json
	$(CARGO) bench --package gradus-bench
