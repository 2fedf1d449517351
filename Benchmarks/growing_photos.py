"""Photos for scaling.py: TO/COUNT/CLASS for each count, made of a folder's photos, each file's content another.

Each photo is a random crop of 80 to 100 % of a side of a real one, encoded anew, so that it is about as large and costs about
as much to read. Larger folders hold the files of smaller ones, too. Needs Pillow.
"""

import argparse
import json
import os
import random
from pathlib import Path

from PIL import Image

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("data", type=Path, help="photos in train/CLASS and validation/CLASS")
parser.add_argument("to", type=Path)
parser.add_argument("counts", type=int, nargs="+")
arguments = parser.parse_args()


def changed(path, generator):
    photo = Image.open(path).convert("RGB")
    width, height = (round(length * generator.uniform(0.8, 1)) for length in photo.size)
    left, top = generator.randint(0, photo.width - width), generator.randint(0, photo.height - height)
    return photo.crop((left, top, left + width, top + height))


sources = sorted(path for part in ("train", "validation") for path in (arguments.data / part).glob("*/*.jp*g"))
classes = sorted({path.parent.name for path in sources})
pools = [[path for path in sources if path.parent.name == name] for name in classes]
generator, total = random.Random(0), 0
for index in range(max(arguments.counts)):
    label = index % len(classes)
    photo = changed(pools[label][index // len(classes) % len(pools[label])], generator)
    files = [arguments.to / str(count) / classes[label] / f"{index}.jpg" for count in arguments.counts if index < count]
    for file in files:
        file.parent.mkdir(parents=True, exist_ok=True)
    photo.save(files[0], quality=90)
    total += files[0].stat().st_size
    for file in files[1:]:
        os.link(files[0], file)
print(json.dumps({"bytes": total, "sources": len(sources)}))
