// A small world for tests of evaluation: a model, the scope that names it, and one subject's facts.
// Expressions go through the real parser, so a test is one line: expression and the text of its value.
#ifndef ZHIDA_TESTS_FEEL_WORLD_H_
#define ZHIDA_TESTS_FEEL_WORLD_H_

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/feel/interpreter.h"
#include "engine/feel/parser.h"
#include "engine/feel/scope.h"

namespace zhida::feel {

inline Date Day(std::string_view text) { return Date::Parse(text).value(); }
inline Value Number(std::string_view text) { return Value::Number(Decimal::Parse(text).value()); }

class World : public Scope, public FactSource {
 public:
  Model model;
  Dates dates{Day("2026-06-30"), Value::OfDate(Day("2026-06-30")), 2026};
  Reading reading = Reading::kPromised;
  // Values of facts that are committed: unknown in the Verified reading.
  std::vector<int> committed;
  mutable int reads = 0;

  int Fact(std::string id, TypePtr type, Value value) {
    model.facts.push_back({id, "", std::move(type)});
    values_.push_back(std::move(value));
    return static_cast<int>(values_.size()) - 1;
  }
  void Set(int fact, Value value) { values_[static_cast<size_t>(fact)] = std::move(value); }

  int Define(std::string id, std::string_view text) {
    Expression expression = Parse(text);
    const TypePtr type = expression.root->type;
    model.definitions.push_back({std::move(id), "", type, std::move(expression), nullptr});
    return static_cast<int>(model.definitions.size()) - 1;
  }
  int DefineTable(std::string id, TypePtr type, Table table) {
    model.definitions.push_back(
        {std::move(id), "", std::move(type), {}, std::make_shared<const Table>(std::move(table))});
    return static_cast<int>(model.definitions.size()) - 1;
  }

  Expression Parse(std::string_view text, std::vector<Member> locals = {}) {
    ParseOptions options;
    options.decision = true;
    options.locals = std::move(locals);
    Diagnostics diagnostics;
    std::optional<Expression> expression = ParseExpression(text, *this, options, &diagnostics);
    if (!expression) ADD_FAILURE() << text << "\n" << diagnostics.Text();
    return expression.value_or(Expression());
  }
  Expression Cell(std::string_view text, TypePtr input) {
    ParseOptions options;
    options.input_type = std::move(input);
    Diagnostics diagnostics;
    std::optional<Expression> expression = ParseUnaryTests(text, *this, options, &diagnostics);
    if (!expression) ADD_FAILURE() << text << "\n" << diagnostics.Text();
    return expression.value_or(Expression());
  }

  Interpreter MakeInterpreter() const { return Interpreter(model, *this, reading, dates); }
  Value Evaluate(std::string_view text) { return MakeInterpreter().Evaluate(Parse(text)); }
  // The text of the value, or "refused" for what the parser does not take.
  std::string Text(std::string_view text) {
    ParseOptions options;
    options.decision = true;
    Diagnostics diagnostics;
    const std::optional<Expression> expression = ParseExpression(text, *this, options, &diagnostics);
    return expression ? MakeInterpreter().Evaluate(*expression).ToText() : "refused " + diagnostics.Text();
  }

  // FactSource
  Value Get(int fact, Reading at) const override {
    ++reads;
    for (const int other : committed) {
      if (other == fact && at == Reading::kVerified) return Value::Unknown(Cause::kMissing);
    }
    return values_[static_cast<size_t>(fact)];
  }

  // Scope
  std::optional<Symbol> Find(std::string_view name) override {
    if (const std::optional<int> at = IndexOf(model.facts, name))
      return Symbol{Symbol::Kind::kFact, *at, model.facts[static_cast<size_t>(*at)].type};
    if (const std::optional<int> at = IndexOf(model.definitions, name))
      return Symbol{Symbol::Kind::kDefinition, *at, model.definitions[static_cast<size_t>(*at)].type};
    if (const std::optional<int> at = IndexOf(model.parameters, name))
      return Symbol{Symbol::Kind::kParameter, *at,
                    StructOf(model.parameters[static_cast<size_t>(*at)].entries)};
    return std::nullopt;
  }
  bool HasName(std::string_view name) const override {
    return IndexOf(model.facts, name) || IndexOf(model.definitions, name) || IndexOf(model.parameters, name);
  }
  std::vector<std::string> Names() const override { return {}; }
  std::optional<int> FindZone(std::string_view id) const override { return IndexOf(model.zones, id); }
  std::vector<std::string> ZoneIds() const override { return {}; }
  std::string ZoneCodeList(int zone) const override {
    return model.zones[static_cast<size_t>(zone)].code_list;
  }
  bool HasCode(std::string_view code_list, std::string_view code) const override {
    const CodeList* list = model.FindCodeList(code_list);
    return list != nullptr && list->Has(code);
  }
  std::vector<std::string> Codes(std::string_view) const override { return {}; }
  bool HasCalendar(std::string_view id) const override { return model.FindCalendar(id) != nullptr; }

 private:
  template <typename Items>
  static std::optional<int> IndexOf(const Items& items, std::string_view id) {
    for (size_t i = 0; i < items.size(); ++i) {
      if (items[i].id == id) return static_cast<int>(i);
    }
    return std::nullopt;
  }

  std::vector<Value> values_;
};

// One row of a table of tests. The value `refused` is any refusal to read the expression.
struct EvaluationCase {
  const char* expression;
  const char* value;
};

template <size_t kCount>
void ExpectValues(World& world, const EvaluationCase (&cases)[kCount]) {
  for (const EvaluationCase& one : cases) {
    const std::string value = world.Text(one.expression);
    if (std::string_view(one.value) == "refused") {
      EXPECT_TRUE(value.starts_with("refused ")) << one.expression << " is " << value;
    } else {
      EXPECT_EQ(value, one.value) << one.expression;
    }
  }
}

}  // namespace zhida::feel

#endif  // ZHIDA_TESTS_FEEL_WORLD_H_
