// KeyTable: what the keys of a row mean: facts by id or name, their companions, the row's date, or nothing
// declared.
//
// Rows of one supplier come with their keys in one order, so each key remembers which key followed it in the
// row before; that guess costs one comparison, a miss one probe. Keys that nobody declared are learnt on the
// way, a bounded number of them. One thread. Copies what it keeps, but for the words of the schema, which
// must outlive it.
#ifndef ZHIDA_ENGINE_FACTS_KEY_TABLE_H_
#define ZHIDA_ENGINE_FACTS_KEY_TABLE_H_

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
  struct Entry {
    std::string text;
    KeyMeaning meaning;
    int item = -1;      // what it means, as one number: a fact's id and its name have the same
    int follower = -1;  // the entry that came next last time
    Pattern quoted;     // as JSON has it; empty where it needs an escape
    uint64_t hash = 0;
    int64_t rows = 0;  // kUndeclared: rows not reported yet
  };

  explicit KeyTable(const pack::Schema& schema);

  Entry& entry(int place) { return entries_[static_cast<size_t>(place)]; }
  const Entry& entry(int place) const { return entries_[static_cast<size_t>(place)]; }
  // The place of a key, or -1.
  int Find(std::string_view key) const;
  // Learns an undeclared key; -1 when there are enough or the key is too long to keep.
  int Learn(std::string_view key);
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
  int Add(std::string_view key, KeyMeaning meaning, int item);
  void Rehash();

  std::vector<Entry> entries_;
  std::vector<Seen> seen_;  // by item
  std::vector<int> slots_;  // open addressing, a power of two, at most half full; -1 is empty
  int first_learnt_ = 0;
};

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_KEY_TABLE_H_
