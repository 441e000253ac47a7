// Decision tables met with one subject: inputs, cells and outputs. What follows from them is in table.cc.
#include <algorithm>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/feel/evaluation.h"
#include "engine/feel/table.h"

namespace zhida::feel {
namespace {

class TableRun : public RuleSource {
 public:
  TableRun(Evaluation& evaluation, const Table& table)
      : evaluation_(evaluation), table_(table), inputs_(table.inputs.size()) {}

  // Error if a known input is outside its allowed values.
  Verdict CheckInputs() {
    for (size_t i = 0; i < table_.inputs.size(); ++i) {
      const Expression& allowed = table_.inputs[i].allowed;
      if (allowed.root == nullptr || Input(i).blocked()) continue;
      const Verdict fits = Test(allowed, Input(i));
      if (fits.is(Truth::kError)) return fits;
      if (fits.is(Truth::kFalse)) return Verdict::Error("an input of the table is outside its values");
    }
    return Verdict::Of(true);
  }

  Verdict Rule(size_t rule) override {
    if (!evaluation_.Spend(1)) return Verdict::Error(kTooManySteps);
    const std::vector<Expression>& cells = table_.rules[rule].cells;
    Verdict total = Verdict::Of(true);
    for (size_t i = 0; i < cells.size() && !total.is(Truth::kFalse); ++i) {
      // A cell that is not there, `-`, holds whatever the input is, which is therefore not looked at.
      if (cells[i].root != nullptr) total = And(total, Test(cells[i], Input(i)));
    }
    return total;
  }

  Value Output(size_t rule) override {
    const std::vector<Expression>& outputs = table_.rules[rule].outputs;
    return Row([&outputs](size_t i) { return &outputs[i]; });
  }

  std::optional<Value> Default() override {
    const bool any = std::any_of(table_.outputs.begin(), table_.outputs.end(), [](const TableOutput& output) {
      return output.default_value.root != nullptr;
    });
    if (!any) return std::nullopt;
    return Row([this](size_t i) { return &table_.outputs[i].default_value; });
  }

 private:
  const Value& Input(size_t i) {
    if (!inputs_[i].has_value()) inputs_[i] = Compute(table_.inputs[i].value);
    return *inputs_[i];
  }

  // An empty output cell means null.
  Value Compute(const Expression& expression) {
    if (expression.root == nullptr) return Value::Null();
    evaluation_.OfferSlots(expression.slot_count);
    return evaluation_.Eval(expression.root);
  }

  Verdict Test(const Expression& test, const Value& input) {
    evaluation_.OfferSlots(std::max(test.slot_count, 1));
    evaluation_.slot(0) = input;
    return evaluation_.TestOf(test.root, input);
  }

  // One output as it is, several as a structure. A row that holds an unknown or an error is one.
  template <typename ExpressionAt>
  Value Row(ExpressionAt expression_at) {
    if (table_.outputs.size() == 1) return Costed(Compute(*expression_at(0)));
    Struct row;
    Verdict total = Verdict::Of(true);
    for (size_t i = 0; i < table_.outputs.size(); ++i) {
      row.values.push_back(Compute(*expression_at(i)));
      if (row.values.back().blocked()) total = Undecided(total, ToVerdict(row.values.back()));
    }
    if (!total.is(Truth::kTrue)) return ToValue(total);
    row.names = Names();
    return Costed(Value::OfStruct(std::move(row)));
  }

  // Outputs are compared with each other, which costs what their parts are.
  Value Costed(Value output) {
    return evaluation_.SpendParts(output) ? std::move(output) : Value::Error(kTooManySteps);
  }

  const std::shared_ptr<const std::vector<std::string>>& Names() {
    if (names_ == nullptr) {
      std::vector<std::string> names;
      for (const TableOutput& output : table_.outputs) names.push_back(output.id);
      names_ = std::make_shared<const std::vector<std::string>>(std::move(names));
    }
    return names_;
  }

  Evaluation& evaluation_;
  const Table& table_;
  std::vector<std::optional<Value>> inputs_;
  std::shared_ptr<const std::vector<std::string>> names_;
};

}  // namespace

Value Evaluation::RunTable(const Table& table) {
  TableRun run(*this, table);
  const Verdict inputs = run.CheckInputs();
  Value value = inputs.is(Truth::kTrue) ? CombineRules(table, run) : ToValue(inputs);
  return Outcome(std::move(value));
}

}  // namespace zhida::feel
