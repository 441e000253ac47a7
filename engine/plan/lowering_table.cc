// Decision tables with one hit and constant outputs: a column whose values are the table's choices.

#include <algorithm>

#include "engine/plan/lowering.h"

namespace zhida::plan {

using feel::Definition;
using feel::Expr;
using feel::ExprPtr;
using feel::HitPolicy;
using feel::Op;
using feel::Table;

namespace {

bool HasOneHit(HitPolicy hit) {
  return hit == HitPolicy::kFirst || hit == HitPolicy::kUnique || hit == HitPolicy::kAny;
}

// The index of `value` among `choices`, added when new. Unknown choices are each their own.
int ChoiceOf(const Value& value, std::vector<Value>* choices) {
  for (size_t i = 0; i < choices->size(); ++i) {
    const Value& choice = (*choices)[i];
    if (choice.blocked() || value.blocked()) continue;
    if (choice.is_null() != value.is_null()) continue;
    if (zhida::Equal(choice, value) == Truth::kTrue) return static_cast<int>(i);
  }
  choices->push_back(value);
  return static_cast<int>(choices->size()) - 1;
}

}  // namespace

// kNone where the table has no such form; its readers are then left to the interpreter.
ColumnId Lowering::TableOf(int definition, const Where& where) {
  const Definition& source = model_.definitions[static_cast<size_t>(definition)];
  if (!source.table) return kNone;
  const int context = ContextOf(where);
  if (const ColumnId known = graph_.FindTableColumn(definition, context); known != kNone) return known;
  if (not_tables_.count({definition, context}) != 0) return kNone;
  not_tables_.insert({definition, context});  // until it is known to be one

  const Table& table = *source.table;
  if (!HasOneHit(table.hit) || table.outputs.size() != 1) return kNone;
  if (!where.event_day) return kNone;
  Column column;
  column.kind = Column::Kind::kTable;
  column.definition = definition;
  column.hit = table.hit;
  column.context = context;

  const auto constant = [&](const feel::Expression& expression, Value* value) {
    if (!expression.root || !reads_.Of(*expression.root).facts.empty()) return false;
    *value = ConstantValue(*expression.root, where);
    return !value->is_error();
  };
  // An output outside the declared values is the interpreter's to report.
  const auto declared = [&](const Value& value) {
    const std::vector<Value>& values = table.outputs[0].values;
    return values.empty() || value.blocked() ||
           std::any_of(values.begin(), values.end(), [&](const Value& allowed) {
             return !value.is_null() && zhida::Equal(allowed, value) == zhida::Truth::kTrue;
           });
  };
  std::vector<bool> input_binds;
  for (const feel::TableInput& input : table.inputs) {
    input_binds.push_back(HasBinders(*input.value.root));
    if (input.allowed.root) {
      if (input_binds.back() || HasBinders(*input.allowed.root)) return kNone;
      column.allowed.push_back(Truth(Substitute(input.allowed.root, 0, input.value.root), where));
    }
  }
  for (const feel::TableRule& rule : table.rules) {
    std::vector<NodeId> cells;
    for (size_t i = 0; i < rule.cells.size(); ++i) {
      const ExprPtr& cell = rule.cells[i].root;
      if (!cell) continue;
      // The cell's slots and the input's slots are numbered apart, so they must not meet in one tree.
      if (input_binds[i] || (HasBinders(*cell) && cell->op != Op::kIn)) return kNone;
      cells.push_back(Truth(Substitute(cell, 0, table.inputs[i].value.root), where));
    }
    Value output;
    if (!constant(rule.outputs[0], &output) || !declared(output)) return kNone;
    column.rules.push_back(graph_.And(std::move(cells)));
    column.rule_choice.push_back(ChoiceOf(output, &column.choices));
  }
  Value otherwise = Value::Null();
  if (table.outputs[0].default_value.root && !constant(table.outputs[0].default_value, &otherwise))
    return kNone;
  column.default_choice = ChoiceOf(otherwise, &column.choices);
  not_tables_.erase({definition, context});
  return graph_.TableColumn(std::move(column), context);
}

namespace {

// True if every fact that `expr` reads is read through definition `table`.
bool ReadsOnlyThrough(const Expr& expr, int table, ReadsIndex& index) {
  if (expr.op == Op::kFact) return false;
  if (expr.op == Op::kDefinition && expr.index != table && !index.OfDefinition(expr.index).facts.empty())
    return false;
  return std::all_of(expr.args.begin(), expr.args.end(),
                     [&](const ExprPtr& arg) { return !arg || ReadsOnlyThrough(*arg, table, index); });
}

void DirectTables(const Expr& expr, const feel::Model& model, std::vector<int>* tables) {
  if (expr.op == Op::kDefinition && model.definitions[static_cast<size_t>(expr.index)].table) {
    tables->push_back(expr.index);
  }
  for (const ExprPtr& arg : expr.args) {
    if (arg) DirectTables(*arg, model, tables);
  }
}

}  // namespace

NodeId Lowering::TableTest(const ExprPtr& expr, const Reads& reads, const Where& where) {
  if (reads.definitions.empty()) return kNone;
  std::vector<int> tables;
  DirectTables(*expr, model_, &tables);
  if (tables.empty() || std::any_of(tables.begin(), tables.end(), [&](int t) { return t != tables[0]; }))
    return kNone;
  if (!ReadsOnlyThrough(*expr, tables[0], reads_)) return kNone;
  const ColumnId column = TableOf(tables[0], where);
  if (column == kNone) return kNone;
  feel::Expression expression;
  expression.root = expr;
  expression.slot_count = SlotCount(*expr);
  OneFact nobody(kNone, Value());
  std::vector<zhida::Truth> truths;
  const std::vector<Value> choices = graph_.graph().columns[static_cast<size_t>(column)].choices;
  for (const Value& choice : choices) {
    feel::Interpreter interpreter(model_, nobody, feel::Reading::kPromised, DatesOf(where));
    interpreter.Preset(tables[0], choice);
    truths.push_back(interpreter.Evaluate(expression).truth());
  }
  return graph_.TestChoice(column, std::move(truths));
}

// A first-hit table with formulas for outputs: its rules one after the other.
NumberId Lowering::TableFormulas(const Table& table, const Where& where) {
  if (table.hit != HitPolicy::kFirst || table.outputs.size() != 1 || !where.event_day) return kNone;
  const feel::TableOutput& output = table.outputs[0];
  if (!output.values.empty() || !output.default_value.root) return kNone;
  for (const feel::TableInput& input : table.inputs) {
    if (input.allowed.root || HasBinders(*input.value.root)) return kNone;
  }
  NumberId chain = NumberOf(output.default_value.root, where);
  for (size_t r = table.rules.size(); r-- > 0 && chain != kNone;) {
    const feel::TableRule& rule = table.rules[r];
    std::vector<NodeId> cells;
    for (size_t i = 0; i < rule.cells.size(); ++i) {
      const ExprPtr& cell = rule.cells[i].root;
      if (!cell) continue;
      if (HasBinders(*cell) && cell->op != Op::kIn) return kNone;
      cells.push_back(Truth(Substitute(cell, 0, table.inputs[i].value.root), where));
    }
    const NumberId number = NumberOf(rule.outputs[0].root, where);
    chain = number == kNone
                ? kNone
                : graph_.NumberIf(graph_.And(std::move(cells)), number, chain, Number::Kind::kRule);
  }
  return chain;
}

NumberId Lowering::TableNumber(int definition, const Where& where) {
  const ColumnId id = TableOf(definition, where);
  if (id == kNone) return TableFormulas(*model_.definitions[static_cast<size_t>(definition)].table, where);
  const std::vector<Value> choices = graph_.graph().columns[static_cast<size_t>(id)].choices;
  int scale = 0;
  for (const Value& choice : choices) {
    if (choice.kind() == ValueKind::kNumber) scale = std::max(scale, choice.number().scale());
  }
  std::vector<int128_t> constants;
  for (const Value& choice : choices) {
    // Null and unknown choices keep their place; the reader looks at the choice before it looks here.
    int128_t constant = 0;
    if (choice.kind() == ValueKind::kNumber) {
      const auto exact = choice.number().ToScaled(scale);
      if (!exact) return kNone;
      constant = *exact;
    } else if (!choice.is_null() && !choice.is_unknown()) {
      return kNone;
    }
    constants.push_back(constant);
  }
  return graph_.NumberChoice(id, std::move(constants), scale);
}

}  // namespace zhida::plan
