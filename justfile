# The commands of a working day. `just` lists them.

default:
    @just --list

# Push the samples through a real server, and show what comes out.
demo:
    cargo run --release -- demo

# Everything that has to pass quickly.
test:
    cargo test --workspace

# What the style asks for.
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --all-features -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# What scoring costs, beside the least that it can cost.
bench:
    cargo bench -p tenseven-engine

# What durable appends cost, beside the least that durability costs on the same disk.
bench-store:
    cargo bench -p tenseven-store --bench append

# Needs the reference data beside the checkout, in ../shared/data.
conformance:
    cargo test -p tenseven-tests --test conformance

# Kills processes and cuts the power of loop devices; needs root.
crash:
    cargo test -p tenseven-tests --test crash

# Attacks servers that may take 512 MiB each.
attacks:
    cargo test --release -p tenseven-tests --test hostile -- --nocapture

# Sends changed requests to a server for a minute.
fuzz:
    cargo test --release -p tenseven-tests --test fuzz -- --nocapture

# Everything, as before a change lands.
ci:
    bash .ci/run

# What a registry of 1 and of 10 million observations costs: start, memory, disk, questions about the past.
bench-scale:
    cargo bench -p tenseven-tests --bench scale
