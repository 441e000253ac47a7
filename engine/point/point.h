// Point engine: one subject against all policies.
//
// The subject's plain facts become codes (engine/plan/codes.h), and an index over the policies' normal forms
// (rule_index.h) names those that the codes leave. What these ask beside their plain terms, and amounts, is
// computed for them alone (engine/plan/row_pass.h). What stays uncertain goes to the judge, so every answer
// equals the interpreter's.
//
// A PointEngine may be shared; each thread makes its own Worker, which allocates nothing once it has met a
// few subjects, but for amounts and for conditions that the index does not hold. From the first 2,048
// subjects the engine learns which conditions are rare and arranges the index anew three times; answers do
// not depend on it.
#ifndef ZHIDA_ENGINE_POINT_POINT_H_
#define ZHIDA_ENGINE_POINT_POINT_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "engine/facts/fact_block.h"
#include "engine/pack/judge.h"
#include "engine/plan/codes.h"
#include "engine/plan/normal_form.h"
#include "engine/plan/plan.h"
#include "engine/plan/row_pass.h"
#include "engine/point/rule_index.h"

namespace zhida::point {

// What is asked of a subject.
enum class Want : uint8_t {
  kEligible,
  kOpen,  // all but what is ineligible
};

struct Match {
  int policy = 0;
  pack::Judgement judgement;
};

class PointEngine {
 public:
  explicit PointEngine(plan::PlanPtr plan);
  ~PointEngine();

  class Worker {
   public:
    explicit Worker(const PointEngine& engine);
    // The policies wanted for one row of a finished block, by ascending policy.
    void Find(const facts::FactBlock& block, size_t row, Want want, std::vector<Match>* matches);
    // The same in two steps: the row's codes, which any worker of the engine may take later.
    void Encode(const facts::FactBlock& block, size_t row, plan::RowCodes* codes);
    void FindCoded(const facts::FactBlock& block, size_t row, const plan::RowCodes& codes, Want want,
                   std::vector<Match>* matches);
    // One judgement a policy of the plan, in order, with the reasons of refusals.
    void Run(const facts::FactBlock& block, size_t row, std::vector<pack::Judgement>* out);

    int64_t judged_pairs() const { return judged_pairs_; }

   private:
    void Start(const facts::FactBlock& block, size_t row);
    plan::RowPass& Verified();
    plan::RowPass& Promised();
    // False if only the judge can say.
    bool Decide(const RuleIndex::Hit& hit, pack::Judgement* out);
    bool Amount(size_t policy, pack::Judgement* out);
    // False if only the judge can say whether the scope or another clause refused.
    bool RefusalReason(size_t policy, pack::Reason* reason);
    bool PromisesMatter(size_t policy) const;
    pack::Judgement Judge(size_t policy);

    const PointEngine& engine_;
    std::shared_ptr<const RuleIndex> index_;
    int generation_ = -1;
    std::unique_ptr<RuleIndex::Scratch> scratch_;
    plan::TextTests::Local texts_;
    plan::RowCodes codes_;
    std::vector<Match> matches_;
    const facts::FactBlock* block_ = nullptr;
    size_t row_ = 0;
    plan::RowPass verified_;
    plan::RowPass promised_;
    bool verified_started_ = false;
    bool promised_started_ = false;
    std::unique_ptr<facts::BlockRow> subject_;
    std::unique_ptr<pack::SubjectJudge> judge_;
    int64_t judged_pairs_ = 0;
  };

  size_t byte_count() const;  // of the index
  const plan::Plan& plan() const { return *plan_; }

 private:
  friend class Worker;
  // What has been seen of each literal.
  struct Learning {
    int rows = 0;
    std::vector<uint32_t> sure;
    std::vector<uint32_t> open;
  };
  void Learn(const RuleIndex& index, const RuleIndex::Scratch& scratch) const;
  std::shared_ptr<const RuleIndex> Index(int* generation) const;

  plan::PlanPtr plan_;
  std::unique_ptr<plan::TextTests> texts_;
  std::unique_ptr<plan::Codebook> codes_;
  plan::NormalForm form_;
  std::vector<uint8_t> plain_;  // by policy: whether its terms are all there is to it
  mutable std::mutex mutex_;    // of what follows
  mutable std::shared_ptr<const RuleIndex> index_;
  mutable Learning learned_;
  mutable std::atomic<int> generation_{0};
  mutable std::atomic<bool> learning_{true};
};

}  // namespace zhida::point

#endif  // ZHIDA_ENGINE_POINT_POINT_H_
