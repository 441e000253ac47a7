// Pack notes: what an explanation says of conditions and policies whoever the subject is, found when first
// asked for and then kept for all subjects.
//
// Policies repeat each other's conditions, each of which is one tree, so that there are far fewer notes of
// conditions than clauses: 5,400 for 30,000 clauses of 5,000 made-up policies. One takes its text and about
// 200 bytes. A note of a policy takes its text once more, about 1 KB; they are kept up to kPolicyBytesMax,
// and made anew for each use beyond. Bound to one pack, which must outlive it, and one day. Any thread may
// ask.
#ifndef ZHIDA_ENGINE_EXPLAIN_PACK_NOTES_H_
#define ZHIDA_ENGINE_EXPLAIN_PACK_NOTES_H_

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/explain/condition.h"
#include "engine/explain/lone_condition.h"
#include "engine/pack/pack.h"

namespace zhida::explain {

inline constexpr size_t kPolicyBytesMax = size_t{64} << 20;

struct ConditionNote {
  Looks looks;
  // Where it looks at one fact and at nothing that hangs on the dates of a policy: what it waits for while
  // that fact is unknown.
  std::optional<Lone> lone;
};

// The JSON of a policy's explanation as far as it does not hang on the subject, in one stretch of text.
class PolicyNote {
 public:
  explicit PolicyNote(const pack::Policy& policy);

  // {"id":..,"depth":..,"truth": | ,"title":.. to "later":.. | ,"cured_by":..,"curable":.. | ,"text":..
  // The third part is said of clauses that stand in no way to be eligible only.
  struct ClauseText {
    std::string_view begin;
    std::string_view middle;
    std::string_view cure;
    std::string_view end;
    std::string_view AfterTruth() const { return {middle.data(), middle.size() + cure.size() + end.size()}; }
  };
  std::string_view head() const { return {text_.data(), head_}; }  // "policy":.. to "outcome":
  // Clauses in the order in which they are judged: parts after their group.
  ClauseText clause(size_t index) const;
  size_t bytes() const;
  // No amount, nothing that may come later or that asks what is known, and few enough facts in all conditions
  // together for an exact answer to what is missing. Only notes that are kept say so.
  bool plain() const { return plain_; }
  void set_plain(bool plain) { plain_ = plain; }

 private:
  struct Ends {
    uint32_t begin, middle, cure, end;
  };
  void Add(const std::vector<pack::Clause>& clauses, int depth);

  std::string text_;
  size_t head_ = 0;
  bool plain_ = false;
  std::vector<Ends> clauses_;  // where the parts end; each begins where the one before ends
};

class PackNotes {
 public:
  PackNotes(const pack::Pack& pack, Date as_of, size_t policy_bytes_max = kPolicyBytesMax);
  ~PackNotes();
  PackNotes(const PackNotes&) = delete;
  PackNotes& operator=(const PackNotes&) = delete;

  // Null for what is no condition of a clause. Stays where it is.
  const ConditionNote* Of(const feel::Expression& condition) const;
  std::shared_ptr<const PolicyNote> OfPolicy(int policy) const;

 private:
  template <class Note>
  using Slots = std::vector<std::atomic<const Note*>>;
  void Add(const std::vector<pack::Clause>& clauses);
  bool IsPlain(const pack::Policy& policy) const;
  bool IsPlain(const std::vector<pack::Clause>& clauses, size_t* facts) const;
  std::unique_ptr<const ConditionNote> Make(const feel::Expression& condition) const;

  const pack::Pack& pack_;
  Date as_of_;
  std::unordered_map<const feel::Expr*, size_t> places_;  // by the root of the tree
  mutable Slots<ConditionNote> conditions_;
  mutable Slots<PolicyNote> policies_;
  const size_t policy_bytes_max_;
  mutable std::atomic<size_t> policy_bytes_{0};
};

}  // namespace zhida::explain

#endif  // ZHIDA_ENGINE_EXPLAIN_PACK_NOTES_H_
