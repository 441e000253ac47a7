// Packs and subjects for tests of explanations: a pack of one policy over a few facts, and subjects by ids.
#ifndef ZHIDA_TESTS_EXPLAIN_EXPLAIN_FIXTURE_H_
#define ZHIDA_TESTS_EXPLAIN_EXPLAIN_FIXTURE_H_

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

#include "engine/pack/judge.h"
#include "engine/pack/pack.h"
#include "tests/pack/pack_files.h"

namespace zhida::explain {

// One subject by the ids of its facts; what is not given is unknown(missing).
class Subject : public feel::FactSource {
 public:
  explicit Subject(const pack::Pack& pack) : pack_(pack) {}
  Subject& Set(const std::string& id, Value value) {
    values_[pack_.schema.Find(id)] = std::move(value);
    return *this;
  }
  void Unset(int fact) { values_.erase(fact); }
  void Set(int fact, Value value) { values_[fact] = std::move(value); }
  Value Get(int fact, feel::Reading) const override {
    const auto found = values_.find(fact);
    return found == values_.end() ? Value::Unknown(Cause::kMissing) : found->second;
  }

 private:
  const pack::Pack& pack_;
  std::map<int, Value> values_;
};

inline constexpr const char* kBase = R"(
== pack.yaml
id: p
version: 1.0.0
kind: firm
== schema.yaml
key: uscc
facts:
  - {id: uscc, name: 信用代码, type: string}
  - {id: a, name: 甲, type: boolean}
  - {id: b, name: 乙, type: boolean}
  - {id: c, name: 丙, type: boolean}
  - {id: x, name: 人数, type: integer, changeable: true}
  - {id: y, name: 贷款, type: integer, changeable: true}
  - {id: z, name: 负债, type: integer}
  - {id: born, name: 成立日期, type: date}
  - {id: revenue, name: 收入, type: series(year) of money, unit: 万元, changeable: true}
  - {id: rd, name: 研发, type: money, changeable: true}
  - {id: share, name: 占比, type: ratio}
  - {id: hires, name: 招用, type: list of struct, members: [{id: from, name: 起, type: date}]}
== params/a.yaml
id: award
name: 奖补
entries: {bar: 线}
versions: [{from: 2025-01-01, to: 2026-12-31, values: {bar: 5}}, {from: 2027-01-01, values: {bar: 2}}]
)";

inline pack::PackPtr PackOf(const std::string& policy) {
  pack::Files files = pack::FilesOf(kBase);
  files["policies/p.yaml"] = "id: p\n" + policy;
  return pack::Load(files);
}

}  // namespace zhida::explain

#endif  // ZHIDA_TESTS_EXPLAIN_EXPLAIN_FIXTURE_H_
