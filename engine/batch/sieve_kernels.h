// Kernels of the sieve: word operations over planes, compiled for several instruction sets; the best one of
// the machine is chosen when first used. All give the same bits.
#ifndef ZHIDA_ENGINE_BATCH_SIEVE_KERNELS_H_
#define ZHIDA_ENGINE_BATCH_SIEVE_KERNELS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace zhida::batch {

// Planes lie side by side, each of `words` words, which is a multiple of this; they begin on 64 bytes.
inline constexpr size_t kWordsStep = 8;

// A plane by its number. Plane 0 is empty, plane 1 has a bit for every row.
using Slot = uint16_t;
inline constexpr Slot kNoRows = 0;
inline constexpr Slot kAllRows = 1;

// A literal in planes: true for the rows of `a` that are not in `b`, open for those in `open`.
struct LiteralForm {
  Slot a = kNoRows;
  Slot b = kNoRows;
  Slot open = kNoRows;
  bool errs = false;  // an open row may be an error
  double left = 0.5;  // share of rows that it leaves, the open ones included
};

// The program is a tree of these, written parents first. A step works on what its parent left at the depth
// above it.
struct Step {
  enum class Kind : uint8_t {
    kLiteral,  // and
    kAny,      // and an or of ands, which are the steps that follow, up to a kLastOfAll
    kPart,     // a literal of an alternative
    kLast,     // the last literal of an alternative
    kLastOfAll,
    kEmit,  // hands over what is left for policy `next`
  };
  Slot a = kNoRows;
  Slot b = kNoRows;
  Slot open = kNoRows;
  Kind kind = Kind::kLiteral;
  uint8_t depth = 0;  // where the result goes; the parent's is one less
  uint32_t next = 0;  // where to go on when no row is left; kEmit: the policy
};

// A plane that is an or of stretches, (first and not second).
struct Union {
  Slot target = kNoRows;
  uint32_t begin = 0;  // in the list of pairs
  uint32_t end = 0;
};
struct SlotPair {
  Slot in = kNoRows;
  Slot out = kNoRows;
};

class SieveSink {
 public:
  virtual ~SieveSink() = default;
  // Rows for which the policy's terms are true, and those for which they can be; none empty-handed: `open`
  // has a bit. Both are overwritten afterwards. For certain rows alone, `open` is `sure`.
  virtual void Take(uint32_t policy, const uint64_t* sure, const uint64_t* open) = 0;
};

// Near misses (near_program.h). A condition is an and of ors of ands: its literals one after another, each
// saying whether an and, and an or, ends with it.
struct NearLiteral {
  Slot a = kNoRows;
  Slot b = kNoRows;
  Slot open = kNoRows;
  bool ends_and = true;
  bool ends_or = true;
};
struct NearCondition {
  uint32_t begin = 0;  // in the list of literals
  uint32_t end = 0;
};

// A tree of conditions, as Step is one of terms. Carried down are the rows that no condition has failed, and
// those that one has, of the kind that may.
struct NearStep {
  enum class Kind : uint8_t {
    kMust,     // rows that fail it leave
    kMay,      // rows that fail it leave if they have failed another
    kEmit,     // hands over what is left for policy `target`
    kEmitOne,  // the same, unless no row has failed a condition
  };
  Kind kind = Kind::kMust;
  uint8_t depth = 0;     // where the result goes; the parent's is one less
  uint8_t straight = 0;  // so many steps, this one among them, lead to a policy and nowhere else; else 0
  uint32_t target = 0;   // the condition, or the policy
  uint32_t next = 0;     // where to go on when no row is left
};

class NearSink {
 public:
  virtual ~NearSink() = default;
  // Rows that none of the policy's conditions has failed, and those that one has; one of the planes has a
  // bit. Both are overwritten afterwards.
  virtual void Take(uint32_t policy, const uint64_t* none, const uint64_t* one) = 0;
  // Of a policy of which the others do not matter.
  virtual void TakeOne(uint32_t policy, const uint64_t* one) = 0;
};

inline constexpr uint32_t kOpenRow = uint32_t{1} << 31;
inline constexpr size_t kRowsBeyond = 4;

struct SieveKernels {
  const char* name;
  // Plane i of `count` becomes the or of itself and all later ones.
  void (*or_from_the_end)(uint64_t* planes, size_t count, size_t words);
  void (*unite)(uint64_t* planes, size_t words, const Union* unions, size_t count, const SlotPair* pairs);
  // `stack` has room for two planes a depth; depth 0 is filled by the caller.
  void (*run)(const Step* steps, size_t count, const uint64_t* planes, size_t words, uint64_t* stack,
              bool sure_only, SieveSink* sink);
  // By condition, the rows for which it is false.
  void (*fails)(const NearCondition* conditions, size_t count, const NearLiteral* literals,
                const uint64_t* planes, size_t words, uint64_t* out);
  // `stack` as above. With `all`, policies are handed over whatever their step says.
  void (*run_near)(const NearStep* steps, size_t count, const uint64_t* fails, size_t words, uint64_t* stack,
                   bool all, NearSink* sink);
  // Rows for which a condition is neither true nor false.
  void (*open)(const NearLiteral* literals, size_t count, const uint64_t* planes, size_t words,
               uint64_t* out);
  // The or of some planes of many; empty if there are none.
  void (*or_of)(const uint64_t* planes, const uint32_t* which, size_t count, size_t words, uint64_t* out);
  // Writes the rows that are in both planes, ascending, each with kOpenRow if it is in `open`, and says how
  // many. `out` has room for kRowsBeyond more.
  size_t (*list)(const uint64_t* rows, const uint64_t* within, const uint64_t* open, size_t words,
                 uint32_t* out);
};

// The best for this machine, and all that it runs, those without vectors first. Any thread.
const SieveKernels& BestKernels();
std::vector<const SieveKernels*> AllKernels();

}  // namespace zhida::batch

#endif  // ZHIDA_ENGINE_BATCH_SIEVE_KERNELS_H_
