// libFuzzer, as Swift sees it; `-sanitize=fuzzer` links it. LLVM ships no header for it.
#pragma once

#include <stddef.h>
#include <stdint.h>

// libFuzzer's own `main`, for a function that is handed one input after the other.
int LLVMFuzzerRunDriver(int *argument_count, char ***arguments, int (*body)(const uint8_t *, size_t));
