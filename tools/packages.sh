#!/usr/bin/env bash
# Builds both distributions and tries them away from the checkout: a right port comes to GO, a wrong one to NO-GO.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

rm -rf dist
.venv/bin/python -m build --no-isolation --outdir dist .
.venv/bin/maturin build --release --quiet --out dist --manifest-path targets_rust/omega_rust/Cargo.toml

# The harness alone: what it needs comes with it, what only some users need does not.
unset PYTHONPATH VIRTUAL_ENV
unset CI # from here on it is a person who tries the wheel, and only a person may accept golden data
.venv/bin/python -m venv "$scratch/venv"
export PATH="$scratch/venv/bin:$PATH"
pip install --quiet --disable-pip-version-check --constraint constraints.txt dist/migration_harness-*.whl
cp -r tests/packaging/project "$scratch/project"
cd "$scratch/project"
case $(python -c 'import harness; print(harness.__file__)') in
    "$scratch"/*) harness --version ;;
    *) echo "packages: the harness was imported from the checkout, not from its wheel" >&2 && exit 1 ;;
esac

verdict() { python -c 'import json; print(json.load(open("reports/pricing/report.json"))["verdict"])'; }

expect() {
    local code=0
    harness check --fail-on "$2" || code=$?
    if [ "$code" != "$3" ] || [ "$(verdict)" != "$1" ]; then
        echo "packages: expected $1 and exit code $3, got $(verdict) and $code" >&2
        exit 1
    fi
    for file in reports/index.html reports/pricing/{report.html,report.md,report.json,junit.xml,evidence.jsonl}; do
        [ -s "$file" ] || { echo "packages: $file was not written" >&2 && exit 1; }
    done
}

expect INCONCLUSIVE inconclusive 3
harness golden record pricing
harness golden accept pricing --reason "the reference is right by definition" --who "the packaging check"
expect GO inconclusive 0
sed -i 's/1.0 - rate/1.0 - rate * 1.0000001/' pricing/port.py
expect NO-GO no-go 1

# The port's wheel: one file for every Python from 3.11 on, built for speed.
pip install --quiet --disable-pip-version-check --no-deps "$root"/dist/omega_rust-*-abi3-*.whl
python -c 'import omega_rust; info = omega_rust.build_info(); print(info); assert info["profile"] == "release"'
echo "packages: both wheels work away from the checkout"
