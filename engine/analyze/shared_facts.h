// Shared facts: what several packs want to know of the same subjects, read from one input at once.
//
// A pack may have facts that another lacks, and may list them in another order: the input is read by the
// facts of all, and each pack finds its own among them. What several packs read must mean the same in all, or
// nobody could say what a figure in the file is. A row that one of them would refuse is refused for all.
// Source: docs/simulation.md, section 2.
#ifndef ZHIDA_ENGINE_ANALYZE_SHARED_FACTS_H_
#define ZHIDA_ENGINE_ANALYZE_SHARED_FACTS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/facts/fact_block.h"
#include "engine/pack/pack.h"

namespace zhida::analyze {

// Filled by one thread; afterwards any thread may read it.
class SharedFacts {
 public:
  explicit SharedFacts(pack::PackPtr before) : before_(std::move(before)) {}

  // False with a diagnostic (ZD6007) for each fact that does not mean the same in both packs: its type, unit
  // or code list, whether it may be null or promised, how old it may be, and what its names name.
  bool Add(const pack::Pack& after, Diagnostics* diagnostics);

  // What readers take: the facts of the first pack, then those that others add. Where nothing was added it is
  // the first pack; else only what reading needs is in it.
  const pack::Pack& reading() const { return joined_ ? *joined_ : *before_; }

 private:
  void CheckMeaning(const pack::Fact& was, const pack::Fact& is, Diagnostics* diagnostics) const;
  void CheckCodes(const pack::Pack& after, Diagnostics* diagnostics) const;
  void CheckWords(const pack::Pack& after, Diagnostics* diagnostics) const;
  int Find(const std::string& id) const;  // in the reading; by id alone, -1 if there is none
  pack::Pack& Joined();

  const pack::PackPtr before_;
  std::shared_ptr<pack::Pack> joined_;
};

// The facts of one of the packs, in its order. One thread; borrows `facts` and the pack's schema.
class FactsOfPack {
 public:
  FactsOfPack(const SharedFacts& facts, const pack::Schema& schema);

  // A block of the reading as the pack knows it: the block itself where the pack has the same facts in the
  // same order. Valid until the next call, and no longer than the block.
  const facts::FactBlock& In(const facts::FactBlock& block);

 private:
  std::vector<int> places_;  // by the pack's fact; empty: each at its own place
  std::optional<facts::FactBlock> own_;
};

}  // namespace zhida::analyze

#endif  // ZHIDA_ENGINE_ANALYZE_SHARED_FACTS_H_
