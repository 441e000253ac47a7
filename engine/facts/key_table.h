// KeyTable: what the keys of a row mean: facts by id or name, their companions, the row's date, or nothing
// declared.
//
// Rows come with the same keys again and again, in one order but for those that are left out here and there,
// so nobody can foresee which comes next, and a processor that guesses pays more for a wrong guess than for a
// look into a table. So a key is found by its bytes as they stand in the row, in a few steps without
// branches. Keys that nobody declared are learnt on the way, a bounded number of them. One thread. Copies
// what it keeps, but for the words of the schema, which must outlive it.
#ifndef ZHIDA_ENGINE_FACTS_KEY_TABLE_H_
#define ZHIDA_ENGINE_FACTS_KEY_TABLE_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/facts/words.h"
#include "engine/pack/schema.h"

namespace zhida::facts {

enum class KeyRole : uint8_t { kValue, kState, kDate, kSource, kRowDate, kUndeclared };

struct KeyMeaning {
  KeyRole role = KeyRole::kUndeclared;
  int fact = -1;  // but for kRowDate and kUndeclared
};

// The meaning of one key, for inputs whose keys come only once, such as columns.
KeyMeaning MeaningOf(std::string_view key, const pack::Schema& schema);

class KeyTable {
 public:
  // What is looked at for the keys of every row; one line of the processor's cache.
  struct alignas(64) Entry {
    KeyMeaning meaning;
    int item = -1;       // what it means, as one number: a fact's id and its name have the same
    Pattern quoted{""};  // as JSON has it
  };

  explicit KeyTable(const pack::Schema& schema);

  const Entry& entry(int place) const { return entries_[static_cast<size_t>(place)]; }
  const std::string& text(int place) const { return words_[static_cast<size_t>(place)].text; }
  // Of a learnt key: how many rows had it and were not reported yet.
  int64_t& rows(int place) { return words_[static_cast<size_t>(place)].rows; }

  // The place of the key at `token`, if it came before in this form, or -1. `size` are the bytes to the next
  // token. The bytes of a pattern must be readable at `token`.
  int FindQuoted(const char* token, size_t size) const {
    const size_t slot = QuotedSlot(token, size);
    for (const int place : {quoted_[slot], quoted_[slot ^ 1]}) {
      if (place >= 0 && entry(place).quoted.Matches(token)) return place;
    }
    return -1;
  }
  // Notes that this is the key `place`.
  void NoteQuoted(const char* token, size_t size, int place);
  // The place of a key, or -1.
  int Find(std::string_view key) const;
  // Learns an undeclared key; -1 when there are enough or the key is too long to keep.
  int Learn(std::string_view key);
  // True if the row number `stamp` has the key, or another of the same meaning.
  bool IsSeen(int place, int64_t stamp) const {
    return seen_[static_cast<size_t>(entry(place).item)].stamp == stamp;
  }
  // Notes that row number `stamp` has the key. The place of the key that said the same in that row before, or
  // -1.
  int NoteSeen(int place, int64_t stamp) {
    Seen& seen = seen_[static_cast<size_t>(entry(place).item)];
    const int before = seen.stamp == stamp ? seen.place : -1;
    seen = {stamp, place};
    return before;
  }
  // Places of the learnt keys are from here to size().
  int first_learnt() const { return first_learnt_; }
  int size() const { return static_cast<int>(entries_.size()); }

 private:
  struct Seen {
    int64_t stamp = -1;
    int place = -1;
  };
  // What is looked at only where a guess fails.
  struct Word {
    std::string text;
    uint64_t hash = 0;
    bool has_pattern = false;  // not so where it is long or needs an escape
    int64_t rows = 0;
  };
  static constexpr int kQuotedBits = 12;
  // From the first, the second and the last eight bytes, of which some may be the same. Even and odd slots
  // are neighbours, one for the other where it is taken.
  static size_t QuotedSlot(const char* token, size_t size) {
    const uint64_t mask = LowBytes(std::min<size_t>(size, 8));
    const size_t last = std::max<size_t>(size, 8) - 8;
    const uint64_t hash =
        (LoadWord<uint64_t>(token) & mask) * 0x9E3779B97F4A7C15u +
        (LoadWord<uint64_t>(token + std::min<size_t>(last, 8)) & mask) * 0xD6E8FEB86659FD93u +
        (LoadWord<uint64_t>(token + last) & mask) * 0xC2B2AE3D27D4EB4Fu;
    return hash >> (64 - kQuotedBits);
  }
  int Add(std::string_view key, KeyMeaning meaning, int item);
  void Rehash();

  std::vector<Entry> entries_;
  std::vector<Word> words_;  // parallel
  std::vector<Seen> seen_;   // by item
  std::vector<int> slots_;   // open addressing, a power of two, at most half full; -1 is empty
  std::vector<int> quoted_ = std::vector<int>(size_t{1} << kQuotedBits, -1);  // places; -1 is empty
  int first_learnt_ = 0;
};

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_KEY_TABLE_H_
