// Checksum: 64 bits that tell whether stored bytes are still those that were written.
//
// It finds accidents (a flipped bit, a page that is missing), not intent: whoever reads a file checks its
// contents as well. The same on every machine, so it may be stored. Pure; any thread.
// Source: XXH3, https://github.com/Cyan4973/xxHash, whose output is fixed since 0.8.0.
#ifndef ZHIDA_ENGINE_BASE_CHECKSUM_H_
#define ZHIDA_ENGINE_BASE_CHECKSUM_H_

#include <cstdint>
#include <string_view>

namespace zhida {

uint64_t Checksum(std::string_view bytes);

}  // namespace zhida

#endif  // ZHIDA_ENGINE_BASE_CHECKSUM_H_
