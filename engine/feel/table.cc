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

// Of an open rule's output and another: whether settling the rule could change the result.
bool Differs(const Value& a, const Value& b) {
  return a.blocked() || b.blocked() || !EqualVerdict(a, b).is(Truth::kTrue);
}

class Combination {
 public:
  Combination(const Table& table, RuleSource& source) : table_(table), source_(source) {}

  Value Result() {
    const Verdict error = Look();
    if (error.is(Truth::kError)) return ToValue(error);
    if (true_rules_.empty()) return open_rules_.empty() ? NoRule() : ToValue(AllOpen());
    switch (table_.hit) {
      case HitPolicy::kFirst:
        return First();
      case HitPolicy::kUnique:
        return Unique();
      case HitPolicy::kAny:
        return Any();
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
        return open_rules_.empty() ? Value::Number(static_cast<int64_t>(true_rules_.size()))
                                   : ToValue(AllOpen());
    }
    return Value::Error("no such hit policy");
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

  // Unknown with the first cause of all open rules; true where there are none.
  Verdict AllOpen() const {
    Verdict total = Verdict::Of(true);
    for (const OpenRule& open : open_rules_) total = Undecided(total, Verdict::Unknown(open.cause));
    return total;
  }

  // `total` weakened by each open rule of whose output `matters` says that it could change the result.
  template <typename Matters>
  Verdict WithOpen(Verdict total, Matters matters) {
    for (const OpenRule& open : open_rules_) {
      if (matters(open, source_.Output(open.rule))) total = Undecided(total, Verdict::Unknown(open.cause));
    }
    return total;
  }

  Value NoRule() {
    const std::optional<Value> fallback = source_.Default();
    const bool is_list = table_.hit == HitPolicy::kRuleOrder || table_.hit == HitPolicy::kOutputOrder ||
                         table_.hit == HitPolicy::kCollect;
    // The default stands for the output of one rule, so where outputs are listed it is the list's one
    // element.
    if (fallback) return is_list && !fallback->blocked() ? Value::List({*fallback}) : *fallback;
    if (is_list) return Value::List({});
    return table_.hit == HitPolicy::kCollectCount ? Value::Number(0) : Value::Null();
  }

  Value First() {
    Value output = source_.Output(true_rules_[0]);
    if (open_rules_.empty()) return output;
    // An error in one way of settling the rules is no error in all of them.
    const Verdict start = output.is_unknown() ? ToVerdict(output) : Verdict::Of(true);
    const Verdict total =
        WithOpen(start, [&output](const OpenRule&, const Value& other) { return Differs(other, output); });
    return total.is(Truth::kTrue) ? output : ToValue(total);
  }

  Value Unique() {
    if (true_rules_.size() > 1) return Value::Error(kTwoRules);
    return open_rules_.empty() ? source_.Output(true_rules_[0]) : ToValue(AllOpen());
  }

  Value Any() {
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
    if (total.is(Truth::kError)) return ToValue(total);
    const Value common = total.is(Truth::kTrue) ? distinct[0] : ToValue(total);
    total =
        WithOpen(total, [&common](const OpenRule&, const Value& other) { return Differs(other, common); });
    return total.is(Truth::kTrue) ? common : ToValue(total);
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
    Verdict total = Gather(&ranked);
    if (total.is(Truth::kError)) return ToValue(total);
    if (!total.is(Truth::kTrue)) return ToValue(Undecided(total, AllOpen()));
    const Ranked& best = *std::min_element(ranked.begin(), ranked.end(),
                                           [](const Ranked& a, const Ranked& b) { return a.rank < b.rank; });
    total = WithOpen(total, [&](const OpenRule& open, const Value& output) {
      if (output.blocked()) return true;
      const std::optional<Rank> rank = RankOf(output);
      if (!rank || *rank < best.rank) return true;
      // Equal ranks of different outputs occur where an output has no declared values; then the first rule
      // wins.
      return *rank == best.rank && open.rule < best.rule && Differs(output, best.output);
    });
    return total.is(Truth::kTrue) ? best.output : ToValue(total);
  }

  Value Outputs() {
    if (!open_rules_.empty()) return ToValue(AllOpen());
    std::vector<Value> outputs;
    Verdict total = Verdict::Of(true);
    for (const size_t rule : true_rules_) {
      outputs.push_back(source_.Output(rule));
      Weaken(&total, outputs.back());
    }
    return total.is(Truth::kTrue) ? Value::List(std::move(outputs)) : ToValue(total);
  }

  Value OutputsByRank() {
    if (!open_rules_.empty()) return ToValue(AllOpen());
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
    if (!open_rules_.empty()) return ToValue(AllOpen());
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
    if (total.is(Truth::kError)) return ToValue(total);
    if (!total.is(Truth::kTrue)) return ToValue(Undecided(total, AllOpen()));
    total = WithOpen(total, [&](const OpenRule&, const Value& output) {
      return !OrderVerdict(better, output, best).is(Truth::kFalse);
    });
    return total.is(Truth::kTrue) ? best : ToValue(total);
  }

  const Table& table_;
  RuleSource& source_;
  std::vector<size_t> true_rules_;
  std::vector<OpenRule> open_rules_;
};

}  // namespace

Value CombineRules(const Table& table, RuleSource& source) { return Combination(table, source).Result(); }

}  // namespace zhida::feel
