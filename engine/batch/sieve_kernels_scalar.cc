// The kernels without vectors: what the others are held against, and what runs where there are none.
#define HWY_COMPILE_ONLY_SCALAR
#include "engine/batch/sieve_kernels-inl.h"

HWY_BEFORE_NAMESPACE();
namespace zhida::batch {

const SieveKernels* ScalarKernels();

const SieveKernels* ScalarKernels() {
  static constexpr SieveKernels kTable{"scalar",
                                       HWY_NAMESPACE::OrFromTheEnd,
                                       HWY_NAMESPACE::Unite,
                                       HWY_NAMESPACE::Run,
                                       HWY_NAMESPACE::Fails,
                                       HWY_NAMESPACE::RunNear,
                                       HWY_NAMESPACE::Open,
                                       HWY_NAMESPACE::OrOf,
                                       HWY_NAMESPACE::List};
  return &kTable;
}

}  // namespace zhida::batch
HWY_AFTER_NAMESPACE();
