// Made-up packs and firms of any size, in the shape that the measurements call for: 60 typed facts, policies
// of 4 to 8 conditions with round and shared constants, a fifth of them with an "either or", a few with
// regular expressions. The same seed gives the same bytes, whatever the number of threads.
//
// Rules come in a neutral form as well, for other engines. The generator judges firms by its own small
// evaluator of two truths (what is not known is not satisfied), which other answers are held against.
#ifndef ZHIDA_BENCH_GENERATOR_H_
#define ZHIDA_BENCH_GENERATOR_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace zhida::bench {

struct Shape {
  int rules = 5000;
  int64_t firms = 1'000'000;
  uint64_t seed = 1;
  double missing = -1;  // share of unknown values of every fact; below 0: from none to 95%, fact by fact
  double regex_share = 0.005;
  double selectivity = 1;  // of the conditions that single out, one in so many does; the others hold for most
  bool amounts = false;
  bool sorted = false;  // firms by region
};

enum class FactKind : uint8_t { kKey, kTree, kCode, kInteger, kMoney, kRatio, kDate, kBoolean, kTags, kText };

struct FactShape {
  std::string id;
  FactKind kind = FactKind::kKey;
  double missing = 0;
  std::vector<std::string> values;  // codes, tags
  double low = 0;                   // numbers: values spread between these, evenly in their logarithm
  double high = 0;
};

struct Condition {
  enum class Op : uint8_t { kUnder, kIn, kAtLeast, kBelow, kBetween, kIs, kHas, kMatches };
  int fact = 0;
  Op op = Op::kIs;
  bool negated = false;
  std::vector<std::string> texts;  // kUnder, kIn, kHas, kMatches
  int64_t low = 0;                 // in the fact's smallest unit: whole, fen, 1/10000, days; kIs: 0 or 1
  int64_t high = 0;
};

struct Rule {
  std::string id;
  std::vector<Condition> all;
  std::vector<std::vector<Condition>> any;  // empty, or branches of which one must hold
};

// One value a fact; only the part of its kind counts.
struct Cell {
  bool known = false;
  int64_t number = 0;
  int code = 0;           // of FactShape::values
  std::vector<int> tags;  // likewise
  std::string text;
};
using Firm = std::vector<Cell>;

class Generator {
 public:
  explicit Generator(const Shape& shape);

  const std::vector<FactShape>& facts() const { return facts_; }
  const std::vector<Rule>& rules() const { return rules_; }
  Firm MakeFirm(int64_t number) const;
  std::string Json(const Firm& firm) const;  // one line, without its end
  bool Holds(const Rule& rule, const Firm& firm) const;

  // Files of a pack: path in the pack's folder, bytes.
  std::vector<std::pair<std::string, std::string>> Pack() const;
  std::string PolicyJson(const Rule& rule) const;
  std::string RulesJson() const;  // the neutral form; see bench/README.md

 private:
  std::string Feel(const Condition& condition) const;
  std::string NumberText(const FactShape& fact, int64_t number) const;
  Condition MakeCondition(uint64_t* state, bool easy) const;
  bool Holds(const Condition& condition, const Firm& firm) const;

  Shape shape_;
  std::vector<FactShape> facts_;
  std::vector<Rule> rules_;
};

}  // namespace zhida::bench

#endif  // ZHIDA_BENCH_GENERATOR_H_
