// A decision table's rules by their truths and outputs, for tests of how they combine.
#ifndef ZHIDA_TESTS_FEEL_GIVEN_RULES_H_
#define ZHIDA_TESTS_FEEL_GIVEN_RULES_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/feel/table.h"

namespace zhida::feel {

// A table given by the truths of its rules and their outputs, which counts what it is asked for.
class GivenRules : public RuleSource {
 public:
  std::vector<Verdict> truths;
  std::vector<Value> outputs;
  std::optional<Value> fallback;
  std::vector<int> asked_truths;
  std::vector<int> asked_outputs;

  Verdict Rule(size_t rule) override {
    ++asked_truths[rule];
    return truths[rule];
  }
  Value Output(size_t rule) override {
    ++asked_outputs[rule];
    return outputs[rule];
  }
  std::optional<Value> Default() override { return fallback; }

  Value Combine(Table table) {
    table.rules.resize(truths.size());
    asked_truths.assign(truths.size(), 0);
    asked_outputs.assign(truths.size(), 0);
    return CombineRules(table, *this);
  }
};

// "A" a string, "7" a number, "um" and "us" unknown (missing, stale), "E" an error, "null".
inline Value ParseOutput(const std::string& text) {
  if (text == "um") return Value::Unknown(Cause::kMissing);
  if (text == "us") return Value::Unknown(Cause::kStale);
  if (text == "E") return Value::Error("output");
  if (text == "null") return Value::Null();
  if (const std::optional<Decimal> number = Decimal::Parse(text)) return Value::Number(*number);
  return Value::String(text);
}

// "t", "f", "m", "s" (open: missing, stale), "E".
inline Verdict ParseTruth(const std::string& text) {
  if (text == "t") return Verdict::Of(true);
  if (text == "f") return Verdict::Of(false);
  if (text == "E") return Verdict::Error("cell");
  return Verdict::Unknown(text == "s" ? Cause::kStale : Cause::kMissing);
}

}  // namespace zhida::feel

#endif  // ZHIDA_TESTS_FEEL_GIVEN_RULES_H_
