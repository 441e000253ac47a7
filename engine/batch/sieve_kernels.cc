#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/batch/sieve_kernels.cc"
#include <hwy/foreach_target.h>
// Highway wants this order.
#include "engine/batch/sieve_kernels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace zhida::batch {
namespace HWY_NAMESPACE {

const SieveKernels* Table() {
  static const SieveKernels kTable{
      hwy::TargetName(HWY_TARGET), OrFromTheEnd, Unite, Run, Fails, RunNear, Open, OrOf, List};
  return &kTable;
}

}  // namespace HWY_NAMESPACE
}  // namespace zhida::batch
HWY_AFTER_NAMESPACE();

#if HWY_ONCE

namespace zhida::batch {

const SieveKernels* ScalarKernels();  // sieve_kernels_scalar.cc

namespace {
HWY_EXPORT(Table);
}

const SieveKernels& BestKernels() {
  static const SieveKernels* const best = HWY_DYNAMIC_DISPATCH(Table)();
  return *best;
}

std::vector<const SieveKernels*> AllKernels() {
  std::vector<const SieveKernels*> all = {ScalarKernels()};
  const auto runs = hwy::SupportedTargets();
  const auto add = [&](auto target, const SieveKernels* (*table)()) {
    if ((runs & target) != 0) all.push_back(table());
  };
#if HWY_TARGETS & HWY_EMU128
  add(HWY_EMU128, N_EMU128::Table);
#endif
#if HWY_TARGETS & HWY_SSSE3
  add(HWY_SSSE3, N_SSSE3::Table);
#endif
#if HWY_TARGETS & HWY_SSE4
  add(HWY_SSE4, N_SSE4::Table);
#endif
#if HWY_TARGETS & HWY_AVX2
  add(HWY_AVX2, N_AVX2::Table);
#endif
#if HWY_TARGETS & HWY_AVX3
  add(HWY_AVX3, N_AVX3::Table);
#endif
#if HWY_TARGETS & HWY_NEON
  add(HWY_NEON, N_NEON::Table);
#endif
  return all;
}

}  // namespace zhida::batch
#endif  // HWY_ONCE
