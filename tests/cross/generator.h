// A generator of packs and firms that looks for trouble: values at, just below and just above every bar,
// unknowns of every cause, nulls, promises, stale and future dates, nested and guarded conditions, tables of
// every hit policy, dated parameters. The same seed gives the same pack and firms.
#ifndef ZHIDA_TESTS_CROSS_GENERATOR_H_
#define ZHIDA_TESTS_CROSS_GENERATOR_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "tests/cross/random.h"

namespace zhida::cross {

struct MadeClause {
  std::string json;  // one clause as written in a policy
};

struct MadePolicy {
  std::string id;
  std::string head;  // members before "clauses", each followed by a comma
  std::vector<MadeClause> clauses;
  std::string tail;  // members after, each preceded by a comma

  std::string Json() const;
};

// One firm: keys and JSON values, so that a failing firm can be made smaller key by key.
struct MadeRow {
  std::vector<std::pair<std::string, std::string>> members;
  std::string Json() const;
};

struct MadeCase {
  uint64_t seed = 0;
  std::string as_of;
  std::map<std::string, std::string> files;  // all but the policies
  std::vector<MadePolicy> policies;
  std::vector<MadeRow> rows;

  std::map<std::string, std::string> Files() const;  // with the policies
};

struct MakeOptions {
  int policies = 8;
  int rows = 16;
};

MadeCase Make(uint64_t seed, const MakeOptions& options);

}  // namespace zhida::cross

#endif  // ZHIDA_TESTS_CROSS_GENERATOR_H_
