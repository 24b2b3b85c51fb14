# What a developer does in a day. `make help` lists it.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.built
RUST   := $(shell find rust Cargo.toml Cargo.lock -name '*.rs' -o -name '*.toml' -o -name Cargo.lock 2>/dev/null)

.PHONY: help demo test test-rust test-python golden outside roundtrips gigabytes lint format picture sanitize fuzz bench ci clean
.DEFAULT_GOAL := help

help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

$(BIN)/maturin:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet "maturin>=1.9,<2"

$(STAMP): $(BIN)/maturin pyproject.toml $(RUST)
	. $(BIN)/activate && maturin develop --release --extras dev --quiet
	@touch $(STAMP)

build: $(STAMP) ## Set up .venv, build the extension, install everything for development

demo: $(STAMP) ## The main job: train on a shipped Turkish corpus, encode, show it, decode
	@rm -rf build/demo && mkdir -p build
	$(BIN)/hybridtok train bpe corpora/turkish/turkish.txt -o build/demo --vocab-size 4000
	@echo
	$(BIN)/hybridtok inspect -t build/demo "Kitaplarımızı Ankara'dan getirdiler, çok sevindik! 🙂"
	@echo
	@echo 'encode | decode gives the text back:'
	echo "Kitaplarımızı Ankara'dan getirdiler." | $(BIN)/hybridtok encode -t build/demo | tee /dev/stderr | $(BIN)/hybridtok decode -t build/demo

test: test-rust test-python ## Set up and run all tests

test-rust: ## Tests of the core
	cargo test --quiet

test-python: $(STAMP) ## Tests of the Python package and the command line
	$(BIN)/python -m pytest tests/python -q

golden: $(STAMP) ## The known answers in $$HYBRIDTOK_GOLDEN instead of tests/vectors
	@test -n "$$HYBRIDTOK_GOLDEN" || { echo "set HYBRIDTOK_GOLDEN to a folder of the shape of tests/vectors"; exit 2; }
	cargo test --quiet --test malformed
	$(BIN)/python -m pytest tests/python -q -m golden

outside: $(STAMP) ## Published figures again, from data in $$HYBRIDTOK_DATA that is not shipped
	@test -n "$$HYBRIDTOK_DATA" || { echo "set HYBRIDTOK_DATA to a folder that holds turkish/trmmlu_tables"; exit 2; }
	$(BIN)/python -m pytest tests/python -q -rs -m outside

ROUNDTRIPS ?= 1000000

roundtrips: $(STAMP) ## A million random texts (ROUNDTRIPS=N) through every pack, mode, with and without merges: minutes
	HYBRIDTOK_ROUNDTRIPS=$(ROUNDTRIPS) $(BIN)/python -m pytest tests/python/test_round_trips.py -q -x -s

GIGABYTES ?= 3

gigabytes: $(STAMP) ## Superwords of GIGABYTES=N of generated text in 1 GB of memory: many minutes, and twice as much disk
	$(BIN)/python benches/python/superword_memory.py --gigabytes $(GIGABYTES)

lint: $(STAMP) ## Formatting, lints, types; changes nothing
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --quiet -- -D warnings
	$(BIN)/ruff format --check python tests/python docs benches/python corpora
	$(BIN)/ruff check python tests/python docs benches/python corpora
	$(BIN)/mypy --strict python/hybridtok
	$(BIN)/python -m mypy.stubtest hybridtok._core --concise

format: $(STAMP) ## Format everything
	cargo fmt --all
	$(BIN)/ruff format python tests/python docs benches/python corpora

picture: demo ## Draw docs/inspect.svg again
	$(BIN)/python docs/picture.py

HOST = $(shell rustc -vV | sed -n 's/host: //p')

sanitize: ## The core's own tests under AddressSanitizer (needs a nightly toolchain)
	RUSTFLAGS=-Zsanitizer=address cargo +nightly test --quiet --lib --target $(HOST) -- scan:: bpe:: cache:: count:: trie::

FUZZ  := load round_trip scanners count_files
FUZZ_SECONDS ?= 60
# What `cargo fuzz` would set.
FUZZ_FLAGS := -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
	-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
	-Cllvm-args=-sanitizer-coverage-trace-compares -Zsanitizer=address --cfg fuzzing

fuzz: ## Fuzz each target for FUZZ_SECONDS, from the vectors (needs a nightly toolchain)
	cd rust/fuzz && RUSTFLAGS="$(FUZZ_FLAGS)" cargo +nightly build --quiet --release --target $(HOST)
	@for target in $(FUZZ); do \
		mkdir -p rust/fuzz/corpus/$$target rust/fuzz/artifacts && \
		rust/fuzz/target/$(HOST)/release/$$target rust/fuzz/corpus/$$target tests/vectors/hf-parity/configs \
			-max_total_time=$(FUZZ_SECONDS) -timeout=60 -rss_limit_mb=4096 -max_len=16384 \
			-artifact_prefix=rust/fuzz/artifacts/$$target- -print_final_stats=1 || exit 1; \
	done

bench: ## Benchmarks of the core; HYBRIDTOK_BENCH_TEXT=FILE for a text of your own
	cargo bench

ci: lint test demo ## What .ci/run runs

clean: ## Remove what was built
	rm -rf $(VENV) build target
