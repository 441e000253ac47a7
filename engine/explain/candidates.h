// Candidates: values of a fact at, beside and far from everything that a policy compares facts of its kind
// with. For a fact that is compared with constants they meet every case that can arise. One thread.
#ifndef ZHIDA_ENGINE_EXPLAIN_CANDIDATES_H_
#define ZHIDA_ENGINE_EXPLAIN_CANDIDATES_H_

#include <string>
#include <vector>

#include "engine/explain/condition.h"
#include "engine/pack/pack.h"

namespace zhida::explain {

// Of each sort; a policy with more constants than that is searched in part.
inline constexpr size_t kConstantsMax = 24;

class Candidates {
 public:
  // Collects the constants of a policy. All must outlive this.
  Candidates(const pack::Pack& pack, const pack::Policy& policy, feel::Interpreter& interpreter);
  // Of one condition alone, the as-of date not among them.
  Candidates(const pack::Pack& pack, const feel::Expression& condition, feel::Interpreter& interpreter);

  // Values for a fact, or for an entry of a series; empty for lists and structures, whose values are not
  // tried.
  std::vector<Value> Of(const pack::FactType& type, bool nullable) const;
  // What was collected, in the order of the text; at most kConstantsMax of each sort.
  const std::vector<Decimal>& numbers() const { return numbers_; }
  const std::vector<Date>& days() const { return days_; }
  const std::vector<std::string>& texts() const { return texts_; }

 private:
  void Add(const feel::Expression& expression);
  // `compared`: whether a constant there is one that something is compared with.
  void Add(const Part& part, int depth, bool compared);
  void Add(const std::vector<pack::Clause>& clauses);
  void AddValue(const Value& value);
  std::vector<Value> Numbers(int scale) const;
  std::vector<Value> Days() const;
  std::vector<Value> Texts(const std::string& code_list) const;

  const pack::Pack& pack_;
  feel::Interpreter& interpreter_;
  std::vector<int> seen_;  // definitions
  std::vector<Decimal> numbers_;
  std::vector<Date> days_;
  std::vector<std::string> texts_;
};

}  // namespace zhida::explain

#endif  // ZHIDA_ENGINE_EXPLAIN_CANDIDATES_H_
