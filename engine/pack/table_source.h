// Decision tables as written, between their shape (load_tables.cc) and their expressions (parse_tables.cc).
// Refers to trees and CSV tables of the loading, which outlive it. Internal to the loader.
#ifndef ZHIDA_ENGINE_PACK_TABLE_SOURCE_H_
#define ZHIDA_ENGINE_PACK_TABLE_SOURCE_H_

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "engine/pack/loader.h"

namespace zhida::pack {

// A cell or an output as written, from YAML or from CSV.
struct CellSource {
  const Node* node = nullptr;  // null in a CSV file
  std::string_view text;
  Location where;
};

struct RuleSource {
  std::vector<CellSource> cells;
  std::vector<CellSource> outputs;
  std::string note;
};

struct InputSource {
  std::string label;
  const Node* is = nullptr;
  const Node* values = nullptr;
};

struct OutputSource {
  std::string id;
  std::string name;
  feel::TypePtr type;  // as declared; null when it is not
  std::vector<Value> values;
  const Node* default_node = nullptr;
};

struct TableSource {
  int index = 0;
  bool decision = false;
  bool good = true;
  bool conditions = false;  // no inputs: the one cell of a rule is its condition
  feel::HitPolicy hit = feel::HitPolicy::kUnique;
  Location where;
  std::vector<InputSource> inputs;
  std::vector<OutputSource> outputs;
  std::vector<RuleSource> rules;
};

inline bool IsOneOf(feel::HitPolicy hit, std::initializer_list<feel::HitPolicy> set) {
  return std::find(set.begin(), set.end(), hit) != set.end();
}
inline bool GivesList(feel::HitPolicy hit) {
  using feel::HitPolicy;
  return IsOneOf(hit, {HitPolicy::kRuleOrder, HitPolicy::kOutputOrder, HitPolicy::kCollect});
}
inline bool Aggregates(feel::HitPolicy hit) {
  using feel::HitPolicy;
  return IsOneOf(hit, {HitPolicy::kCollectSum, HitPolicy::kCollectMin, HitPolicy::kCollectMax,
                       HitPolicy::kCollectCount});
}

// Parses the expressions of `source` into its definition and finds the definition's type. False after a
// report.
bool ParseTable(Loading& loading, const TableSource& source);

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_TABLE_SOURCE_H_
