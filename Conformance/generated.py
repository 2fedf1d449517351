"""Generated weights for the networks of networks.py: one rule for the entries of Keras and of PyTorch files.

The values of an entry are drawn from CounterGenerator(seed: 1, purpose: entry name) in row-major order of the shape
that the file has. With s = 2·uniform - 1, everything in float32, each operation rounded (the roots after they
were taken in float64): kernel s·√(6 / fan-in), dense kernel s·√(3 / fan-in), gamma 1 + 0.2·s,
moving variance 0.5 + uniform, others 0.2·s. Fan-in is a filter's number of weights.
"""

import hashlib
import math
from dataclasses import dataclass

import numpy as np

from counter_generator import CounterGenerator

SEED = 1
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Entry:
    """One tensor of a weight file."""

    name: str
    shape: tuple
    role: str  # kernel, dense, gamma, variance or other
    fan_in: int = 0
    trainable: bool = True
    auxiliary: bool = False

    @property
    def count(self):
        return math.prod(self.shape)

    def values(self):
        generator, values = CounterGenerator(SEED, self.name), np.empty(self.count, np.float32)
        # In chunks, because the generator's 64-bit intermediates are several times as large as the result.
        for start in range(0, self.count, _CHUNK):
            chunk = values[start : start + _CHUNK]
            chunk[:] = self._transform(generator.uniform(len(chunk)))
        return values.reshape(self.shape)

    def _transform(self, uniform):
        signed = np.float32(2) * uniform - np.float32(1)
        match self.role:
            case "kernel":
                return signed * np.float32(math.sqrt(6 / self.fan_in))
            case "dense":
                return signed * np.float32(math.sqrt(3 / self.fan_in))
            case "gamma":
                return np.float32(1) + np.float32(0.2) * signed
            case "variance":
                return np.float32(0.5) + uniform
            case "other":
                return np.float32(0.2) * signed
        raise ValueError(f"{self.name}: there is no role {self.role}.")


def describe(entries):
    """What a fixture says about a network's entries: counts, and a checksum of names and shapes."""
    main = [entry for entry in entries if not entry.auxiliary]
    lines = [f"{entry.name} {'x'.join(map(str, entry.shape))}\n".encode() for entry in main]
    return {
        "parameter_count": sum(entry.count for entry in main),
        "trainable_parameter_count": sum(entry.count for entry in main if entry.trainable),
        "entry_count": len(main),
        "entries_sha256": hashlib.sha256(b"".join(sorted(lines))).hexdigest(),
        "auxiliary_entry_count": len(entries) - len(main),
    }


if __name__ == "__main__":
    # For the test of the same rule in Swift.
    for entry in [
        Entry("conv1/kernel", (3, 3, 3, 64), "kernel", 27),
        Entry("fc1/kernel", (25088, 4096), "dense", 25088),
        Entry("bn1.weight", (64,), "gamma"),
        Entry("bn1.running_var", (64,), "variance"),
        Entry("bn1.bias", (64,), "other"),
    ]:
        values = entry.values().reshape(-1)
        print(entry.name, entry.role, values[:3].tolist(), "last", values[-1].item())
