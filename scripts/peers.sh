#!/usr/bin/env bash
# The Python with the reference implementations: makes its environment where it is missing, prints its path.
# BENCH_VENV names the environment (default: graft-peers in the user's cache folder; it is large).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
requirements=Conformance/requirements.txt
venv=${BENCH_VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/graft-peers}
python=$venv/bin/python

# Each pinned package at its version? A local label such as +cpu does not matter.
is_complete() {
    "$python" - "$requirements" <<'END' 2>/dev/null
import sys
from importlib.metadata import version
pins = [line.strip().split("==") for line in open(sys.argv[1]) if "==" in line]
sys.exit(any(version(name).split("+")[0] != pin for name, pin in pins))
END
}
if ! is_complete; then
    echo "peers: installing the packages of $requirements into $venv (a few GB: PyTorch and TensorFlow)" >&2
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        { echo "peers: Python 3.11 or newer is needed; this is $(python3 --version)." >&2; exit 1; }
    [ -x "$python" ] || python3 -m venv "$venv" >&2 ||
        { echo "peers: no environment could be made (Debian: apt-get install python3-venv)." >&2; exit 1; }
    "$python" -m pip install --quiet --disable-pip-version-check --requirement "$requirements" >&2
    is_complete || { echo "peers: $venv still lacks packages of $requirements." >&2; exit 1; }
fi
echo "$python"
