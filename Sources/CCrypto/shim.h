// OpenSSL's digests, as Swift sees them: libcurl loads the library anyway. Only the Files target imports this
// module, and only where there is no CryptoKit.
#pragma once

#include <openssl/evp.h>
