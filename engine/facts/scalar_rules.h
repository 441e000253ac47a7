// The rules for single values that JSON and Arrow share: how a number fits a fact's digits and unit, what
// counts as a date, which codes are good. Nothing is ever rounded.
//
// Functions return false and leave a fault. Pure except for CodeCache, which serves one thread.
// Source: docs/semantics.md, section 8.
#ifndef ZHIDA_ENGINE_FACTS_SCALAR_RULES_H_
#define ZHIDA_ENGINE_FACTS_SCALAR_RULES_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/limits.h"
#include "engine/facts/fault.h"
#include "engine/facts/type_plan.h"

namespace zhida::facts {

// A number as a column keeps it: a whole multiple of 10^-stored_scale, or beyond int64 the number itself
// (yuan for money) with `integer` 0.
struct Number {
  int64_t integer = 0;
  std::optional<Decimal> wide;
};

// `mantissa` * 10^-scale as supplied, in the fact's unit. Scales may be negative.
bool FitNumber(int128_t mantissa, int scale, const TypePlan& type, Number* out, Fault* fault);
bool FitNumber(const Decimal& number, const TypePlan& type, Number* out, Fault* fault);
// Always true, for the end of a chain of conditions.
bool StoreNumber(const Number& number, size_t row, Column* column);

// 2026-01-31, or a date and time at midnight on its own clock. `*days` counts from 1970-01-01.
bool ReadDateText(std::string_view text, int64_t* days, Fault* fault);
bool ReadDateTimeText(std::string_view text, DateTime* out, Fault* fault);
// 2024, 2024Q1 or 2024-01, as the series wants it.
bool ReadPeriodText(std::string_view text, PeriodKind kind, int32_t* period, Fault* fault);
// For the last row of a series that has entries: sorts them by period and drops what was null, since a null
// entry is no entry; false if a period comes twice.
bool FinishSeries(PeriodKind kind, size_t row, Column* series, Fault* fault);

bool TextTooLong(std::string_view text, Fault* fault);
inline bool CheckTextSize(std::string_view text, Fault* fault) {
  return text.size() <= limits::kStringBytesMax || TextTooLong(text, fault);
}
bool TooManyItems(Fault* fault);
inline bool CheckItemCount(size_t items, Fault* fault) {
  return items <= limits::kListItemsMax || TooManyItems(fault);
}
bool UnknownState(std::string_view word, Fault* fault);
bool NoSubjectFault(const pack::Schema& schema, Fault* fault);
bool UnknownCode(std::string_view code, const TypePlan& type, Fault* fault);

// `text` between quotes for a message, cut where it is long.
std::string Excerpt(std::string_view text);

// Which codes of one list were found good. Each usual code costs one probe; a bad one is looked up each time.
class CodeCache {
 public:
  explicit CodeCache(const feel::CodeList* list) : list_(list) {}

  // nullopt if the code is not in the list. Else its text in the pack's own storage where the code itself is
  // listed, so that nobody need copy it, or a view without data where it only lies below a listed one.
  std::optional<std::string_view> Check(std::string_view code);

  // The same for a code of at most 16 bytes in two words, with zeros behind it, that came before and is
  // listed itself; else a view without data, which says nothing.
  std::string_view FindListed(uint64_t head, uint64_t tail, size_t size) const {
    const Entry* const entry =
        slots_.empty() ? nullptr : FindShort(HashWords(head, tail, size), head, tail, size);
    return entry != nullptr && entry->listed ? entry->code : std::string_view();
  }

 private:
  static constexpr size_t kShortBytesMax = 16;  // of a code in two words
  // Tables this small stay in the processor's nearest caches; so most of a code's bytes are kept here and not
  // read from the pack.
  struct Slot {
    uint32_t tag = 0;    // bits of the hash
    uint32_t entry = 0;  // its number from 1; 0 is an empty slot
  };
  struct Entry {
    std::string_view code;  // in the pack, or in `own_`
    uint64_t head = 0;      // its first eight bytes and
    uint64_t tail = 0;      // the next, if there are at most 16
    bool listed = false;    // lies in the pack
  };
  static uint64_t HashWords(uint64_t head, uint64_t tail, size_t size) {
    const uint64_t hash = (head + size) * 0x9E3779B97F4A7C15u + tail * 0xD6E8FEB86659FD93u;
    return hash ^ (hash >> 32);
  }
  // Not the bits that choose the slot.
  static uint32_t TagOf(uint64_t hash) { return static_cast<uint32_t>(hash >> 32); }
  const Entry* FindShort(uint64_t hash, uint64_t head, uint64_t tail, size_t size) const {
    const size_t mask = slots_.size() - 1;
    for (size_t i = hash & mask; slots_[i].entry != 0; i = (i + 1) & mask) {
      if (slots_[i].tag != TagOf(hash)) continue;
      const Entry& entry = entries_[slots_[i].entry - 1];
      if (((entry.head ^ head) | (entry.tail ^ tail) | (entry.code.size() ^ size)) == 0) return &entry;
    }
    return nullptr;
  }
  const Entry* FindLong(uint64_t hash, std::string_view code) const;
  static uint64_t HashOf(std::string_view code);
  std::optional<std::string_view> LookUp(std::string_view code) const;
  void Remember(uint64_t hash, std::string_view code, std::string_view stable);
  void Grow();

  const feel::CodeList* list_;
  std::vector<Slot> slots_;  // open addressing, a power of two, at most half full
  std::vector<Entry> entries_;
  std::deque<std::string> own_;
};

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_SCALAR_RULES_H_
