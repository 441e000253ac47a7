// Judging: the parts of a judgement, for the judge*.cc files only.
//
// Contexts hold interpreters, so that policies with the same dates share what definitions have come to. One
// thread. Source: docs/semantics.md, sections 6 and 7.
#ifndef ZHIDA_ENGINE_PACK_JUDGING_H_
#define ZHIDA_ENGINE_PACK_JUDGING_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <memory_resource>
#include <optional>
#include <unordered_map>
#include <vector>

#include "engine/feel/interpreter.h"
#include "engine/feel/verdict.h"
#include "engine/pack/amount.h"
#include "engine/pack/judge.h"

namespace zhida::pack {

// The facts, and whether a committed one was among those read in the Promised reading. As long as none was,
// the Verified reading has nothing to differ in.
class WatchedFacts : public feel::FactSource {
 public:
  WatchedFacts(const Schema& schema, const feel::FactSource& facts) : schema_(schema), facts_(facts) {}
  Value Get(int fact, feel::Reading reading) const override;
  bool IsCommitted(int fact) const;
  bool met_committed() const { return met_committed_; }

 private:
  const Schema& schema_;
  const feel::FactSource& facts_;
  mutable bool met_committed_ = false;  // stays set, because definitions are remembered and not read again
};

// What policies with one event fact and one Y have in common.
struct Context {
  int event_fact = -1;
  int64_t year = 0;
  std::optional<feel::Interpreter> promised;
  std::optional<feel::Interpreter> verified;
};

class SubjectJudge::Impl {
 public:
  Impl(const Pack& pack, Date as_of, const feel::FactSource& facts)
      : pack_(pack), as_of_(as_of), facts_(pack.schema, facts) {}

  Judgement Decide(const Policy& policy);
  JudgementDetail Explain(const Policy& policy);
  void KeepTraces() { remembers_ = keeps_traces_ = true; }
  PossibleAmount Possible(const Policy& policy);
  Value DefinitionValue(int definition);
  JudgedAwards Awards(const Policy& policy, Outcome outcome);
  const Policy& policy(int index) const { return pack_.policies[static_cast<size_t>(index)]; }

 private:
  // What a condition has come to.
  struct Judged {
    feel::Verdict verdict;
    feel::Trace trace;                                // where traces are kept
    std::optional<std::vector<MissingFact>> missing;  // the unknown facts that it reads, once asked for
  };
  // The verdict of a root, and whether the clauses of place, time and kind alone make it false.
  struct Root {
    feel::Verdict verdict = feel::Verdict::Of(true);
    bool out_of_scope = false;
  };

  // judge.cc
  Context& ContextOf(int event_fact, int64_t year);
  Context& ContextOf(const Policy& policy);
  feel::Interpreter& InterpreterOf(Context& context, feel::Reading reading);
  feel::Verdict VerdictOf(const feel::Expression& condition, feel::Interpreter& interpreter) const;
  Judged& Remember(const feel::Expression& condition, feel::Interpreter& interpreter) const;
  feel::Verdict InForce(const Policy& policy, const feel::Interpreter& interpreter) const;
  feel::Verdict Open(const Policy& policy) const;
  feel::Verdict Judge(const Clause& clause, feel::Interpreter& interpreter, bool* met_later) const;
  Root JudgeRoot(const Policy& policy, feel::Interpreter& interpreter, bool* met_later) const;

  // judge_explain.cc
  feel::Verdict List(const Clause& clause, int depth, feel::Interpreter& interpreter,
                     JudgementDetail* detail) const;
  void ListClauses(const Policy& policy, feel::Interpreter& interpreter, JudgementDetail* detail) const;
  void ListPromised(const Policy& policy, JudgementDetail* detail) const;
  void ListMissing(const Policy& policy, Context& context, JudgementDetail* detail);

  const Pack& pack_;
  Date as_of_;
  WatchedFacts facts_;
  std::vector<std::unique_ptr<Context>> contexts_;  // few: event facts times years
  // Whoever asks for one explanation asks for more, and policies share conditions, each of which is one tree.
  // By the interpreter, which knows reading and dates, and the tree's root, which the pack owns.
  bool remembers_ = false;
  bool keeps_traces_ = false;
  struct Condition {
    const feel::Interpreter* interpreter;
    const feel::Expr* root;
    friend bool operator==(const Condition&, const Condition&) = default;
  };
  struct ConditionHash {
    size_t operator()(const Condition& asked) const {
      return std::hash<const void*>()(asked.root) * 31 + std::hash<const void*>()(asked.interpreter);
    }
  };
  mutable std::pmr::monotonic_buffer_resource memory_;
  mutable std::pmr::unordered_map<Condition, Judged, ConditionHash> judged_{&memory_};
};

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_JUDGING_H_
