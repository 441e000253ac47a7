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

// A literal: true for the rows of `a` that are not in `b`, open for those in `open`.
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

struct SieveKernels {
  const char* name;
  // Plane i of `count` becomes the or of itself and all later ones.
  void (*or_from_the_end)(uint64_t* planes, size_t count, size_t words);
  void (*unite)(uint64_t* planes, size_t words, const Union* unions, size_t count, const SlotPair* pairs);
  // `stack` has room for two planes a depth; depth 0 is filled by the caller.
  void (*run)(const Step* steps, size_t count, const uint64_t* planes, size_t words, uint64_t* stack,
              bool sure_only, SieveSink* sink);
};

// The best for this machine, and all that it runs, those without vectors first. Any thread.
const SieveKernels& BestKernels();
std::vector<const SieveKernels*> AllKernels();

}  // namespace zhida::batch

#endif  // ZHIDA_ENGINE_BATCH_SIEVE_KERNELS_H_
