// The graph as text, for people and for tests.

#include "engine/plan/graph.h"

namespace zhida::plan {
namespace {

const char* KindSign(Number::Kind kind) {
  switch (kind) {
    case Number::Kind::kAdd:
      return " + ";
    case Number::Kind::kSubtract:
      return " - ";
    case Number::Kind::kMultiply:
      return " * ";
    case Number::Kind::kDivide:
      return " / ";
    case Number::Kind::kMinimum:
      return " min ";
    case Number::Kind::kMaximum:
      return " max ";
    default:
      return " ? ";
  }
}

std::string ScaledText(int128_t value, int scale) {
  const auto decimal = Decimal::FromScaled(value, scale);
  return decimal ? decimal->ToString() : zhida::ToString(value) + "e-" + std::to_string(scale);
}

std::string StretchText(const NumberTest::Stretch& stretch, const Column& column) {
  const auto cut = [&](int index) {
    const Cut& at = column.cuts[static_cast<size_t>(index)];
    return ScaledText(at.value, column.cut_scale) + (at.above ? "+" : "");
  };
  std::string text = "[" + (stretch.low == kNone ? "" : cut(stretch.low)) + ".." +
                     (stretch.high == kNone ? "" : cut(stretch.high)) + ")";
  if (stretch.truth != Truth::kTrue) text += std::string(TruthName(stretch.truth));
  return text;
}

}  // namespace

std::string Graph::SourceText(int source, const feel::Model& model) const {
  if (source < fact_count) return model.facts[static_cast<size_t>(source)].id;
  const Part& part = parts[static_cast<size_t>(source - fact_count)];
  const feel::FactType& fact = model.facts[static_cast<size_t>(part.fact)];
  const std::string name = fact.id + (part.of_items ? "[]" : "");
  if (part.member == kNone) return name;
  const feel::Type& structure = part.of_items ? *fact.type->element : *fact.type;
  return name + "." + structure.members[static_cast<size_t>(part.member)].id;
}

std::string Graph::NumberText(NumberId id, const feel::Model& model) const {
  if (id == kNone) return "none";
  const Number& number = numbers[static_cast<size_t>(id)];
  switch (number.kind) {
    case Number::Kind::kConstant:
      return ScaledText(number.constant, number.scale);
    case Number::Kind::kUnknown:
      return "unknown";
    case Number::Kind::kFact:
      return SourceText(number.fact, model);
    case Number::Kind::kSeriesAt:
      return SourceText(number.fact, model) + "[" +
             feel::Dump(*period_rules[static_cast<size_t>(number.period)].expression.root) + "]";
    case Number::Kind::kLift:
      return NumberText(number.a, model);
    case Number::Kind::kCount:
      return "count(" + SourceText(number.fact, model) + ": n" + std::to_string(number.condition) + ")";
    case Number::Kind::kYear:
      return "year(" + NumberText(number.a, model) + ")";
    case Number::Kind::kMonth:
      return "month(" + NumberText(number.a, model) + ")";
    case Number::Kind::kDay:
      return "day(" + NumberText(number.a, model) + ")";
    case Number::Kind::kAddMonths:
      return "(" + NumberText(number.a, model) + " + " + std::to_string(number.period) + " months)";
    case Number::Kind::kSeries:
      return model.facts[static_cast<size_t>(number.fact)].id + "[" +
             PeriodText(model.facts[static_cast<size_t>(number.fact)].type->period, number.period) + "]";
    case Number::Kind::kNegate:
      return "-" + NumberText(number.a, model);
    case Number::Kind::kAbsolute:
      return "abs(" + NumberText(number.a, model) + ")";
    case Number::Kind::kIf:
    case Number::Kind::kRule:
      return std::string(number.kind == Number::Kind::kIf ? "(if" : "(rule") + " n" +
             std::to_string(number.condition) + " then " + NumberText(number.a, model) + " else " +
             NumberText(number.b, model) + ")";
    case Number::Kind::kChoice:
      return "choice of c" + std::to_string(number.column);
    default:
      return "(" + NumberText(number.a, model) + KindSign(number.kind) + NumberText(number.b, model) + ")";
  }
}

std::string Graph::NodeText(NodeId id, const feel::Model& model) const {
  const Node& node = nodes[static_cast<size_t>(id)];
  const auto parts = [&](const char* name) {
    std::string text = std::string("(") + name;
    for (NodeId part : node.parts) text += " n" + std::to_string(part);
    return text + ")";
  };
  switch (node.kind) {
    case Node::Kind::kConstant:
      return std::string(TruthName(node.constant));
    case Node::Kind::kAnd:
      return parts("and");
    case Node::Kind::kOr:
      return parts("or");
    case Node::Kind::kNot:
      return parts("not");
    case Node::Kind::kIf:
      return parts("if");
    case Node::Kind::kLater:
      return parts("later");
    case Node::Kind::kSome:
      return parts(("some " + SourceText(node.over, model)).c_str());
    case Node::Kind::kHolds:
      return parts(("holds " + SourceText(node.over, model)).c_str());
    case Node::Kind::kEvery:
      return parts(("every " + SourceText(node.over, model)).c_str());
    case Node::Kind::kLift:
      return parts("of the subject");
    case Node::Kind::kTest:
      break;
  }
  const Column& column = columns[static_cast<size_t>(node.column)];
  switch (column.kind) {
    case Column::Kind::kNumber: {
      std::string text = NumberText(column.number, model);
      if (column.divisor != kNone) text += " / " + NumberText(column.divisor, model);
      text += " in";
      const NumberTest& test = column.number_tests[static_cast<size_t>(node.test)];
      for (const NumberTest::Stretch& stretch : test.stretches) text += " " + StretchText(stretch, column);
      if (test.stretches.empty()) text += " nothing";
      if (test.on_null != Truth::kError) text += ", null " + std::string(TruthName(test.on_null));
      return text;
    }
    case Column::Kind::kText:
      return "text " + feel::Dump(*column.text_tests[static_cast<size_t>(node.test)].expression.root);
    case Column::Kind::kTable: {
      std::string text = "table " + model.definitions[static_cast<size_t>(column.definition)].id + " in {";
      const auto& truths = column.choice_tests[static_cast<size_t>(node.test)];
      const char* separator = "";
      for (size_t i = 0; i < truths.size(); ++i) {
        if (truths[i] == Truth::kFalse) continue;
        text += separator + column.choices[i].ToText();
        if (truths[i] != Truth::kTrue) text += " " + std::string(TruthName(truths[i]));
        separator = ", ";
      }
      return text + "}";
    }
    case Column::Kind::kExpression:
      return "interpret " + feel::Dump(*column.expression.root);
  }
  return "";
}

std::string Graph::Dump(const feel::Model& model) const {
  std::string out;
  for (size_t i = 0; i < nodes.size(); ++i) {
    out += "n" + std::to_string(i) + " " + NodeText(static_cast<NodeId>(i), model) + "\n";
  }
  return out;
}

}  // namespace zhida::plan
