// What stands beside a judgement for whoever wants to change it: gaps and ways, the earliest day, the
// smallest set of missing facts, what rests on promises, what it could bring, and the paper.
//
// Private to engine/explain. Bound to one pair; refers to its arguments. One thread.
#ifndef ZHIDA_ENGINE_EXPLAIN_REMEDIES_H_
#define ZHIDA_ENGINE_EXPLAIN_REMEDIES_H_

#include <map>
#include <optional>
#include <vector>

#include "engine/explain/explain.h"
#include "engine/explain/gap.h"
#include "engine/explain/missing.h"
#include "engine/explain/ways.h"

namespace zhida::explain {

class RemedyWriter {
 public:
  RemedyWriter(SubjectExplainer& host, int policy, const pack::JudgementDetail& detail);

  // Members of the pair: paper, missing, promises, ways, earliest, near, could_fen. `plain` is the policy
  // note's.
  void Write(bool plain, JsonWriter* json);
  bool StandsInAWay(size_t clause) const { return failing_.count(static_cast<int>(clause)) != 0; }
  // Members of a clause that stands in a way: gaps, curable, cured_by, earliest.
  void WriteClause(size_t clause, JsonWriter* json);
  void WriteNear(const NearMiss& near, JsonWriter* json);

 private:
  void FindWays();
  std::optional<Date> EarliestOfPair();
  void WriteMissing(const Missing& missing, JsonWriter* json);
  void WriteFact(const pack::MissingFact& missing, JsonWriter* json);
  void WritePromises(JsonWriter* json);
  void WritePaper(const Missing& missing, JsonWriter* json);
  void WriteWays(JsonWriter* json);
  void WriteCould(JsonWriter* json);
  void WriteGap(const Gap& gap, JsonWriter* json);
  bool IsChangeable(int fact) const;

  SubjectExplainer& host_;
  const pack::Pack& pack_;
  int index_;
  const pack::Policy& policy_;
  const pack::JudgementDetail& detail_;
  std::vector<Way> ways_;
  bool more_ways_ = false;
  std::map<int, bool> failing_;  // clauses that stand in a way, and what they would have to be
  std::map<int, std::optional<Date>> earliest_;  // of those
};

}  // namespace zhida::explain

#endif  // ZHIDA_ENGINE_EXPLAIN_REMEDIES_H_
