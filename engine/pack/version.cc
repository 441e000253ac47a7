#include "engine/pack/version.h"

#include <algorithm>
#include <charconv>
#include <string>

#include "engine/base/text.h"

namespace zhida::pack {
namespace {

// -1, 0 or 1; missing numbers are 0.
int CompareVersions(const Version& a, const Version& b) {
  for (size_t i = 0; i < std::max(a.size(), b.size()); ++i) {
    const int64_t left = i < a.size() ? a[i] : 0;
    const int64_t right = i < b.size() ? b[i] : 0;
    if (left != right) return left < right ? -1 : 1;
  }
  return 0;
}

// One condition of VersionSatisfies().
std::optional<bool> SatisfiesOne(const Version& version, std::string_view wanted) {
  constexpr std::string_view kOperators[] = {">=", "<=", "==", ">", "<"};
  std::string_view sign;
  for (const std::string_view candidate : kOperators) {
    if (sign.empty() && wanted.starts_with(candidate)) sign = candidate;
  }
  const std::optional<Version> bound = ParseVersion(TrimAscii(wanted.substr(sign.size())));
  if (!bound) return std::nullopt;
  if (sign.empty()) {
    Version prefix = version;
    prefix.resize(bound->size(), 0);
    return prefix == *bound;
  }
  const int order = CompareVersions(version, *bound);
  if (sign == ">=") return order >= 0;
  if (sign == "<=") return order <= 0;
  if (sign == "==") return order == 0;
  return sign == ">" ? order > 0 : order < 0;
}

}  // namespace

std::optional<Version> ParseVersion(std::string_view text) {
  constexpr size_t kPartsMax = 4;
  constexpr size_t kDigitsMax = 9;
  Version version;
  for (const std::string& part : SplitOn(text, '.')) {
    int64_t number = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), number);
    const bool digits = !part.empty() && part[0] != '-' && part.size() <= kDigitsMax;
    if (!digits || error != std::errc() || end != part.data() + part.size()) return std::nullopt;
    version.push_back(number);
  }
  if (version.size() > kPartsMax) return std::nullopt;
  return version;
}

std::optional<bool> VersionSatisfies(const Version& version, std::string_view wanted) {
  bool all = true;
  for (const std::string& part : SplitOn(wanted, ',')) {
    const std::optional<bool> one = SatisfiesOne(version, TrimAscii(part));
    if (!one) return std::nullopt;
    all = all && *one;
  }
  return all;
}

}  // namespace zhida::pack
