// Coverage: which truths each clause had in the cases, and which it can never have, with the reason; and the
// truths of each rule of the tables that are decisions.
// Of the pack's own policies; those of used packs are covered by their own cases. One thread.
#ifndef ZHIDA_ENGINE_FACADE_COVERAGE_H_
#define ZHIDA_ENGINE_FACADE_COVERAGE_H_

#include <array>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/json_writer.h"
#include "engine/feel/interpreter.h"
#include "engine/pack/judge.h"
#include "engine/pack/pack.h"

namespace zhida::facade {

class Coverage {
 public:
  // `pack` must outlive it.
  explicit Coverage(const pack::Pack& pack) : pack_(pack) {}

  void Note(int policy, const pack::JudgementDetail& detail);
  // All decision tables for one subject.
  void NoteTables(feel::Interpreter& interpreter);
  // coverage: [{policy, clauses: [{id, true, false, unknown, error, never: {truth: why}}]}], and rules:
  // [{decision, rule, note?, true, false, unknown, error, always}], each decision's rules numbered from 1
  void Write(JsonWriter* json) const;

 private:
  struct Seen {
    std::string id;
    const pack::Clause* clause = nullptr;  // null for implicit clauses
    std::array<int, 4> truths{};           // by Truth
  };

  void WriteRules(JsonWriter* json) const;

  const pack::Pack& pack_;
  std::map<int, std::vector<Seen>> seen_;                 // by policy
  std::map<int, std::vector<std::array<int, 4>>> rules_;  // by decision: by rule and Truth
};

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_COVERAGE_H_
