#include "engine/facts/key_table.h"

#include <algorithm>
#include <optional>

#include "engine/facts/json_tokens.h"

namespace zhida::facts {
namespace {

constexpr std::string_view kRowDateKey = "@date";

struct Companion {
  std::string_view suffix;
  KeyRole role;
};
constexpr Companion kCompanions[] = {
    {"@state", KeyRole::kState}, {"@date", KeyRole::kDate}, {"@source", KeyRole::kSource}};

}  // namespace

KeyMeaning MeaningOf(std::string_view key, const pack::Schema& schema) {
  if (key == kRowDateKey) return {KeyRole::kRowDate, -1};
  if (const int fact = schema.Find(key); fact >= 0) return {KeyRole::kValue, fact};
  for (const Companion& companion : kCompanions) {
    if (!key.ends_with(companion.suffix)) continue;
    const int fact = schema.Find(key.substr(0, key.size() - companion.suffix.size()));
    if (fact >= 0) return {companion.role, fact};
  }
  return {};
}

KeyTable::KeyTable(const pack::Schema& schema) {
  constexpr int kRolesOfFact = 4;  // kValue to kSource
  const int facts = static_cast<int>(schema.facts.size());
  const auto add = [&](const std::string& key, KeyRole role, int fact) {
    if (Find(key) < 0) Add(key, {role, fact}, 1 + static_cast<int>(role) * facts + fact);
  };
  Add(kRowDateKey, {KeyRole::kRowDate, -1}, 0);
  // First the facts alone: should a fact be called like another's companion, it is the fact that is meant.
  for (const auto& [word, fact] : schema.by_word) add(word, KeyRole::kValue, fact);
  for (const auto& [word, fact] : schema.by_word) {
    for (const Companion& companion : kCompanions) {
      add(word + std::string(companion.suffix), companion.role, fact);
    }
  }
  first_learnt_ = size();
  seen_.resize(1 + schema.facts.size() * kRolesOfFact);
}

int KeyTable::Find(std::string_view key) const {
  if (slots_.empty()) return -1;
  const uint64_t hash = HashBytes(key);
  const size_t mask = slots_.size() - 1;
  for (size_t i = hash & mask; slots_[i] >= 0; i = (i + 1) & mask) {
    const Word& candidate = words_[static_cast<size_t>(slots_[i])];
    if (candidate.hash == hash && candidate.text == key) return slots_[i];
  }
  return -1;
}

int KeyTable::Learn(std::string_view key) {
  constexpr int kLearntMax = 1'024;
  constexpr size_t kKeyBytesMax = 256;
  if (size() - first_learnt_ >= kLearntMax || key.size() > kKeyBytesMax) return -1;
  seen_.emplace_back();
  return Add(key, {}, static_cast<int>(seen_.size()) - 1);
}

void KeyTable::NoteQuoted(const char* token, size_t size, int place) {
  if (!words_[static_cast<size_t>(place)].has_pattern) return;
  const size_t slot = QuotedSlot(token, size);
  quoted_[quoted_[slot] < 0 ? slot : slot ^ 1] = place;
}

int KeyTable::Add(std::string_view key, KeyMeaning meaning, int item) {
  const std::optional<Pattern> pattern = KeyPattern(key);
  entries_.push_back({meaning, item, pattern.value_or(Pattern(""))});
  words_.push_back({std::string(key), HashBytes(key), pattern.has_value(), 0});
  const Word& added = words_.back();
  if (2 * entries_.size() > slots_.size()) {
    Rehash();
  } else {
    const size_t mask = slots_.size() - 1;
    size_t i = added.hash & mask;
    while (slots_[i] >= 0) i = (i + 1) & mask;
    slots_[i] = size() - 1;
  }
  return size() - 1;
}

void KeyTable::Rehash() {
  slots_.assign(std::max<size_t>(2 * slots_.size(), 256), -1);
  const size_t mask = slots_.size() - 1;
  for (int place = 0; place < size(); ++place) {
    size_t i = words_[static_cast<size_t>(place)].hash & mask;
    while (slots_[i] >= 0) i = (i + 1) & mask;
    slots_[i] = place;
  }
}

}  // namespace zhida::facts
