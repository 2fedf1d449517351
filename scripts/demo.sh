#!/usr/bin/env bash
# Graft's main job on real data: 28-pixel grey pictures of clothes, classified with a network that learnt colour photos.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ $# -eq 1 ] || { echo "usage: scripts/demo.sh FOLDER" >&2; exit 2; }
folder=$1
data=/usr/share/datasets/fashion-mnist
graft=.build/release/graft
mkdir -p "$folder"

# Shows a command, then runs it.
run() { printf '\n$ %s\n' "$*"; "$@"; }

run $graft train $data --limit 6000 --recipe features -o "$folder/fashion.graft"
run $graft evaluate "$folder/fashion.graft" $data --limit 1000

# The first test picture (an ankle boot) as a PNG: four-byte big-endian header fields, then one byte a pixel.
python3 - "$data/t10k-images-idx3-ubyte.gz" "$folder/boot.png" <<'END'
import gzip, struct, sys, zlib
with gzip.open(sys.argv[1]) as images:
    _, _, height, width = struct.unpack(">4I", images.read(16))
    rows = b"".join(b"\0" + images.read(width) for _ in range(height))
def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
header = struct.pack(">2I5B", width, height, 8, 0, 0, 0, 0)
with open(sys.argv[2], "wb") as png:
    png.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))
END
run $graft predict "$folder/fashion.graft" "$folder/boot.png"
