"""Makes Fixtures/networks/<network>.<source>.json: what Keras, torchvision and our own references compute.

Weights are those of generated.py, under the entry names of the source's own files; the input is
reference.generated_input, not preprocessed. Values are computed in float64 on float32 weights and input;
float32_difference is how far the source's own float32 run is from them. With names as arguments, makes only those.
"""

import json
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

SECOND_SIZE = (161, 193)
DIGITS = 7
SOURCES = ("keras_networks", "torch_networks")


def fixture(name, module):
    import importlib

    import torch

    import reference
    from efficientnet_lite import round_to, summary
    from generated import describe

    torch.set_num_threads(1)
    source = importlib.import_module(module)
    network = source.NETWORKS[name]
    sizes = [(network.native_size,) * 2, SECOND_SIZE]
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
    path = reference.FIXTURES / "networks" / f"{name}.json"
    path.parent.mkdir(exist_ok=True)
    reference.write(path, {**made, "runs": runs})
    for run in runs:
        relative = {
            label: f"{difference / max(map(abs, run['outputs'][label]['samples'])):.0e}"
            for label, difference in run["float32_difference"].items()
        }
        print(f"{name} {run['height']}x{run['width']}: float32 differs by {json.dumps(relative)}")


def names_of(module):
    import importlib

    return list(importlib.import_module(module).NETWORKS)


def main():
    # A process for each network: Keras numbers its layers anew, and the memory of the last one is returned.
    with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as pool:
        known = {name: module for module in SOURCES for name in pool.submit(names_of, module).result()}
        wanted = sys.argv[1:] or list(known)
        if unknown := [name for name in wanted if name not in known]:
            sys.exit(f"networks: {', '.join(unknown)} unknown; there are {', '.join(known)}.")
        for name in wanted:
            pool.submit(fixture, name, known[name]).result()


if __name__ == "__main__":
    main()
