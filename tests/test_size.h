// How long a random test runs: `thin` rounds in ./dev test, twenty times as many where ZHIDA_TEST_SIZE=full,
// which ./dev test --all sets.
#ifndef ZHIDA_TESTS_TEST_SIZE_H_
#define ZHIDA_TESTS_TEST_SIZE_H_

#include <cstdlib>
#include <string_view>

namespace zhida {

inline bool FullSize() {
  const char* size = std::getenv("ZHIDA_TEST_SIZE");
  return size != nullptr && std::string_view(size) == "full";
}

inline int Rounds(int thin) { return FullSize() ? 20 * thin : thin; }

}  // namespace zhida

#endif  // ZHIDA_TESTS_TEST_SIZE_H_
