"""Makes Fixtures/networks/<network>.<source>.json: what Keras, torchvision and our own references compute.

Weights are those of generated.py, under the entry names of the source's own files; the input is
reference.generated_input, not preprocessed. Values are computed in float64 on float32 weights and input;
float32_difference is how far the source's own float32 run is from them. With names as arguments, makes only those.
--check: writes nothing, but fails where the computed values are not those of the fixtures, to 1e-6 of the largest.
"""

import argparse
import importlib
import json
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

SECOND_SIZE = (161, 193)
DIGITS = 7
SOURCES = ("keras_networks", "torch_networks")


def compute(name, module, sizes=None):
    """The fixture as a dictionary; sizes are (height, width), by default the native one and SECOND_SIZE."""
    import torch

    import reference
    from efficientnet_lite import round_to, summary
    from generated import describe

    torch.set_num_threads(1)
    source = importlib.import_module(module)
    network = (source.NETWORKS | source.TINY)[name]
    sizes = sizes or [(network.native_size,) * 2, SECOND_SIZE]
    entries, results = source.runs(name, sizes, [reference.generated_input(*size) for size in sizes])
    description = describe(entries)
    if not description["auxiliary_entry_count"]:
        del description["auxiliary_entry_count"]
    runs = []
    for (height, width), (single, double) in zip(sizes, results):
        for label, tensor in single.items():
            if not torch.isfinite(tensor).all():
                raise ValueError(f"{name} at {height}x{width}: {label} is not finite in float32.")
        runs.append({
            "height": height,
            "width": width,
            "float32_difference": {
                label: round_to((single[label] - double[label]).abs().max().item(), 2) for label in sorted(double)
            },
            "outputs": {label: summary(double[label], DIGITS) for label in sorted(double)},
        })
    made = {"network": name, "source": network.source, "seed": reference.SEED, "precision": "float64", **description}
    return {**made, "runs": runs}


def make(name, module):
    """Writes the fixture."""
    import reference

    made = compute(name, module)
    path = reference.FIXTURES / "networks" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    reference.write(path, made)
    for run in made["runs"]:
        relative = {
            label: f"{difference / max(map(abs, run['outputs'][label]['samples'])):.0e}"
            for label, difference in run["float32_difference"].items()
        }
        print(f"{name} {run['height']}x{run['width']}: float32 differs by {json.dumps(relative)}", flush=True)


def check(name, module):
    """What the fixture says otherwise than the computation, in words."""
    import reference

    stored = json.loads((reference.FIXTURES / "networks" / f"{name}.json").read_text())
    return list(differences(name, stored, compute(name, module)))


def differences(place, stored, made):
    if isinstance(made, dict) and isinstance(stored, dict) and stored.keys() == made.keys():
        for key in made:
            # The float32 run depends on the machine.
            if key != "float32_difference":
                yield from differences(f"{place}/{key}", stored[key], made[key])
    elif place.endswith("/runs") and len(stored) == len(made):
        for one, other in zip(stored, made):
            yield from differences(f"{place}/{other['height']}", one, other)
    elif place.endswith("/samples"):
        largest = max(map(abs, made))
        if len(stored) != len(made) or any(abs(one - other) > 1e-6 * largest for one, other in zip(stored, made)):
            yield f"{place} differ"
    elif place.endswith(("/norm", "/mean")):
        if abs(stored - made) > 1e-6 * abs(made):
            yield f"{place} is {made}, in the fixture {stored}"
    elif stored != made:
        yield f"{place} is {made}, in the fixture {stored}"


def names_of(module, table="NETWORKS"):
    return list(getattr(importlib.import_module(module), table))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME")
    arguments = parser.parse_args()
    found = []
    # A process for each network: Keras numbers its layers anew, and the memory of the last one is returned.
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as pool:
        known = {name: module for module in SOURCES for name in pool.submit(names_of, module).result()}
        wanted = arguments.names or list(known)
        if unknown := [name for name in wanted if name not in known]:
            parser.error(f"{', '.join(unknown)} unknown; there are {', '.join(known)}.")
        for name in wanted:
            if arguments.check:
                found += (differing := pool.submit(check, name, known[name]).result())
                print("\n".join(differing) or f"{name}: as in the fixture", flush=True)
            else:
                pool.submit(make, name, known[name]).result()
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
