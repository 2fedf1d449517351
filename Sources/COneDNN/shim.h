// oneDNN's C API, version 3 or newer, as Swift sees it. Only the OneDNN target imports this module.
#pragma once

#include <oneapi/dnnl/dnnl.h>

#if DNNL_VERSION_MAJOR < 3
#error "Graft needs oneDNN 3 or newer; these headers are version 2. Run `make setup`, which fetches oneDNN 3.2."
#endif
