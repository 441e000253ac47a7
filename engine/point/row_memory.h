// Rows of truths, and the memory that keeps them: what all literals of a column are for one code.
#ifndef ZHIDA_ENGINE_POINT_ROW_MEMORY_H_
#define ZHIDA_ENGINE_POINT_ROW_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/value/truth.h"

namespace zhida::point {

// A truth in a byte such that the and of truths is the and of bytes, an error weighing more than unknown.
inline constexpr uint8_t kCanBit = 1;     // not false
inline constexpr uint8_t kSureBit = 2;    // true, or an error that may turn out so
inline constexpr uint8_t kNoErrorBit = 4;
inline constexpr uint8_t kTrueByte = kCanBit | kSureBit | kNoErrorBit;
inline constexpr uint8_t kUnknownByte = kCanBit | kNoErrorBit;
inline constexpr uint8_t kErrorByte = kCanBit | kSureBit;
inline constexpr uint8_t kFalseByte = 0;

constexpr uint8_t ByteOf(Truth truth) {
  return truth == Truth::kTrue      ? kTrueByte
         : truth == Truth::kFalse   ? kFalseByte
         : truth == Truth::kUnknown ? kUnknownByte
                                    : kErrorByte;
}
constexpr Truth TruthOf(uint8_t byte) {
  return (byte & kCanBit) == 0  ? Truth::kFalse
         : byte == kTrueByte    ? Truth::kTrue
         : byte == kUnknownByte ? Truth::kUnknown
                                : Truth::kError;
}

struct Stretch {
  uint32_t begin = 0;
  uint32_t end = 0;
};

inline constexpr size_t kRowStep = 32;  // rows of truths are copied by this many bytes

struct RowOfTruths {
  const uint8_t* truths = nullptr;    // whole steps
  const Stretch* sure = nullptr;      // rules entered under literals with kSureBit
  const Stretch* can = nullptr;       // and with kCanBit
  uint32_t sure_count = 0;
  uint32_t can_count = 0;
};

// A row while it is made, or that is not kept.
struct RowBuilder {
  std::vector<uint8_t> truths;
  std::vector<Stretch> sure;
  std::vector<Stretch> can;
  RowOfTruths row;

  const RowOfTruths& Finish() {
    row = {truths.data(), sure.data(), can.data(), static_cast<uint32_t>(sure.size()),
           static_cast<uint32_t>(can.size())};
    return row;
  }
};

// Keeps rows together in large blocks, on huge pages where the system offers them. Rows live as long as the
// memory. One thread at a time.
class RowMemory {
 public:
  RowMemory();
  ~RowMemory();
  RowMemory(const RowMemory&) = delete;
  RowMemory& operator=(const RowMemory&) = delete;
  // A copy, or null once the budget is used up.
  const RowOfTruths* Keep(const RowBuilder& row);
  size_t byte_count() const;

 private:
  struct Block;
  std::vector<std::unique_ptr<Block>> blocks_;
};

}  // namespace zhida::point

#endif  // ZHIDA_ENGINE_POINT_ROW_MEMORY_H_
