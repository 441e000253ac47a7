#include "engine/plan/row_pass.h"

namespace zhida::plan {

RowPass::RowPass(const Plan& plan, TextTests& texts, feel::Reading reading)
    : plan_(plan), texts_(texts), local_(texts.MakeLocal()), reading_(reading) {
  columns_.resize(plan.graph.columns.size());
  nodes_.resize(plan.graph.nodes.size());
}

RowPass::~RowPass() = default;

void RowPass::Start(const facts::FactBlock& block, uint32_t row) {
  block_ = &block;
  first_ = row;
  row_ = 0;
  ++moves_;
  local_.unshared.clear();
  for (auto& [list, pass] : items_) pass->block_ = nullptr;
}

void RowPass::MoveTo(uint32_t row) {
  if (row == row_) return;
  row_ = row;
  ++moves_;
}

RowPass& RowPass::ItemPass(int list) {
  std::unique_ptr<RowPass>& pass = items_[list];
  if (!pass) {
    pass = std::make_unique<RowPass>(plan_, texts_, reading_);
    pass->subject_pass_ = this;
  }
  const facts::Span span = block_->column(list).spans[first_];
  if (pass->block_ == nullptr) pass->Start(*block_, span.begin);
  return *pass;
}

facts::Span RowPass::ItemsOf(int list, uint32_t) { return {0, block_->column(list).spans[first_].size}; }

void RowPass::Truths(NodeId node, const Rows& rows, std::vector<Truth>* out) {
  out->resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    MoveTo(rows[i]);
    (*out)[i] = TruthOf(node);
  }
}

void RowPass::Choices(ColumnId table, const Rows& rows, std::vector<ChoiceValue>* out) {
  out->resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    MoveTo(rows[i]);
    const ColumnValue& value = ValueOf(table);
    (*out)[i] = {value.position, value.known};
  }
}

AmountValue RowPass::AmountOf(const PlannedAmount& rule) {
  std::vector<AmountValue> out;
  EvaluateAmounts(plan_, rule, *this, periods_, {0}, &out);
  return out[0];
}

int64_t RowPass::expressions() const {
  int64_t sum = expressions_;
  for (const auto& [list, pass] : items_) sum += pass->expressions();
  return sum;
}

const ColumnValue& RowPass::ValueOf(ColumnId id) {
  Remembered<ColumnValue>& memory = columns_[static_cast<size_t>(id)];
  if (memory.row == moves_) return memory.value;
  const Column& column = plan_.graph.columns[static_cast<size_t>(id)];
  ColumnValue value;
  switch (column.kind) {
    case Column::Kind::kNumber:
      value = NumberColumn(column);
      break;
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
  memory = {moves_, value};
  return memory.value;
}

ColumnValue RowPass::NumberColumn(const Column& column) {
  Numbers numbers(plan_, *this, periods_);
  Positions positions;
  CutsPassed(column, numbers, plan_.graph, {row_}, &positions);
  ColumnValue value;
  value.known = positions.known[0];
  value.position = static_cast<int>(positions.passed[0]);
  return value;
}

ColumnValue RowPass::TextValue(ColumnId id, const Column& column) {
  const Source texts(plan_.graph, *block_, column.fact, reading_);
  const size_t row = first_ + row_;
  ColumnValue value;
  value.known = texts.At(row);
  if (value.known == Known::kKnown) value.answers = &texts_.Find(id, texts.column().texts[row], &local_);
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
  const facts::BlockRow subject(*block_, first_ + row_);
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

Truth RowPass::Quantified(const Node& node) {
  switch (StateAt(block_->column(node.over), first_ + row_, reading_)) {
    case Known::kKnown:
      break;
    case Known::kUnknown:
      return Truth::kUnknown;
    case Known::kNull:
    case Known::kAsk:
      return Truth::kError;
  }
  const bool some = node.kind != Node::Kind::kEvery;
  const bool strict = node.kind == Node::Kind::kHolds;
  Truth truth = ToTruth(!some);
  RowPass& items = ItemPass(node.over);
  const uint32_t size = ItemsOf(node.over, 0).size;
  for (uint32_t item = 0; item < size && (strict || truth != ToTruth(some)); ++item) {
    items.MoveTo(item);
    const Truth of_item = items.TruthOf(node.parts[0]);
    if (strict && (of_item == Truth::kUnknown || of_item == Truth::kError)) {
      if (truth != Truth::kError) truth = of_item;
      if (of_item == Truth::kError) break;
      continue;
    }
    if (strict && truth == Truth::kUnknown) continue;
    truth = some ? Or(truth, of_item) : And(truth, of_item);
  }
  return truth;
}

Truth RowPass::TruthOf(NodeId id) {
  Remembered<Truth>& memory = nodes_[static_cast<size_t>(id)];
  if (memory.row == moves_) return memory.value;
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
    case Node::Kind::kSome:
    case Node::Kind::kEvery:
    case Node::Kind::kHolds:
      truth = Quantified(node);
      break;
    case Node::Kind::kLift:
      truth = subject_pass_->TruthOf(node.parts[0]);
      break;
  }
  memory = {moves_, truth};
  return truth;
}

}  // namespace zhida::plan
