// Short texts as machine words: the keys and codes of facts are compared and hashed a few million times a
// second, and most fit into one or two words. Pure; any thread.
#ifndef ZHIDA_ENGINE_FACTS_WORDS_H_
#define ZHIDA_ENGINE_FACTS_WORDS_H_

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
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

inline bool SameBytes(const char* a, const char* b, size_t count) {
  for (; count > 8; count -= 8, a += 8, b += 8) {
    if (LoadWord<uint64_t>(a) != LoadWord<uint64_t>(b)) return false;
  }
  return WordOf(a, count) == WordOf(b, count);
}

// A text that others are compared with, kept so that whole words can be read.
class Pattern {
 public:
  explicit Pattern(std::string_view text) : bytes_(text), size_(text.size()) {
    const size_t rest = size_ % 8;
    last_mask_ = rest == 0 ? ~uint64_t{0} : (uint64_t{1} << (8 * rest)) - 1;
    bytes_.append(8, '\0');
  }
  size_t size() const { return size_; }
  // True if the bytes at `text` are the pattern's. Reads whole words there: up to seven bytes more.
  bool Matches(const char* text) const {
    const char* pattern = bytes_.data();
    size_t left = size_;
    for (; left > 8; left -= 8, text += 8, pattern += 8) {
      if (LoadWord<uint64_t>(text) != LoadWord<uint64_t>(pattern)) return false;
    }
    return ((LoadWord<uint64_t>(text) ^ LoadWord<uint64_t>(pattern)) & last_mask_) == 0;
  }

 private:
  std::string bytes_;
  size_t size_;
  uint64_t last_mask_;
};

// True if the byte stands somewhere in the text.
inline bool HoldsByte(std::string_view text, char wanted) {
  constexpr uint64_t kOnes = 0x0101010101010101u;
  constexpr uint64_t kTops = 0x8080808080808080u;
  const uint64_t pattern = kOnes * static_cast<unsigned char>(wanted);
  // A byte that becomes zero is found by the borrow it takes; other bytes are found with it at most, never
  // alone.
  const auto found = [pattern](uint64_t word) {
    const uint64_t zero_where_equal = word ^ pattern;
    return ((zero_where_equal - kOnes) & ~zero_where_equal & kTops) != 0;
  };
  const char* bytes = text.data();
  size_t left = text.size();
  for (; left >= 8; left -= 8, bytes += 8) {
    if (found(LoadWord<uint64_t>(bytes))) return true;
  }
  // What lies beyond the text must not look like the byte, and zero does not.
  return left > 0 && found(WordOf(bytes, left));
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
