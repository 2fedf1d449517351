// zlib, as Swift sees it. Only the Files target imports this module.
#pragma once

#include <zlib.h>

// inflateInit2 is a macro that passes the header's version and structure size. 16 asks for the gzip format.
static inline int graft_inflate_init_gzip(z_stream *stream) {
    return inflateInit2(stream, 16 + MAX_WBITS);
}
