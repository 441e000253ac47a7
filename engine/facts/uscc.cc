#include "engine/facts/uscc.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace zhida::facts {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";  // no I, O, S, V, Z
constexpr size_t kLength = 18;
constexpr unsigned kModulus = 31;

constexpr std::array<int8_t, 256> kValues = [] {
  std::array<int8_t, 256> values{};
  for (int8_t& value : values) value = -1;
  for (size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<int8_t>(i);
  }
  return values;
}();

// Powers of three modulo 31.
constexpr std::array<unsigned, kLength - 1> kWeights = [] {
  std::array<unsigned, kLength - 1> weights{};
  unsigned weight = 1;
  for (unsigned& entry : weights) {
    entry = weight;
    weight = weight * 3 % kModulus;
  }
  return weights;
}();

}  // namespace

bool UsccCheckHolds(std::string_view code) {
  if (code.size() != kLength) return false;
  unsigned sum = 0;
  for (size_t i = 0; i < kLength; ++i) {
    const int value = kValues[static_cast<unsigned char>(code[i])];
    if (value < 0) return false;
    // The check digit is what brings the weighted sum to a multiple of 31, so it joins with weight one. This
    // form has no special case for a remainder of 0, which public code is known to get wrong.
    sum += static_cast<unsigned>(value) * (i + 1 < kLength ? kWeights[i] : 1);
  }
  return sum % kModulus == 0;
}

}  // namespace zhida::facts
