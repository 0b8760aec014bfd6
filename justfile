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
