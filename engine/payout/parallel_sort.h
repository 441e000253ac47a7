// ParallelSort: sorts pieces on all threads and merges them. The order must be total, so that the result does
// not depend on the threads. Moves elements; needs room for half of them once more.
#ifndef ZHIDA_ENGINE_PAYOUT_PARALLEL_SORT_H_
#define ZHIDA_ENGINE_PAYOUT_PARALLEL_SORT_H_

#include <algorithm>
#include <cstddef>
#include <vector>

#include "engine/base/parallel.h"

namespace zhida::payout {

inline constexpr size_t kSortAloneMax = 16'384;  // fewer elements are not worth a second thread

template <typename T, typename Less>
void ParallelSort(std::vector<T>* values, int threads, const Less& less) {
  size_t pieces = 1;
  const int most = threads <= 0 ? HardwareThreads() : threads;
  while (pieces < static_cast<size_t>(most) && values->size() / (pieces * 2) >= kSortAloneMax) pieces *= 2;
  const auto at = [&](size_t piece) {
    return values->begin() + static_cast<ptrdiff_t>(values->size() * piece / pieces);
  };
  ParallelFor(pieces, threads, [&](size_t piece) { std::sort(at(piece), at(piece + 1), less); });
  for (size_t step = 1; step < pieces; step *= 2) {
    ParallelFor(pieces / (2 * step), threads, [&](size_t pair) {
      const size_t first = pair * 2 * step;
      std::inplace_merge(at(first), at(first + step), at(first + 2 * step), less);
    });
  }
}

}  // namespace zhida::payout

#endif  // ZHIDA_ENGINE_PAYOUT_PARALLEL_SORT_H_
