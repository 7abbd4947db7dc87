# `make run` opens Gradus on the example; `make test` is what continuous integration runs.
# Everything that is missing is installed by setup/, or named with the command that gets it.

CARGO := cargo --locked
PROGRAMS := $(or $(CARGO_TARGET_DIR),target)/debug
# The first build takes minutes: say so, and let cargo show how far it is.
BUILDS = @[ -x $(PROGRAMS)/$(1) ] || echo "Building $(2), once: some minutes on two cores …"

.DEFAULT_GOAL := help
.PHONY: help run cluster monitor test test-faults setup format lint doc unit parts promises stories deny bench bless

help: ## the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: ## build Gradus and open it on the hospital group, with its page on http://127.0.0.1:8080
	@setup/rust
	$(call BUILDS,gradus,Gradus)
	@$(CARGO) build --package gradus
	@$(PROGRAMS)/gradus watch examples/hospital-group

cluster: ## a real API server with the chart, the hospital group and the operator, until Ctrl-C
	@setup/rust
	@setup/control-plane
	$(call BUILDS,gradus,Gradus)
	@$(CARGO) build --workspace --bin gradus
	$(call BUILDS,cluster,the test cluster)
	@$(CARGO) build --workspace --bin cluster
	@$(PROGRAMS)/cluster

monitor: ## the hospital group with a real Prometheus and Alertmanager: break something, see the alert come
	@setup/rust
	@setup/monitoring
	$(call BUILDS,gradus,Gradus)
	@$(CARGO) build --workspace --bin gradus
	$(call BUILDS,monitor,the monitored example)
	@$(CARGO) build --workspace --bin monitor
	@$(PROGRAMS)/monitor

# What takes seconds goes first, and what needs only Rust goes before what builds Kubernetes and Prometheus.
test: format lint doc setup unit deny ## everything: format, lints, documentation, tests, drift, licences

test-faults: ## the operator killed at every request of every workload, not only at a choice of them
	@setup/rust
	@setup/control-plane
	$(CARGO) build --workspace --bin gradus
	GRADUS_FAULTS=all $(CARGO) test --workspace --test crash

setup: ## what the tests need beside Rust: a browser, a control plane, Prometheus and Alertmanager, cargo-deny
	@setup/rust
	@setup/browser
	@setup/control-plane
	@setup/monitoring
	@setup/cargo-deny

format: ## the sources are formatted
	@setup/rust
	cargo fmt --all --check

lint: ## clippy, warnings denied
	$(CARGO) clippy --workspace --all-targets -- --deny warnings

doc: ## documentation of every public item, warnings denied
	RUSTDOCFLAGS="--deny warnings" $(CARGO) doc --workspace --no-deps

unit: ## all tests; generated files are regenerated and compared among them
	$(CARGO) build --workspace --bin gradus
	$(CARGO) test --workspace --no-run
	@$(MAKE) --no-print-directory --jobs=2 --keep-going parts promises stories

# Why always --workspace: with another choice of packages cargo takes other features of the dependencies, and would
# build them all once more for it. Which tests run is said by their names.
#
# End-to-end tests mostly wait for servers, so two groups run at once, and in each several tests. A make that a test
# starts has nothing to do with the flags of this one.
TESTS = unset MAKEFLAGS MFLAGS; $(CARGO) test --workspace --quiet --no-fail-fast
STORIES := alerts api_server_faults crash
tests_in = $(notdir $(basename $(patsubst %/main.rs,%,$(wildcard $(1)/*.rs $(1)/*/main.rs))))
PROMISES := $(filter-out $(STORIES),$(call tests_in,tests/tests))
PARTS := $(sort $(foreach crate,$(filter-out tests/tests,$(wildcard */tests)),$(call tests_in,$(crate))))

parts:
	$(TESTS) --lib --bins $(PARTS:%=--test %)
	$(TESTS) --doc

promises: export RUST_TEST_THREADS=4
promises:
	$(TESTS) $(PROMISES:%=--test %)

stories: export RUST_TEST_THREADS=4
stories:
	$(TESTS) $(STORIES:%=--test %)

bless: ## regenerate everything that is generated: CRDs, schemas, references
	GRADUS_BLESS=1 $(CARGO) test --workspace --quiet generated

deny: ## licences, banned crates and sources of the dependencies
	@setup/cargo-deny --run check licenses bans sources

bench: ## side by side with the peers: a table, and target/bench/ratios.json
	$(CARGO) bench --package gradus-bench
