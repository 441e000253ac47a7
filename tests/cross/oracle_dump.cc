// Writes made cases with the judge's answers, a JSON line each, for tests/oracle/compare.py.
//   zhida_oracle_dump COUNT FIRST_SEED > cases.ndjson

#include <cstdio>
#include <cstdlib>

#include "tests/cross/cross_check.h"

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fprintf(stderr, "usage: zhida_oracle_dump COUNT FIRST_SEED\n");
    return 2;
  }
  const int count = std::atoi(argv[1]);
  const uint64_t first = std::strtoull(argv[2], nullptr, 10);
  zhida::cross::MakeOptions options;
  options.policies = 8;
  options.rows = 8;
  for (int i = 0; i < count; ++i) {
    const auto made = zhida::cross::Make(first + static_cast<uint64_t>(i), options);
    std::printf("%s\n", zhida::cross::OracleLine(made, i).c_str());
  }
  return 0;
}
