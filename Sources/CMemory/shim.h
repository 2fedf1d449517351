// What the system's allocator can be asked for. Only the Models target imports this module.
#pragma once

#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

// Gives freed memory back to the system, where the allocator keeps it: glibc declares this in <malloc.h>, which Swift's
// module of glibc leaves out. Does nothing where there is no such call.
static inline void graft_return_freed_memory(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}
