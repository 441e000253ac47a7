#include "engine/base/checksum.h"

// Compiled in, so that no library need be there when a program runs.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace zhida {

uint64_t Checksum(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace zhida
