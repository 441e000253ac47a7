// Short texts as machine words: the keys and codes of facts are compared and hashed a few million times a
// second, and most fit into one or two words. Pure; any thread.
#ifndef ZHIDA_ENGINE_FACTS_WORDS_H_
#define ZHIDA_ENGINE_FACTS_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace zhida::facts {

template <class T>
inline T LoadWord(const char* bytes) {
  T word;
  std::memcpy(&word, bytes, sizeof word);
  return word;
}

// At most eight bytes in one word, the same word for the same bytes. Reads no byte beyond them.
inline uint64_t WordOf(const char* bytes, size_t count) {
  if (count >= 8) return LoadWord<uint64_t>(bytes);
  if (count >= 4) {
    // Two loads that overlap; where they do, they agree.
    return LoadWord<uint32_t>(bytes) | (uint64_t{LoadWord<uint32_t>(bytes + count - 4)} << (8 * (count - 4)));
  }
  if (count == 0) return 0;
  const auto byte = [bytes](size_t i) { return uint64_t{static_cast<unsigned char>(bytes[i])} << (8 * i); };
  return byte(0) | byte(count / 2) | byte(count - 1);
}

// The lowest `count` bytes, 0 to 8, of a word: without a branch, since counts differ from text to text.
inline uint64_t LowBytes(size_t count) {
  static constexpr uint64_t kMasks[9] = {0,
                                         0xFF,
                                         0xFFFF,
                                         0xFF'FFFF,
                                         0xFFFF'FFFF,
                                         0xFF'FFFF'FFFF,
                                         0xFFFF'FFFF'FFFF,
                                         0xFF'FFFF'FFFF'FFFF,
                                         0xFFFF'FFFF'FFFF'FFFF};
  return kMasks[count];
}

// a == b, without a call: the texts compared here are short.
inline bool SameText(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  const size_t size = a.size();
  if (size <= 8) return WordOf(a.data(), size) == WordOf(b.data(), size);
  uint64_t different = LoadWord<uint64_t>(a.data() + size - 8) ^ LoadWord<uint64_t>(b.data() + size - 8);
  for (size_t at = 0; at + 8 < size; at += 8) {
    different |= LoadWord<uint64_t>(a.data() + at) ^ LoadWord<uint64_t>(b.data() + at);
  }
  return different == 0;
}

// A short text that others are compared with, as three words of which the bytes behind the text do not count.
// So a comparison is a few steps without branches, whatever the length.
class Pattern {
 public:
  static constexpr size_t kBytesMax = 24;
  // `text` of at most kBytesMax bytes.
  explicit Pattern(std::string_view text) {
    std::memcpy(words_, text.data(), text.size());
    std::memset(masks_, 0xFF, text.size());
  }
  // True if the bytes at `text` are the pattern's. kBytesMax bytes must be readable there.
  bool Matches(const char* text) const {
    uint64_t different = 0;
    for (size_t i = 0; i < 3; ++i) {
      different |= (LoadWord<uint64_t>(text + 8 * i) ^ words_[i]) & masks_[i];
    }
    return different == 0;
  }

 private:
  uint64_t words_[3] = {};
  uint64_t masks_[3] = {};
};

// True if the byte is one of the word's eight.
inline bool WordHoldsByte(uint64_t word, char wanted) {
  constexpr uint64_t kOnes = 0x0101010101010101u;
  constexpr uint64_t kTops = 0x8080808080808080u;
  // A byte that becomes zero is found by the borrow it takes; other bytes are found with it at most, never
  // alone.
  const uint64_t zero_where_equal = word ^ (kOnes * static_cast<unsigned char>(wanted));
  return ((zero_where_equal - kOnes) & ~zero_where_equal & kTops) != 0;
}

// True if the byte stands somewhere in the text.
inline bool HoldsByte(std::string_view text, char wanted) {
  const char* bytes = text.data();
  size_t left = text.size();
  for (; left >= 8; left -= 8, bytes += 8) {
    if (WordHoldsByte(LoadWord<uint64_t>(bytes), wanted)) return true;
  }
  // What lies beyond the text must not look like the byte, and zero does not.
  return left > 0 && WordHoldsByte(WordOf(bytes, left), wanted);
}

// A hash for tables in memory; it differs between machines and must not be stored.
// Multiply and fold, after wyhash.
inline uint64_t HashBytes(std::string_view bytes) {
  __extension__ typedef unsigned __int128 uint128;
  constexpr uint64_t kPrime = 0x9E3779B97F4A7C15u;
  const auto fold = [](uint64_t a, uint64_t b) {
    const uint128 product = uint128{a} * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  };
  uint64_t hash = bytes.size() * kPrime + 1;
  const char* data = bytes.data();
  size_t left = bytes.size();
  for (; left > 8; left -= 8, data += 8) hash = fold(hash ^ LoadWord<uint64_t>(data), kPrime);
  return fold(hash ^ WordOf(data, left), kPrime);
}

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_WORDS_H_
