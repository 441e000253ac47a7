// Versions of packs and conditions on them. Pure; any thread.
#ifndef ZHIDA_ENGINE_PACK_VERSION_H_
#define ZHIDA_ENGINE_PACK_VERSION_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace zhida::pack {

// A released version: numbers with points between them, compared from the left; missing ones are 0.
using Version = std::vector<int64_t>;
std::optional<Version> ParseVersion(std::string_view text);  // at most 4 numbers of at most 9 digits
// `>=1.2`, `<2`, `==1.2.0`, several of these with commas, or a bare `1.2`, which 1.2.7 satisfies and 1.3 does
// not. nullopt if `wanted` is malformed.
std::optional<bool> VersionSatisfies(const Version& version, std::string_view wanted);

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_VERSION_H_
