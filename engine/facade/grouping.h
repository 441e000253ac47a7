// Grouping: subjects by the value of one fact or definition, for sums by county, size or industry.
//
// A value of a code list is counted with the nearest code that is listed, or with its ancestor of a level.
// Every subject is in exactly one group: values that are unknown, absent or in error have groups of their
// own. Immutable after Open(); any thread.
#ifndef ZHIDA_ENGINE_FACADE_GROUPING_H_
#define ZHIDA_ENGINE_FACADE_GROUPING_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/base/json_writer.h"
#include "engine/facts/fact_block.h"
#include "engine/pack/judge.h"
#include "engine/pack/pack.h"

namespace zhida::facade {

class Grouping {
 public:
  // `word` is the id or name of a fact or a definition, and may end in a level from the top of its code list:
  // `industry:1`. nullopt after a diagnostic (ZD6008). `pack` must outlive the grouping.
  static std::optional<Grouping> Open(const pack::Pack& pack, std::string_view word,
                                      Diagnostics* diagnostics);
  // What a pack offers for a county, a size class and an industry: the first fact whose code list is
  // `division`, by its third level (province, city, county), or else `county`; the definition `size`; the
  // first fact whose code list is `industry`, by its top level.
  static std::vector<std::string> Defaults(const pack::Pack& pack);

  // The group of a row of a block: a key that Write() understands. `judge` is the row's.
  std::string KeyOf(const facts::FactBlock& block, size_t row, pack::SubjectJudge& judge) const;
  const std::string& word() const { return word_; }
  const std::string& name() const { return name_; }
  // {value, name?, state?}: value null and a state (unknown, absent, error) where there is none.
  void Write(const std::string& key, JsonWriter* json) const;

 private:
  Grouping() = default;
  std::string KeyOfValue(const Value& value) const;
  std::string Listed(const std::string& code) const;

  const pack::Pack* pack_ = nullptr;
  std::string word_;
  std::string name_;
  int fact_ = -1;
  int definition_ = -1;  // where it is no fact
  int level_ = 0;        // 0: the nearest listed code
  const feel::CodeList* list_ = nullptr;
};

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_GROUPING_H_
