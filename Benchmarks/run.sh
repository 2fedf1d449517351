#!/usr/bin/env bash
# The paired comparison of graft with Python and PyTorch: prints one table. All arguments go to compare.py.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ -x .build/release/graft ] || { echo "bench: .build/release/graft is missing: run make build." >&2; exit 1; }
python=$(scripts/peers.sh)
exec python3 Benchmarks/compare.py --python "$python" "$@"
