// Small pieces of made-up packs and firms: numbers, days and codes that lie at bars, or beside them.
// Whoever makes something derives from it; all draw from one stream of random numbers, so that their order
// counts.
#ifndef ZHIDA_TESTS_CROSS_PIECES_H_
#define ZHIDA_TESTS_CROSS_PIECES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/cross/random.h"

namespace zhida::cross {

class Pieces {
 public:
  explicit Pieces(Random* random) : random_(*random) {}

 protected:
  std::string Number() {
    const int64_t n = random_.Pick(std::vector<int64_t>{0, 1, 2, 5, 10, 11, 100, 1000, 50000});
    return std::to_string(n + (random_.OneIn(6) ? random_.Between(-1, 1) : 0));
  }
  std::string Decimals() {
    return random_.Pick({"0.03", "0.05", "0.1", "0.299", "0.3", "1", "1.5", "0", "0.0333333"});
  }
  std::string Day() {
    return random_.Pick({"2020-01-01", "2024-02-29", "2024-12-31", "2025-01-01", "2025-06-29", "2025-06-30",
                         "2025-07-01", "2022-06-30", "2021-01-31"});
  }
  std::string DayLiteral() { return random_.OneIn(3) ? "date(\"" + Day() + "\")" : "@\"" + Day() + "\""; }
  std::string Grade() { return "\"" + random_.Pick({"A", "B", "M", "C", "D"}) + "\""; }
  std::string IndustryCode() { return random_.Pick({"C", "C26", "C2614", "F", "F52"}); }
  std::string Order() { return random_.Pick({"<", "<=", ">", ">=", "=", "!="}); }
  std::string Comma(int n, std::string (Pieces::*make)()) {
    std::string text;
    for (int i = 0; i < n; ++i) text += (i == 0 ? "" : ", ") + (this->*make)();
    return text;
  }

  Random& random_;
};

}  // namespace zhida::cross

#endif  // ZHIDA_TESTS_CROSS_PIECES_H_
