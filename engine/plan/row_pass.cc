#include "engine/plan/row_pass.h"

namespace zhida::plan {

using facts::State;

RowPass::RowPass(const Plan& plan, TextTests& texts, feel::Reading reading)
    : plan_(plan), texts_(texts), local_(texts.MakeLocal()), reading_(reading) {
  columns_.resize(plan.graph.columns.size());
  nodes_.resize(plan.graph.nodes.size());
}

void RowPass::Start(const facts::FactBlock& block, uint32_t row) {
  block_ = &block;
  row_ = row;
  ++subject_;
  local_.unshared.clear();
}

NumberValue RowPass::NumberOf(NumberId number) {
  std::vector<NumberValue> out;
  Numbers(plan_.graph, *block_, reading_, *this).Evaluate(number, {row_}, &out);
  return out[0];
}

const ColumnValue& RowPass::ValueOf(ColumnId id) {
  Remembered<ColumnValue>& memory = columns_[static_cast<size_t>(id)];
  if (memory.subject == subject_) return memory.value;
  const Column& column = plan_.graph.columns[static_cast<size_t>(id)];
  ColumnValue value;
  switch (column.kind) {
    case Column::Kind::kNumber: {
      const NumberValue number = NumberOf(column.number);
      value.known = column.divisor == kNone
                        ? CutsPassed(column, number, &value.position)
                        : CutsPassed(column, plan_.graph, number, NumberOf(column.divisor), &value.position);
      break;
    }
    case Column::Kind::kText:
      value = TextValue(id, column);
      break;
    case Column::Kind::kTable:
      value = TableValue(column);
      break;
    case Column::Kind::kExpression:
      value = ExpressionValue(column);
      break;
  }
  memory = {subject_, value};
  return memory.value;
}

ColumnValue RowPass::TextValue(ColumnId id, const Column& column) {
  const facts::Column& texts = block_->column(column.fact);
  const uint8_t mark = texts.state[row_];
  ColumnValue value;
  if (facts::IsCommitted(mark) && reading_ == feel::Reading::kVerified) return value;
  if (facts::StateOf(mark) == State::kAbsent) {
    value.known = Known::kNull;
  } else if (facts::StateOf(mark) == State::kKnown) {
    value.known = Known::kKnown;
    value.answers = &texts_.Find(id, texts.texts[row_], &local_);
  }
  return value;
}

// docs/semantics.md, section "Decision tables", for F, U and A.
ColumnValue RowPass::TableValue(const Column& column) {
  ColumnValue value;
  for (NodeId allowed : column.allowed) {
    const Truth truth = TruthOf(allowed);
    if (truth == Truth::kFalse || truth == Truth::kError) {
      value.known = Known::kAsk;
      return value;
    }
  }
  int sure = kNone;  // choice of a rule that is true
  bool open = false;
  bool differs = false;  // some open rule could give another choice than the first seen
  int possible = kNone;
  const bool first_hit = column.hit == feel::HitPolicy::kFirst;
  for (size_t r = 0; r < column.rules.size(); ++r) {
    const int choice = column.rule_choice[r];
    const Truth truth = TruthOf(column.rules[r]);
    if (truth == Truth::kFalse) continue;
    if (truth == Truth::kError || (truth == Truth::kTrue && sure != kNone &&
                                   (column.hit == feel::HitPolicy::kUnique || choice != sure))) {
      value.known = Known::kAsk;
      return value;
    }
    differs = differs || (possible != kNone && possible != choice);
    possible = choice;
    if (truth == Truth::kUnknown) {
      open = true;
      continue;
    }
    sure = choice;
    if (first_hit) break;
  }
  if (sure == kNone && !open) {
    value.known = Known::kKnown;
    value.position = column.default_choice;
  } else if (sure != kNone && !differs && !(open && column.hit == feel::HitPolicy::kUnique)) {
    value.known = Known::kKnown;
    value.position = sure;
  }
  return value;
}

ColumnValue RowPass::ExpressionValue(const Column& column) {
  const Context& context = plan_.graph.contexts[static_cast<size_t>(column.context)];
  const facts::BlockRow subject(*block_, row_);
  feel::Dates dates{plan_.as_of, Value::OfDate(context.event), context.year};
  if (context.event_fact != kNone) dates.event = subject.Get(context.event_fact, reading_);
  feel::Interpreter interpreter(plan_.pack->model, subject, reading_, dates);
  ++expressions_;
  ColumnValue value;
  value.truth = interpreter.Evaluate(column.expression).truth();
  value.known = value.truth == Truth::kError     ? Known::kAsk
                : value.truth == Truth::kUnknown ? Known::kUnknown
                                                 : Known::kKnown;
  return value;
}

Known RowPass::ChoiceAt(ColumnId table, uint32_t, int* choice) {
  const ColumnValue& value = ValueOf(table);
  *choice = value.position;
  return value.known;
}

Truth TestTruth(const Column& column, ColumnId id, int test, const ColumnValue& value,
                const TextTests& texts) {
  if (value.known == Known::kUnknown) return Truth::kUnknown;
  if (value.known == Known::kAsk) return Truth::kError;
  const size_t index = static_cast<size_t>(test);
  switch (column.kind) {
    case Column::Kind::kNumber: {
      const NumberTest& number = column.number_tests[index];
      if (value.known == Known::kNull) return number.on_null;
      Truth result = Truth::kFalse;
      for (const NumberTest::Stretch& stretch : number.stretches) {
        if (stretch.low != kNone && value.position <= stretch.low) continue;
        if (stretch.high != kNone && value.position > stretch.high) continue;
        if (stretch.truth == Truth::kTrue) return Truth::kTrue;
        result = stretch.truth;
      }
      return result;
    }
    case Column::Kind::kText:
      return (value.known == Known::kNull ? texts.OfNull(id) : *value.answers).truths[index];
    case Column::Kind::kTable:
      return column.choice_tests[index][static_cast<size_t>(value.position)];
    case Column::Kind::kExpression:
      return value.truth;
  }
  return Truth::kError;
}

Truth RowPass::Test(const Node& node) {
  const Column& column = plan_.graph.columns[static_cast<size_t>(node.column)];
  return TestTruth(column, node.column, node.test, ValueOf(node.column), texts_);
}

Truth RowPass::TruthOf(NodeId id) {
  Remembered<Truth>& memory = nodes_[static_cast<size_t>(id)];
  if (memory.subject == subject_) return memory.value;
  const Node& node = plan_.graph.nodes[static_cast<size_t>(id)];
  Truth truth = Truth::kUnknown;
  switch (node.kind) {
    case Node::Kind::kConstant:
      truth = node.constant;
      break;
    case Node::Kind::kTest:
      truth = Test(node);
      break;
    case Node::Kind::kAnd:
      truth = Truth::kTrue;
      for (NodeId part : node.parts) {
        truth = And(truth, TruthOf(part));
        if (truth == Truth::kFalse) break;
      }
      break;
    case Node::Kind::kOr:
      truth = Truth::kFalse;
      for (NodeId part : node.parts) {
        truth = Or(truth, TruthOf(part));
        if (truth == Truth::kTrue) break;
      }
      break;
    case Node::Kind::kNot:
      truth = Not(TruthOf(node.parts[0]));
      break;
    case Node::Kind::kLater:
      truth = TruthOf(node.parts[0]);
      if (truth == Truth::kUnknown) truth = Truth::kTrue;
      break;
    case Node::Kind::kIf:
      truth = TruthOf(node.parts[0]);
      if (truth == Truth::kTrue || truth == Truth::kFalse)
        truth = TruthOf(node.parts[truth == Truth::kTrue ? 1 : 2]);
      break;
  }
  memory = {subject_, truth};
  return truth;
}

}  // namespace zhida::plan
