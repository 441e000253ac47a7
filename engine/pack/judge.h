// Judge: the outcome and the amount of one policy for one subject, by the interpreter. It defines the answer.
//
// Bound to one pack and one as-of date; cheap to make; any thread may use one judge, since all state of a
// judgement is local. Source: docs/semantics.md, sections "Outcomes" and "Amounts".
#ifndef ZHIDA_ENGINE_PACK_JUDGE_H_
#define ZHIDA_ENGINE_PACK_JUDGE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feel/interpreter.h"
#include "engine/pack/pack.h"

namespace zhida::pack {

enum class Outcome : uint8_t { kEligible = 0, kConditional, kUndetermined, kIneligible, kError };
inline constexpr int kOutcomeCount = 5;
std::string_view OutcomeName(Outcome outcome);

enum class Reason : uint8_t { kNone = 0, kScope, kCondition, kAmount, kEvaluation };
std::string_view ReasonName(Reason reason);  // "" for kNone

struct Judgement {
  Outcome outcome = Outcome::kError;
  Reason reason = Reason::kNone;
  std::optional<int64_t> amount_fen;

  friend bool operator==(const Judgement&, const Judgement&) = default;
};

// Truth of one clause in the Promised reading, in the order written, parts after their group; implicit ones
// first.
struct ClauseTruth {
  const Clause* clause = nullptr;  // null for the implicit clauses
  std::string_view id;             // "in_force", "open", or the clause's id
  int depth = 0;
  Truth truth = Truth::kUnknown;
  Cause cause = Cause::kMissing;  // where unknown
  const char* error = nullptr;    // where error
  // What its condition read; null for groups and implicit ones, and unless the judge keeps traces. Lives as
  // long as the judge.
  const feel::Trace* trace = nullptr;
};

struct MissingFact {
  int fact = -1;
  Cause cause = Cause::kMissing;
};

struct JudgementDetail {
  Judgement judgement;
  std::vector<ClauseTruth> clauses;
  std::vector<int> promised_facts;  // conditional: committed facts it rests on
  std::vector<std::string> promised_clauses;
  // Undetermined: all unknown facts that the undecided clauses, or the amount, read. The smallest set that
  // would do is engine/explain's.
  std::vector<MissingFact> missing;
  std::optional<int64_t> unclipped_fen;
  const char* error = nullptr;
};

// A sum beside an award: none, known, or there but not known.
struct JudgedSum {
  bool given = false;
  std::optional<int64_t> fen;
};

// One award of a pair, with what settlement asks about it. Null values: there is none.
struct JudgedAward {
  std::optional<int64_t> fen;  // null where undetermined, or where the policy has no amount of its own
  std::optional<int64_t> unclipped_fen;
  Value object;
  struct Link {
    Value key;
    JudgedSum sum;  // the group's limit, or what the upper level pays
  };
  std::vector<Link> links;  // parallel to the policy's memberships
  Value payee_name;
  Value payee_account_name;
  Value payee_account;
  Value payee_bank;
};

struct JudgedAwards {
  std::vector<JudgedAward> awards;
  std::optional<int64_t> year;  // of the event key
  JudgedSum min_pay;
  std::vector<Value> order;  // parallel to the pool's sort keys
  Value region;
  bool has_payee = false;  // the pack says whom to pay
};

// The amount of a policy as the facts stand, whatever its clauses say; else the most it can be.
struct PossibleAmount {
  std::optional<int64_t> fen;  // nullopt: cannot be told
  bool at_most = false;        // only the cap is known
};

// Interpreters of one subject, shared by all policies with the same dates so that definitions are computed
// once.
class SubjectJudge {
 public:
  // All references must outlive the judge. One thread.
  SubjectJudge(const Pack& pack, Date as_of, const feel::FactSource& facts);
  ~SubjectJudge();
  SubjectJudge(const SubjectJudge&) = delete;
  SubjectJudge& operator=(const SubjectJudge&) = delete;

  Judgement Decide(int policy);  // of the pack
  JudgementDetail Explain(int policy);
  // From here on Explain() says what each condition read. Policies then share no definitions, but conditions.
  void KeepTraces();
  // The awards of a pair whose outcome is known: eligible, conditional or undetermined.
  JudgedAwards Awards(int policy, Outcome outcome);
  PossibleAmount Possible(int policy);
  // Of a policy that reads the pack's facts without being one of its own; it must outlive the judge too.
  Judgement Decide(const Policy& policy);
  JudgementDetail Explain(const Policy& policy);
  // The value of a definition or decision in the Promised reading, at the as-of date.
  Value DefinitionValue(int definition);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_JUDGE_H_
