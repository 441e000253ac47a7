// PolicyReads: what the expressions of a policy look at, directly or through definitions and tables.
// Bound to one model, which must outlive it. One thread.
#ifndef ZHIDA_ENGINE_PACK_POLICY_READS_H_
#define ZHIDA_ENGINE_PACK_POLICY_READS_H_

#include <set>
#include <vector>

#include "engine/feel/model.h"
#include "engine/pack/policy.h"

namespace zhida::pack {

class PolicyReads {
 public:
  // A call of at() on a fact, which may lack the period asked for.
  struct PeriodRead {
    int fact;
    feel::Expression call;
  };

  explicit PolicyReads(const feel::Model& model) : model_(model), seen_(model.definitions.size()) {}

  void Add(const feel::Expression& expression);
  void Add(const std::vector<Clause>& clauses);
  void Add(const AmountRule& rule);
  // All clauses, the amount and the event fact.
  void Add(const Policy& policy);

  const std::set<int>& facts() const { return facts_; }  // in schema order
  const std::set<int>& parameters() const { return parameters_; }
  bool dated() const { return dated_; }  // reads something at the event date
  // Only calls that hold no variables, which can be asked on their own.
  const std::vector<PeriodRead>& period_reads() const { return period_reads_; }

 private:
  void Walk(const feel::Expr& expr, int slot_count);
  void AddDefinition(int definition);
  void AddCall(const feel::Expr& expr, int slot_count);

  const feel::Model& model_;
  std::vector<bool> seen_;  // definitions
  std::set<int> facts_;
  std::set<int> parameters_;
  bool dated_ = false;
  std::vector<PeriodRead> period_reads_;
};

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_POLICY_READS_H_
