// KeyTable: what the keys of a row mean: facts by id or name, their companions, the row's date, or nothing
// declared.
//
// Rows of one supplier come with their keys in one order, but for those that are left out here and there, so
// each key remembers two keys that followed it; a guess costs one comparison, a miss one probe. Keys that
// nobody declared are learnt on the way, a bounded number of them. One thread. Copies what it keeps, but for
// the words of the schema, which must outlive it.
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
  // What is looked at for the keys of every row.
  struct Entry {
    KeyMeaning meaning;
    int item = -1;  // what it means, as one number: a fact's id and its name have the same
    // The key that mostly comes next, and another that did; -1 if there is none. Both have a pattern.
    int followers[2] = {-1, -1};
    Pattern quoted{""};  // as JSON has it
  };

  explicit KeyTable(const pack::Schema& schema);

  const Entry& entry(int place) const { return entries_[static_cast<size_t>(place)]; }
  const std::string& text(int place) const { return words_[static_cast<size_t>(place)].text; }
  // Of a learnt key: how many rows had it and were not reported yet.
  int64_t& rows(int place) { return words_[static_cast<size_t>(place)].rows; }

  // The place of the key at `token`, if it is one that followed the key `previous` before, or -1. Before the
  // first key of a row, `previous` is -1. The bytes of a pattern must be readable at `token`.
  int Guess(int previous, const char* token) const {
    for (const int follower : FollowersOf(previous)) {
      if (follower >= 0 && entry(follower).quoted.Matches(token)) return follower;
    }
    return -1;
  }
  // Notes for later guesses that the key `place` followed.
  void NoteFollower(int previous, int place);
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
  // What is looked at only where a guess fails.
  struct Word {
    std::string text;
    uint64_t hash = 0;
    bool has_pattern = false;  // not so where it is long or needs an escape
    int64_t rows = 0;
  };
  using Followers = int[2];
  const Followers& FollowersOf(int previous) const {
    return previous < 0 ? first_ : entries_[static_cast<size_t>(previous)].followers;
  }
  int Add(std::string_view key, KeyMeaning meaning, int item);
  void Rehash();

  std::vector<Entry> entries_;
  std::vector<Word> words_;  // parallel
  std::vector<Seen> seen_;   // by item
  std::vector<int> slots_;   // open addressing, a power of two, at most half full; -1 is empty
  Followers first_ = {-1, -1};
  int first_learnt_ = 0;
};

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_KEY_TABLE_H_
