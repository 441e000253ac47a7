// The fixed parts of a coded file, for its writer and its reader alone.
#ifndef ZHIDA_ENGINE_FACTS_CODED_LAYOUT_H_
#define ZHIDA_ENGINE_FACTS_CODED_LAYOUT_H_

#include <cstddef>
#include <cstdint>

namespace zhida::facts {

// Magic, version, byte order, size of the file, two directories, checksum of all that; zeros behind.
inline constexpr size_t kHeaderBytes = 128;
inline constexpr size_t kHeaderUsedBytes = 8 + 4 + 4 + 8 + 2 * 24;
inline constexpr uint32_t kByteOrderMark = 0x01020304;
inline constexpr size_t kPieceBytes = 32;  // one entry of a directory

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_CODED_LAYOUT_H_
