// Answers to conditions on texts, kept per distinct text: RE2, string functions, code trees and zones run
// once for a value, however many firms share it.
//
// All plain patterns of a column (`matches(fact, "...")`) are looked for in one pass over the text. Where
// these are too many for their memory, or a text asks too much of them, the interpreter is asked as for any
// other condition, pattern by pattern: slower, never different.
//
// Free texts (names, numbers of certificates) are hardly ever the same, so a few plain tests of one (is it,
// does it begin with, contain) are made on the spot and nothing is kept.
//
// Shared by all threads of an engine. Keeps at most kEntriesMax texts a column; beyond that, answers are
// computed anew and handed out through the caller's own store, so that memory does not grow with the number
// of firms.
#ifndef ZHIDA_ENGINE_PLAN_TEXT_TESTS_H_
#define ZHIDA_ENGINE_PLAN_TEXT_TESTS_H_

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/limits.h"
#include "engine/facts/words.h"
#include "engine/feel/pattern_set.h"
#include "engine/plan/plan.h"

namespace zhida::plan {

// The truth of every test of one text column, for all texts that are answered alike.
struct TextAnswers {
  std::vector<Truth> truths;
  int id = kNone;       // counted from 0 within the column; kNone where too many texts were met
  std::string example;  // a text that is answered so; empty where nothing is kept
};

class TextTests {
 public:
  // The plan must outlive it. The memory is that of the patterns of one column.
  explicit TextTests(const Plan& plan, int64_t pattern_bytes = limits::kPatternSetMemoryBytes);

  // The answers a thread has met, by text. Open addressing, at most half full; texts lie in the shared store.
  class Seen {
   public:
    const TextAnswers* Find(uint64_t hash, std::string_view text) const {
      if (slots_.empty()) return nullptr;
      for (size_t at = hash & (slots_.size() - 1);; at = (at + 1) & (slots_.size() - 1)) {
        const Slot& slot = slots_[at];
        if (slot.answers == nullptr) return nullptr;
        if (slot.hash == hash && facts::SameText(slot.text, text)) return slot.answers;
      }
    }
    void Add(uint64_t hash, std::string_view text, const TextAnswers* answers);

   private:
    struct Slot {
      uint64_t hash = 0;
      std::string_view text;
      const TextAnswers* answers = nullptr;
    };
    std::vector<Slot> slots_;
    size_t used_ = 0;
  };

  // What one thread keeps: answers it has seen, and answers too many to be shared.
  struct Local {
    std::vector<Seen> seen;                              // by column
    std::vector<std::unique_ptr<TextAnswers>> unshared;  // cleared by the caller when its block is done
  };
  Local MakeLocal() const;

  const TextAnswers& Find(ColumnId column, std::string_view text, Local* local);
  // How many different answers there are so far, and one of them by its id.
  size_t AnswerCount(ColumnId column) const;
  const TextAnswers& AnswerAt(ColumnId column, int id) const;
  const TextAnswers& OfNull(ColumnId column) const { return *null_answers_[static_cast<size_t>(column)]; }

  // Evaluations so far: one a distinct text and test. And how many texts were too much for the patterns.
  int64_t evaluations() const { return evaluations_.load(std::memory_order_relaxed); }
  int64_t patterns_given_up() const { return patterns_given_up_.load(std::memory_order_relaxed); }

  static constexpr size_t kEntriesMax = size_t{1} << 17;

 private:
  struct Shared {
    std::shared_mutex mutex;
    std::unordered_map<std::string, const TextAnswers*> entries;
    std::vector<const TextAnswers*> by_id;
    std::map<std::vector<Truth>, std::unique_ptr<TextAnswers>> distinct;
  };
  // A test of a free text that needs no interpreter.
  struct PlainTest {
    enum class Kind : uint8_t { kIs, kIsNot, kStartsWith, kEndsWith, kContains };
    Kind kind = Kind::kIs;
    std::string text;
    bool Holds(std::string_view subject) const;
  };
  // All tests of a column, and the answers for each combination: bit i is test i.
  struct PlainColumn {
    std::vector<PlainTest> tests;
    std::vector<TextAnswers> answers;
  };
  // The tests of a column that are plain patterns; `set` is null where there are none.
  struct Patterns {
    std::vector<size_t> tests;
    std::unique_ptr<const feel::PatternSet> set;
  };
  std::unique_ptr<TextAnswers> Evaluate(ColumnId column, Value value) const;
  std::unique_ptr<PlainColumn> MakePlain(const Column& column) const;
  static Patterns MakePatterns(const Column& column, int64_t memory_bytes);

  const Plan& plan_;
  std::vector<std::unique_ptr<Shared>> shared_;      // by column; null where it is no text column
  std::vector<std::unique_ptr<PlainColumn>> plain_;  // by column; null where it is not such a column
  std::vector<Patterns> patterns_;                   // by column
  std::vector<std::unique_ptr<TextAnswers>> null_answers_;
  mutable std::atomic<int64_t> evaluations_{0};
  mutable std::atomic<int64_t> patterns_given_up_{0};
};

}  // namespace zhida::plan

#endif  // ZHIDA_ENGINE_PLAN_TEXT_TESTS_H_
