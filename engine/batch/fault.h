// Fault: what the cross-tester breaks on purpose.
#ifndef ZHIDA_ENGINE_BATCH_FAULT_H_
#define ZHIDA_ENGINE_BATCH_FAULT_H_

#include <cstdint>

namespace zhida::batch {

// Faults that the cross-tester switches on to prove that it would notice them. Never set outside tests.
enum class Fault : uint8_t {
  kNone,
  kSwappedPlanes,
  kCutOffByOne,
  kUnknownAsFalse,
  kDroppedOrBranch,
  kDroppedAndPart,
  kNotIgnored,
  kNullAsUnknown,
  kCommittedAsKnown,
  kTableDefaultForUnknown,
  kWrongCap,
  kRoundedDown,
  kErrorAsFalse,
  // Of the sieve.
  kSieveCutOffByOne,
  kSieveUnknownAsFalse,
  kSieveDroppedAlternative,
  kSieveWrongSkip,
};

}  // namespace zhida::batch

#endif  // ZHIDA_ENGINE_BATCH_FAULT_H_
