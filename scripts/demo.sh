#!/usr/bin/env bash
# Graft's main job on real data: 28-pixel grey pictures of clothes, classified with a network that was trained on colour photos.
# Training takes less than a minute on two old cores: 6,000 of the 70,000 pictures, scaled to 96 pixels instead of 224.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[ $# -eq 1 ] || { echo "usage: scripts/demo.sh FOLDER | --announce" >&2; exit 2; }
folder=$1
data=/usr/share/datasets/fashion-mnist
graft=.build/release/graft
if [ "$folder" = --announce ]; then
    [ -e $graft ] || echo "demo: first set-up (about a minute) and the first build (5 to 10 minutes on two cores)"
    echo "demo: then training, evaluation and prediction, in less than a minute; \`graft plan\` says how long on this machine"
    exit
fi
mkdir -p "$folder"

# Shows a command, then runs it.
run() { printf '\n$ %s\n' "$*"; "$@"; }

options="--recipe features --limit 6000 --input-size 96"
run $graft plan $data $options
run $graft train $data $options -o "$folder/fashion.graft"
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
