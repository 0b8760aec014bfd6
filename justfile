# `just` lists what there is. CI runs .ci/run, and `just check` is the same thing.

_list:
    @just --list --unsorted

# All of CI: test, format, lints, docs, dependencies
check:
    .ci/run

# Every test, or those whose name holds the words given
test *words:
    cargo test {{ words }}

# Format the code
fmt:
    cargo fmt --all

# Lints, warnings denied
clippy:
    cargo clippy --locked --all-targets -- -D warnings

# The crate's documentation, warnings denied
doc:
    RUSTDOCFLAGS=-Dwarnings cargo doc --locked --no-deps --document-private-items

# Bans, licences and sources of the dependencies
deny:
    cargo deny --locked check --hide-inclusion-graph bans licenses sources

# Fuzz the loader of agent definitions for so many seconds, with the stable compiler; findings stay in fuzz/artifacts
fuzz seconds="600":
    #!/bin/sh
    set -eu
    cd fuzz
    mkdir -p corpus/definition artifacts/definition
    host=$(rustc -vV | sed -n 's/^host: //p')
    cover=-Cllvm-args=-sanitizer-coverage
    export RUSTFLAGS="--cfg fuzzing -Cdebug-assertions -Cpasses=sancov-module $cover-level=4 $cover-trace-compares $cover-inline-8bit-counters $cover-pc-table"
    cargo build --locked --target "$host"
    "target/$host/debug/definition" -max_total_time={{ seconds }} -artifact_prefix=artifacts/definition/ corpus/definition ../tests/fixtures/agents/crew
