// Policy list: the policies of an engine: those of its pack, with those that were added, changed and dropped
// since. Immutable; any thread. A change costs as much as there have been changes, however many policies.
//
// Positions run over what there is now: a changed policy stays where it was, added ones come last, and a drop
// moves up those behind it. Slots do not move: the pack's policies have the first, each added one the next.
#ifndef ZHIDA_ENGINE_FACADE_POLICY_LIST_H_
#define ZHIDA_ENGINE_FACADE_POLICY_LIST_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/pack/pack.h"

namespace zhida::facade {

class PolicyList {
 public:
  explicit PolicyList(pack::PackPtr pack);

  size_t size() const { return static_cast<size_t>(slots_) - dropped_.size(); }
  const pack::Policy& operator[](size_t position) const { return At(SlotAt(position)); }
  // By position; -1 if there is none of that id.
  int Find(std::string_view id) const;
  std::vector<std::string> Ids() const;
  bool changed() const { return !own_.empty() || !dropped_.empty(); }
  // Copies of all of them, in order.
  std::vector<pack::Policy> All() const;

  // By slot.
  int slots() const { return slots_; }
  int FindSlot(std::string_view id) const;  // -1 if there is none of that id
  int PositionOf(int slot) const;           // of one that is not dropped
  bool IsDropped(int slot) const;
  const pack::PolicyPtr& OwnAt(int slot) const;  // one that was added or changed

  // Adds the policy, or puts it in the place of the one of the same id. Returns its slot. `text_digest` is
  // that of the text it was read from.
  int Put(pack::PolicyPtr policy, std::string text_digest);
  void Drop(int slot);

  // The pack's own while nothing has been changed; else it covers what was changed too. It does not tell in
  // which order things were changed, nor what was changed again later.
  std::string Digest() const;

 private:
  struct Own {
    int slot;
    pack::PolicyPtr policy;
    std::string text_digest;
  };
  int SlotAt(size_t position) const;
  const pack::Policy& At(int slot) const;
  std::vector<Own>::const_iterator OwnFrom(int slot) const;

  pack::PackPtr pack_;
  int slots_;
  std::vector<Own> own_;      // by slot
  std::vector<int> dropped_;  // slots, ascending
};

}  // namespace zhida::facade

#endif  // ZHIDA_ENGINE_FACADE_POLICY_LIST_H_
