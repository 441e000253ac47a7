// Every bound on what people may feed the engine, in one place, each with its unit and its reason.
// A limit that is hit is reported by its name; nothing is cut off silently.
#ifndef ZHIDA_ENGINE_BASE_LIMITS_H_
#define ZHIDA_ENGINE_BASE_LIMITS_H_

#include <cstddef>
#include <cstdint>

namespace zhida::limits {

// Packs.
inline constexpr size_t kPackFileBytesMax = size_t{8} << 20;  // libyaml is quadratic on hostile nesting
inline constexpr size_t kPackBytesMax = size_t{512} << 20;    // a whole pack with what it uses
inline constexpr int kTreeDepthMax = 64;                      // YAML and JSON nesting
inline constexpr size_t kPoliciesMax = 262'144;               // one closure of packs
inline constexpr size_t kConditionsMax = 1'024;               // clauses of one policy
inline constexpr size_t kFactsMax = 4'096;                    // one schema closure
inline constexpr size_t kTableRulesMax = 65'536;              // rows of one decision table

// Expressions.
inline constexpr size_t kExpressionBytesMax = size_t{64} << 10;
inline constexpr int kExpressionDepthMax = 64;     // nesting that a person wrote; bounds recursion
inline constexpr int kOperandsMax = 4'096;         // a + b + c ...; bounds recursion too
inline constexpr size_t kPatternBytesMax = 1'000;  // one regular expression
inline constexpr int64_t kPatternMemoryBytes = int64_t{8} << 20;
inline constexpr int64_t kPatternSetMemoryBytes = int64_t{64} << 20;  // all patterns asked of one fact
inline constexpr size_t kStepsMax = 1'000'000;     // interpreter steps for one subject and policy
inline constexpr size_t kIterationsMax = 100'000;  // elements that one for/some/every may visit
inline constexpr int64_t kDeadlineDaysMax =
    3'660;  // working days of one deadline; no limit in law comes near
inline constexpr int64_t kDeadlineSpanMax = 36'600;  // days, about a century, that one deadline may run over

// Facts.
inline constexpr size_t kLineBytesMax = size_t{1} << 20;     // one NDJSON line
inline constexpr size_t kStringBytesMax = size_t{64} << 10;  // one string fact
inline constexpr size_t kListItemsMax = 4'096;               // one list fact
inline constexpr int kDecimalDigitsMax = 34;                 // IEEE 754 decimal128

// Runs.
inline constexpr size_t kPopulationKeysMax = 50'000'000;  // groups of all population facts; some 6 GiB

inline constexpr size_t kGroupsMax = 10'000;  // values by which a simulation groups; more nobody reads

}  // namespace zhida::limits

#endif  // ZHIDA_ENGINE_BASE_LIMITS_H_
