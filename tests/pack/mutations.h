// Texts that break parsers: samples with pieces spliced in, cut out, moved and spoilt.
#ifndef ZHIDA_TESTS_PACK_MUTATIONS_H_
#define ZHIDA_TESTS_PACK_MUTATIONS_H_

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>
#include <span>
#include <string>
#include <string_view>

namespace zhida::pack {

struct Mutations {
  std::span<const std::string_view> samples;
  std::span<const std::string_view> pieces;
  uint64_t changes_max;
  uint64_t cut_max;
  uint64_t moved_max;

  std::string Make(std::mt19937_64& random) const {
    std::string text(samples[random() % samples.size()]);
    for (uint64_t count = 1 + random() % changes_max; count > 0; --count) {
      const size_t at = text.empty() ? 0 : random() % text.size();
      switch (random() % 4) {
        case 0:
          text.insert(at, pieces[random() % pieces.size()]);
          break;
        case 1:
          text.erase(at, 1 + random() % cut_max);
          break;
        case 2:
          text.insert(at, text.substr(random() % (text.size() + 1), random() % moved_max));
          break;
        default:
          if (!text.empty()) text[at] = static_cast<char>(random());
      }
    }
    return text;
  }
};

// ZHIDA_SEED, or another each time; printed.
inline uint64_t PrintedSeed() {
  const char* given = std::getenv("ZHIDA_SEED");
  const uint64_t seed = given != nullptr ? std::strtoull(given, nullptr, 10) : std::random_device{}();
  std::cout << "ZHIDA_SEED=" << seed << "\n";
  return seed;
}

}  // namespace zhida::pack

#endif  // ZHIDA_TESTS_PACK_MUTATIONS_H_
