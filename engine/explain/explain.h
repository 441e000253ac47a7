// Explanation: why a pair is what it is, what would have to change, what is missing, and which paper a window
// hands out. Made on demand by the interpreter with a trace; it never asks the fast engines.
//
// A SubjectExplainer is bound to one pack, one day and one row of a finished block, all of which must outlive
// it; what definitions and conditions come to is found once for all policies that it is asked about. One
// thread. Source: docs/semantics.md, section 10; the JSON is described in docs/explanations.md.
#ifndef ZHIDA_ENGINE_EXPLAIN_EXPLAIN_H_
#define ZHIDA_ENGINE_EXPLAIN_EXPLAIN_H_

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/json_writer.h"
#include "engine/explain/gap.h"
#include "engine/explain/lone_facts.h"
#include "engine/explain/missing.h"
#include "engine/explain/near.h"
#include "engine/explain/pack_notes.h"
#include "engine/facts/fact_block.h"
#include "engine/pack/judge.h"

namespace zhida::explain {

// Where a value came from, as supplied beside it: F@date (or the row's @date) and F@source.
struct Origin {
  std::string date;
  std::string source;
};
using Origins = std::map<int, Origin>;  // by fact; what was not said is ""

// The facts of one subject, each read from its block once. One thread.
class KeptFacts : public feel::FactSource {
 public:
  KeptFacts(const facts::FactBlock& block, size_t row, size_t fact_count)
      : row_(block, row), values_(2 * fact_count) {}
  Value Get(int fact, feel::Reading reading) const override {
    std::optional<Value>& value =
        values_[2 * static_cast<size_t>(fact) + (reading == feel::Reading::kVerified ? 1 : 0)];
    if (!value) value = row_.Get(fact, reading);
    return *value;
  }

 private:
  facts::BlockRow row_;
  mutable std::vector<std::optional<Value>> values_;
};

class SubjectExplainer {
 public:
  // `origins` may be null, and so may `notes`, of the same pack and day, which spare work where there are
  // many policies or subjects.
  SubjectExplainer(const pack::Pack& pack, Date as_of, const facts::FactBlock& block, size_t row,
                   const Origins* origins, const PackNotes* notes = nullptr);
  ~SubjectExplainer();
  SubjectExplainer(const SubjectExplainer&) = delete;
  SubjectExplainer& operator=(const SubjectExplainer&) = delete;

  pack::JudgementDetail Detail(int policy);
  // The members of one explanation, without the head that all policies of a subject share.
  void WritePair(int policy, JsonWriter* json);
  void WritePair(int policy, const pack::JudgementDetail& detail, JsonWriter* json);
  // A near miss in few words: policy, clause, gaps, the earliest day, what it would bring.
  void WriteNear(int policy, const NearMiss& near, JsonWriter* json);
  // Why a condition of the policy is false.
  std::vector<Gap> Gaps(int policy, const pack::Clause& clause);
  pack::PossibleAmount Possible(int policy) { return judge_.Possible(policy); }
  // What the undetermined pairs that were written lack, by policy.
  const std::vector<std::pair<int, Missing>>& missing() const { return missing_; }

 private:
  friend class PairWriter;
  friend class RemedyWriter;
  // What policies with the same dates share.
  struct Kept {
    Kept(const pack::Pack& pack, const feel::FactSource& facts, const PackNotes* notes, int event,
         feel::Dates dates)
        : event_fact(event),
          year(dates.year),
          interpreter(pack.model, facts, feel::Reading::kPromised, std::move(dates)),
          lone(pack, interpreter, facts, notes) {}
    int event_fact;
    int64_t year;
    feel::Interpreter interpreter;
    LoneFacts lone;
  };
  Kept& KeptFor(const pack::Policy& policy);
  feel::Interpreter& InterpreterOf(const pack::Policy& policy) { return KeptFor(policy).interpreter; }
  Missing MissingOf(int policy, const pack::JudgementDetail& detail, bool plain);
  // The JSON of a fact: with where it comes from and who holds it, if `full`.
  const std::string& FactJson(int fact, bool full);
  std::shared_ptr<const PolicyNote> NoteOf(int policy) const;
  void WriteNames(const pack::Fact& fact, const Value& value, JsonWriter* json) const;

  const pack::Pack& pack_;
  Date as_of_;
  const facts::FactBlock& block_;
  size_t block_row_;
  const Origins* origins_;
  const PackNotes* notes_;
  KeptFacts row_;
  pack::SubjectJudge judge_;
  std::vector<std::unique_ptr<Kept>> kept_;
  std::vector<std::array<std::string, 2>> fact_json_;  // by fact; made when first asked for
  std::vector<std::pair<int, Missing>> missing_;
  // What the pair being written read; here to be used again.
  std::vector<int> facts_read_;  // in order of first reading
  std::vector<feel::Trace::ParameterRead> parameters_read_;
};

// JSON of one pair: outcome, the clause tree with each clause's truth, text, citation and cure, gaps and
// ways, the facts read with their values, states and origins, the parameters in force, and the steps of the
// amount. Promised reading. `warnings`, what was said when the subject was read, are passed on.
std::string ExplainJson(const pack::Pack& pack, Date as_of, const facts::FactBlock& block,
                        const Origins* origins, int policy, const std::vector<std::string>& warnings);

}  // namespace zhida::explain

#endif  // ZHIDA_ENGINE_EXPLAIN_EXPLAIN_H_
