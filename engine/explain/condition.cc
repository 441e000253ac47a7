#include "engine/explain/condition.h"

#include <algorithm>
#include <set>

#include "engine/feel/builtins.h"

namespace zhida::explain {

using feel::Expr;
using feel::ExprPtr;
using feel::Op;

Part PartOf(const feel::Expression& expression) {
  return {expression.root, expression.slot_count, &expression.text};
}

Part PartOf(const Part& whole, const ExprPtr& root) { return {root, whole.slot_count, whole.source}; }

Shape ShapeOf(const feel::Model& model, const Part& part, std::vector<Part>* parts) {
  parts->clear();
  const Expr& expr = *part.root;
  Shape shape = Shape::kAtom;
  switch (expr.op) {
    case Op::kAnd:
      shape = Shape::kAll;
      break;
    case Op::kOr:
      shape = Shape::kAny;
      break;
    case Op::kNot:
      shape = Shape::kNot;
      break;
    case Op::kDefinition: {
      const feel::Definition& definition = model.definitions[static_cast<size_t>(expr.index)];
      if (definition.expression.root == nullptr || definition.expression.root->op == Op::kUnknown)
        return Shape::kAtom;
      parts->push_back(PartOf(definition.expression));
      return Shape::kNamed;
    }
    default:
      return Shape::kAtom;
  }
  for (const ExprPtr& arg : expr.args) parts->push_back(PartOf(part, arg));
  return shape;
}

Value Evaluate(feel::Interpreter& interpreter, const Part& part) {
  feel::Expression expression;
  expression.root = part.root;
  expression.slot_count = part.slot_count;
  return interpreter.Evaluate(expression);
}

std::string TextOf(const feel::Model& model, const Part& part) {
  const Expr& expr = *part.root;
  if (expr.op == Op::kDefinition) return model.definitions[static_cast<size_t>(expr.index)].name;
  if (expr.op == Op::kFact) return model.facts[static_cast<size_t>(expr.index)].name;
  const auto size = static_cast<int>(part.source->size());
  if (expr.span.begin < 0 || expr.span.end > size || expr.span.begin >= expr.span.end) return *part.source;
  std::string text;
  bool space = false;
  for (int i = expr.span.begin; i < expr.span.end; ++i) {
    const char c = (*part.source)[static_cast<size_t>(i)];
    if (c == '\n' || c == '\r' || c == '\t' || c == ' ') {
      space = true;
      continue;
    }
    if (space && !text.empty()) text += ' ';
    space = false;
    text += c;
  }
  return text;
}

namespace {

class Walk {
 public:
  explicit Walk(const feel::Model& model) : model_(model) {}

  void Add(const feel::Expression& expression) {
    if (expression.root != nullptr) Add(*expression.root);
  }

  void Add(const Expr& expr) {
    switch (expr.op) {
      case Op::kFact:
        facts_.insert(expr.index);
        break;
      case Op::kAsOf:
        looks_.as_of = true;
        break;
      case Op::kYear:
        looks_.year = true;
        break;
      case Op::kKnown:
      case Op::kCause:
        looks_.knowledge = true;
        break;
      case Op::kParameter:
        parameters_.insert(expr.index);
        break;
      case Op::kZone:
        zones_.insert(expr.index);
        break;
      case Op::kCall: {
        const feel::Builtin& function = feel::Builtins()[static_cast<size_t>(expr.index)];
        looks_.trees = looks_.trees || function.reads_event;
        looks_.as_of = looks_.as_of || function.name == "now" || function.name == "working day deadline";
        break;
      }
      case Op::kDefinition:
        AddDefinition(expr.index);
        break;
      default:
        break;
    }
    for (const ExprPtr& arg : expr.args) {
      if (arg != nullptr) Add(*arg);
    }
  }

  Looks Take() {
    looks_.facts.assign(facts_.begin(), facts_.end());
    looks_.parameters.assign(parameters_.begin(), parameters_.end());
    looks_.zones.assign(zones_.begin(), zones_.end());
    return std::move(looks_);
  }

 private:
  void AddDefinition(int index) {
    looks_.definitions = true;
    if (!seen_.insert(index).second) return;
    const feel::Definition& definition = model_.definitions[static_cast<size_t>(index)];
    Add(definition.expression);
    if (definition.table == nullptr) return;
    for (const feel::TableInput& input : definition.table->inputs) {
      Add(input.value);
      Add(input.allowed);
    }
    for (const feel::TableOutput& output : definition.table->outputs) Add(output.default_value);
    for (const feel::TableRule& rule : definition.table->rules) {
      for (const feel::Expression& cell : rule.cells) Add(cell);
      for (const feel::Expression& output : rule.outputs) Add(output);
    }
  }

  const feel::Model& model_;
  std::set<int> seen_;
  std::set<int> facts_;
  std::set<int> parameters_;
  std::set<int> zones_;
  Looks looks_;
};

}  // namespace

Looks LooksOf(const feel::Model& model, const Part& part) {
  Walk walk(model);
  walk.Add(*part.root);
  return walk.Take();
}

}  // namespace zhida::explain
