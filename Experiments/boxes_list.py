"""Writes a list of pictures with the box of each one's largest object, in fractions of the picture, from Pascal VOC's annotations.

Usage: boxes_list.py VOC2012 LIST.csv. Objects marked as difficult count only where there are no others, as in the classes that
Graft reads. The paths are relative to the list's folder: `pictures` there must be the data's JPEGImages.
"""

import csv
import pathlib
import sys
import xml.etree.ElementTree as ElementTree


def box(annotation):
    """Left, top, right and bottom of the largest object, from 0 to 1."""
    root = ElementTree.parse(annotation).getroot()
    width, height = float(root.findtext("size/width")), float(root.findtext("size/height"))
    objects = root.findall("object")
    clear = [thing for thing in objects if thing.findtext("difficult", "0") != "1"]
    boxes = [[float(thing.findtext(f"bndbox/{side}")) for side in ("xmin", "ymin", "xmax", "ymax")] for thing in clear or objects]
    left, top, right, bottom = max(boxes, key=lambda sides: (sides[2] - sides[0]) * (sides[3] - sides[1]))
    # The annotations count pixels from 1.
    return [(left - 1) / width, (top - 1) / height, right / width, bottom / height]


data, target = map(pathlib.Path, sys.argv[1:])
with open(target, "w", newline="") as file:
    rows = csv.writer(file)
    rows.writerow(["path", "part", "left", "top", "right", "bottom"])
    for part, name in (("train", "train"), ("validation", "val")):
        for picture in (data / f"ImageSets/Main/{name}.txt").read_text().split():
            numbers = [f"{number:.5f}" for number in box(data / f"Annotations/{picture}.xml")]
            rows.writerow([f"pictures/{picture}.jpg", part, *numbers])
