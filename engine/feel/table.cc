#include "engine/feel/table.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "engine/feel/operators.h"

namespace zhida::feel {
namespace {

constexpr const char* kTwoRules = "two rules of a unique table are true";
constexpr const char* kDisagree = "true rules of an any table have different outputs";
constexpr const char* kNotAmongValues = "an output of the table is not among its values";
constexpr const char* kNotANumber = "the outputs of a C+ table must be numbers";

struct OpenRule {
  size_t rule;
  Cause cause;
};

// Positions of the outputs in their allowed values; a lower one is better, the leftmost that differs decides.
using Rank = std::vector<size_t>;

struct Ranked {
  size_t rule = 0;
  Value output;
  Rank rank;
};

// What is known of the result while outputs are gathered.
void Weaken(Verdict* total, const Value& output) {
  if (output.blocked()) *total = Undecided(*total, ToVerdict(output));
}

// What is unknown differs from everything, an error from everything but an error.
bool Differs(const Value& a, const Value& b) {
  if (a.is_error() && b.is_error()) return false;
  return a.blocked() || b.blocked() || !EqualVerdict(a, b).is(Truth::kTrue);
}

class Combination {
 public:
  Combination(const Table& table, RuleSource& source) : table_(table), source_(source) {}

  Value Result() {
    const Verdict error = Look();
    if (error.is(Truth::kError)) return ToValue(error);
    if (true_rules_.empty()) return open_rules_.empty() ? NoRule() : AllOpen();
    Value settled = WithoutOpen();
    if (open_rules_.empty()) return settled;
    // More true rules do not undo an error, unless one of them comes before the rule that FIRST takes.
    if (settled.is_error() && table_.hit != HitPolicy::kFirst) return settled;
    if (settled.is_unknown()) return AllOpen();
    Verdict total = Verdict::Of(true);
    for (const OpenRule& open : open_rules_) {
      if (Matters(open, settled)) total = Undecided(total, Verdict::Unknown(open.cause));
    }
    if (!total.is(Truth::kTrue)) return ToValue(total);
    // The contract leaves a sum unknown even where only zeros are open.
    return table_.hit == HitPolicy::kCollectSum ? AllOpen() : settled;
  }

 private:
  // Sorts the rules into true and open ones; an error among those that count ends the table.
  Verdict Look() {
    for (size_t rule = 0; rule < table_.rules.size(); ++rule) {
      const Verdict verdict = source_.Rule(rule);
      switch (verdict.truth) {
        case Truth::kFalse:
          break;
        case Truth::kTrue:
          true_rules_.push_back(rule);
          if (table_.hit == HitPolicy::kFirst) return Verdict::Of(true);
          break;
        case Truth::kUnknown:
          open_rules_.push_back({rule, verdict.cause});
          break;
        case Truth::kError:
          return verdict;
      }
    }
    return Verdict::Of(true);
  }

  // Unknown with the first cause of all open rules, of which there are some.
  Value AllOpen() const {
    Verdict total = Verdict::Of(true);
    for (const OpenRule& open : open_rules_) total = Undecided(total, Verdict::Unknown(open.cause));
    return ToValue(total);
  }

  Value NoRule() {
    std::optional<Value> fallback = source_.Default();
    if (fallback) return std::move(*fallback);
    switch (table_.hit) {
      case HitPolicy::kRuleOrder:
      case HitPolicy::kOutputOrder:
      case HitPolicy::kCollect:
        return Value::List({});
      case HitPolicy::kCollectCount:
        return Value::Number(0);
      default:
        return Value::Null();
    }
  }

  // What the table is if every open rule is false.
  Value WithoutOpen() {
    switch (table_.hit) {
      case HitPolicy::kFirst:
        return source_.Output(true_rules_[0]);
      case HitPolicy::kUnique:
        return true_rules_.size() > 1 ? Value::Error(kTwoRules) : source_.Output(true_rules_[0]);
      case HitPolicy::kAny:
        return Common();
      case HitPolicy::kPriority:
        return Best();
      case HitPolicy::kRuleOrder:
      case HitPolicy::kCollect:
        return Outputs();
      case HitPolicy::kOutputOrder:
        return OutputsByRank();
      case HitPolicy::kCollectSum:
        return Sum();
      case HitPolicy::kCollectMin:
        return Extreme(Op::kLess);
      case HitPolicy::kCollectMax:
        return Extreme(Op::kGreater);
      case HitPolicy::kCollectCount:
        return Value::Number(static_cast<int64_t>(true_rules_.size()));
    }
    return Value::Error("no such hit policy");
  }

  // Whether the result could change if this open rule were true. `settled` is known, or under FIRST an error.
  bool Matters(const OpenRule& open, const Value& settled) {
    switch (table_.hit) {
      case HitPolicy::kUnique:
      case HitPolicy::kRuleOrder:
      case HitPolicy::kOutputOrder:
      case HitPolicy::kCollect:
      case HitPolicy::kCollectCount:
        return true;
      case HitPolicy::kFirst:
      case HitPolicy::kAny:
        return Differs(source_.Output(open.rule), settled);
      case HitPolicy::kPriority:
        return ComesBeforeBest(open);
      case HitPolicy::kCollectSum:
        return !EqualVerdict(source_.Output(open.rule), Value::Number(0)).is(Truth::kTrue);
      case HitPolicy::kCollectMin:
        return !OrderVerdict(Op::kLess, source_.Output(open.rule), settled).is(Truth::kFalse);
      case HitPolicy::kCollectMax:
        return !OrderVerdict(Op::kGreater, source_.Output(open.rule), settled).is(Truth::kFalse);
    }
    return true;
  }

