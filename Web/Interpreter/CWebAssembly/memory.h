#pragma once

/// Where memory begins that the linker gave to nothing.
extern unsigned char __heap_base;

/// The same as a number.
static inline unsigned long heap_start(void) { return (unsigned long)&__heap_base; }

/// The size of the memory, in pages of 64 KiB.
static inline unsigned long memory_pages(void) { return __builtin_wasm_memory_size(0); }

/// Makes the memory larger by so many pages; the old size, or -1 where that fails.
static inline unsigned long grow_memory(unsigned long pages) { return __builtin_wasm_memory_grow(0, pages); }
