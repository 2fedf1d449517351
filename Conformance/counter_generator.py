"""The numbers of Sources/Tensors/CounterGenerator.swift, so that both sides can make the same tensors.

Run as a program, it prints the values that Tests/TensorsTests/CounterGeneratorTests.swift expects.
"""

import numpy as np

_STEP = np.uint64(0x9E3779B97F4A7C15)


def _mix(value):
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


class CounterGenerator:
    """Each method draws `count` numbers at once, in the order in which Swift draws them one by one."""

    def __init__(self, seed, purpose=""):
        name = 0xCBF29CE484222325
        for byte in purpose.encode():
            name = (name ^ byte) * 0x100000001B3 % 2**64
        self._key = _mix(np.array([seed ^ name], np.uint64))
        self._counter = 0

    def next(self, count):
        """64 random bits each."""
        counters = np.arange(self._counter + 1, self._counter + count + 1, dtype=np.uint64)
        self._counter += count
        return _mix(self._key + counters * _STEP)

    def uniform(self, count):
        """Float32, multiples of 2⁻²⁴ in 0 ..< 1."""
        return (self.next(count) >> np.uint64(40)).astype(np.float32) * np.float32(2**-24)

    def normal(self, count):
        """Float32: twelve uniform numbers less 6, added in order, each sum rounded to float32."""
        numbers = self.uniform(12 * count).reshape(count, 12)
        total = np.full(count, -6, np.float32)
        for column in numbers.T:
            total += column
        return total


if __name__ == "__main__":
    for seed, purpose in [(7, "stem/kernel"), (0, ""), (2**64 - 1, "größe")]:
        print(seed, repr(purpose))
        print("  next   ", [hex(value) for value in CounterGenerator(seed, purpose).next(3).tolist()])
        print("  uniform", [hex(value) for value in CounterGenerator(seed, purpose).uniform(3).view(np.uint32).tolist()])
        print("  normal ", [hex(value) for value in CounterGenerator(seed, purpose).normal(3).view(np.uint32).tolist()])