  Value Common() {
    std::vector<Value> distinct;  // one, but for outputs whose equality is unknown
    Verdict total = Verdict::Of(true);
    for (const size_t rule : true_rules_) {
      Value output = source_.Output(rule);
      Weaken(&total, output);
      if (output.blocked()) continue;
      bool repeats = false;
      for (const Value& other : distinct) {
        const Verdict equal = EqualVerdict(other, output);
        if (!equal.is(Truth::kTrue) && !equal.is(Truth::kUnknown)) return Value::Error(kDisagree);
        total = Undecided(total, equal);
        repeats = repeats || equal.is(Truth::kTrue);
      }
      if (!repeats) distinct.push_back(std::move(output));
    }
    return total.is(Truth::kTrue) ? std::move(distinct[0]) : ToValue(total);
  }

  // Position of each output among its values. Outputs without declared values do not take part in the order.
  std::optional<Rank> RankOf(const Value& output) const {
    Rank rank;
    for (size_t i = 0; i < table_.outputs.size(); ++i) {
      const std::vector<Value>& values = table_.outputs[i].values;
      const Value& part = table_.outputs.size() == 1 ? output : output.structure().values[i];
      const auto found = std::find_if(values.begin(), values.end(), [&part](const Value& value) {
        return EqualVerdict(value, part).is(Truth::kTrue);
      });
      if (found == values.end() && !values.empty()) return std::nullopt;
      rank.push_back(static_cast<size_t>(found - values.begin()));
    }
    return rank;
  }

  // The outputs of the true rules with their ranks; unknown or error where one is.
  Verdict Gather(std::vector<Ranked>* ranked) {
    Verdict total = Verdict::Of(true);
    for (const size_t rule : true_rules_) {
      Value output = source_.Output(rule);
      Weaken(&total, output);
      if (output.blocked()) continue;
      std::optional<Rank> rank = RankOf(output);
      if (!rank) return Verdict::Error(kNotAmongValues);
      ranked->push_back({rule, std::move(output), std::move(*rank)});
    }
    return total;
  }

  Value Best() {
    std::vector<Ranked> ranked;
    const Verdict total = Gather(&ranked);
    if (!total.is(Truth::kTrue)) return ToValue(total);
    best_ = *std::min_element(ranked.begin(), ranked.end(),
                              [](const Ranked& a, const Ranked& b) { return a.rank < b.rank; });
    return best_.output;
  }

  bool ComesBeforeBest(const OpenRule& open) {
    const Value output = source_.Output(open.rule);
    if (output.blocked()) return true;
    const std::optional<Rank> rank = RankOf(output);
    if (!rank || *rank < best_.rank) return true;
    // Equal ranks of different outputs occur where an output has no declared values; then the first rule
    // wins.
    return *rank == best_.rank && open.rule < best_.rule && Differs(output, best_.output);
  }

  Value Outputs() {
    std::vector<Value> outputs;
    Verdict total = Verdict::Of(true);
    for (const size_t rule : true_rules_) {
      outputs.push_back(source_.Output(rule));
      Weaken(&total, outputs.back());
    }
    return total.is(Truth::kTrue) ? Value::List(std::move(outputs)) : ToValue(total);
  }

  Value OutputsByRank() {
    std::vector<Ranked> ranked;
    const Verdict total = Gather(&ranked);
    if (!total.is(Truth::kTrue)) return ToValue(total);
    std::stable_sort(ranked.begin(), ranked.end(),
                     [](const Ranked& a, const Ranked& b) { return a.rank < b.rank; });
    std::vector<Value> outputs;
    for (Ranked& one : ranked) outputs.push_back(std::move(one.output));
    return Value::List(std::move(outputs));
  }

  Value Sum() {
    Value sum = Value::Number(0);
    for (const size_t rule : true_rules_) {
      const Value output = source_.Output(rule);
      if (!output.blocked() && output.kind() != ValueKind::kNumber) return Value::Error(kNotANumber);
      sum = ArithmeticValue(Op::kAdd, sum, output);
      if (sum.is_error()) break;
    }
    return sum;
  }

  // The output that is least (`better` is kLess) or greatest (kGreater).
  Value Extreme(Op better) {
    Value best;
    Verdict total = Verdict::Of(true);
    for (const size_t rule : true_rules_) {
      Value output = source_.Output(rule);
      Weaken(&total, output);
      if (output.blocked()) continue;
      const Verdict replaces = OrderVerdict(better, output, best.is_null() ? output : best);
      if (replaces.is(Truth::kError)) return ToValue(replaces);
      if (best.is_null() || replaces.is(Truth::kTrue)) best = std::move(output);
    }
    return total.is(Truth::kTrue) ? best : ToValue(total);
  }

  const Table& table_;
  RuleSource& source_;
  std::vector<size_t> true_rules_;
  std::vector<OpenRule> open_rules_;
  Ranked best_;  // under PRIORITY
};

}  // namespace

Value CombineRules(const Table& table, RuleSource& source) { return Combination(table, source).Result(); }

}  // namespace zhida::feel
