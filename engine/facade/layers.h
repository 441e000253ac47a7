// Layers: how one subject is matched after single policies have changed, without compiling the others again.
//
// The first layer is the plan of a pack with its index. Policies that are added or changed are compiled into
// small plans of their own, whose cut points number nothing of the first layer anew; a layer is asked for the
// policies of which it has the newest version. Small layers are compiled together as they become many: a
// policy is compiled again at most as often as the changes have doubled, and there are no more layers than
// that. Immutable, sharing what has not changed; any thread.
#ifndef ZHIDA_ENGINE_FACADE_LAYERS_H_
#define ZHIDA_ENGINE_FACADE_LAYERS_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "engine/facade/policy_list.h"
#include "engine/facts/fact_block.h"
#include "engine/point/point.h"

namespace zhida::facade {

class Layers {
 public:
  explicit Layers(std::shared_ptr<const point::PointEngine> first);

  // The layers after policy `slot` of `policies`, which has it already, was put or dropped.
  Layers WithPut(const PolicyList& policies, int slot) const;
  Layers WithDropped(int slot) const;

  const point::PointEngine& first() const { return *layers_.front().point; }
  bool changed() const { return layers_.size() > 1 || !layers_.front().stale.empty(); }

  // One thread's. Bound to its layers and list, which must outlive it.
  class Finder {
   public:
    Finder(const Layers& layers, const PolicyList& policies);
    // As PointEngine::Worker, with positions of the list.
    void Find(const facts::FactBlock& block, size_t row, point::Want want,
              std::vector<point::Match>* matches);
    void Run(const facts::FactBlock& block, size_t row, std::vector<pack::Judgement>* out);

   private:
    const Layers& layers_;
    const PolicyList& policies_;
    std::vector<std::unique_ptr<point::PointEngine::Worker>> workers_;  // by layer
    std::vector<point::Match> found_;
    std::vector<pack::Judgement> judgements_;
  };

 private:
  struct Layer {
    std::shared_ptr<const point::PointEngine> point;
    std::vector<int> slots;       // by policy of the layer; empty: the same
    std::vector<uint64_t> stale;  // one bit a policy: another layer has it, or none; empty: none is
    size_t live = 0;

    size_t size() const { return point->plan().policies.size(); }
    int SlotOf(size_t policy) const { return slots.empty() ? static_cast<int>(policy) : slots[policy]; }
    bool IsStale(size_t policy) const {
      return !stale.empty() && (stale[policy / 64] >> (policy % 64) & 1) != 0;
    }
  };
  void MarkStale(int slot);

  std::vector<Layer> layers_;
};

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_LAYERS_H_
