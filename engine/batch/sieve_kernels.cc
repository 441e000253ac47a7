#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/batch/sieve_kernels.cc"
#include <hwy/foreach_target.h>
// Highway wants this order.
#include "engine/batch/sieve_kernels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace zhida::batch {
namespace HWY_NAMESPACE {

const SieveKernels* Table() {
  static const SieveKernels kTable{hwy::TargetName(HWY_TARGET), OrFromTheEnd, Unite, Run};
  return &kTable;
}

}  // namespace HWY_NAMESPACE
}  // namespace zhida::batch
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cstring>

namespace zhida::batch {

const SieveKernels* ScalarKernels();  // sieve_kernels_scalar.cc

namespace {
HWY_EXPORT(Table);
}

const SieveKernels& BestKernels() {
  static const SieveKernels* const best = HWY_DYNAMIC_DISPATCH(Table)();
  return *best;
}

const SieveKernels* KernelsNamed(const char* name) {
  if (std::strcmp(name, "scalar") == 0) return ScalarKernels();
  // One compiled form after another, as far as the machine can run it.
  const auto runs = hwy::SupportedTargets();
  const SieveKernels* found = nullptr;
#define ZHIDA_TRY(target, space)                                                     \
  if constexpr ((HWY_TARGETS & (target)) != 0) {                                     \
    if ((runs & (target)) != 0 && std::strcmp(hwy::TargetName(target), name) == 0) { \
      found = space::Table();                                                        \
    }                                                                                \
  }
#if HWY_TARGETS & HWY_SSE4
  ZHIDA_TRY(HWY_SSE4, N_SSE4)
#endif
#if HWY_TARGETS & HWY_AVX2
  ZHIDA_TRY(HWY_AVX2, N_AVX2)
#endif
#if HWY_TARGETS & HWY_NEON
  ZHIDA_TRY(HWY_NEON, N_NEON)
#endif
#undef ZHIDA_TRY
  return found;
}

}  // namespace zhida::batch
#endif  // HWY_ONCE
