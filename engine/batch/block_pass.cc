#include "engine/batch/block_pass.h"

#include <algorithm>
#include <utility>

namespace zhida::batch {

using plan::Column;
using plan::kNone;
using plan::Known;
using plan::Node;
using plan::NodeId;
using plan::NumberTest;
using plan::Rows;

namespace {

// Nodes at this cost or above contain a condition for the interpreter (engine/plan/graph.cc).
constexpr int kInterpretedCost = 100'000;

}  // namespace

// What a column looks like in this block. Rows are in exactly one of known, null, unknown, ask.
struct BlockPass::ColumnState {
  uint64_t block = 0;
  Plane unknown;
  Plane null;
  Plane ask;
  std::vector<Plane> passed;  // kNumber: rows that have passed cut i
  struct Group {
    const plan::TextAnswers* answers;
    Plane rows;
  };
  std::vector<Group> groups;  // kText: rows by distinct text
  std::vector<Plane> chosen;  // kTable: rows by choice
  Planes answers;             // kExpression
  Plane evaluated;            // kExpression: rows whose answer is there

  void Assign(size_t words) {
    unknown.assign(words, 0);
    null.assign(words, 0);
    ask.assign(words, 0);
  }
};

BlockPass::BlockPass(const plan::Plan& plan, plan::TextTests& texts, feel::Reading reading, Fault fault)
    : plan_(plan), texts_(texts), local_(texts.MakeLocal()), reading_(reading), fault_(fault) {
  columns_.resize(plan.graph.columns.size());
  nodes_.resize(plan.graph.nodes.size());
}

BlockPass::~BlockPass() = default;

void BlockPass::Start(const facts::FactBlock& block, size_t first, size_t count, BlockPass* verified) {
  block_ = &block;
  verified_ = verified;
  first_ = first;
  count_ = count;
  words_ = WordCount(count);
  ++generation_;
  local_.unshared.clear();
  for (auto& [list, pass] : items_) pass->block_ = nullptr;
  valid_.assign(words_, ~uint64_t{0});
  if (count % 64 != 0) valid_.back() = (uint64_t{1} << (count % 64)) - 1;
}

// The items of the rows' lists; unfilled until somebody asks for them.
BlockPass& BlockPass::ItemPass(int list) {
  std::unique_ptr<BlockPass>& pass = items_[list];
  if (!pass) {
    pass = std::make_unique<BlockPass>(plan_, texts_, reading_, fault_);
    pass->subject_pass_ = this;
  }
  if (pass->block_ != nullptr) return *pass;
  const std::vector<facts::Span>& spans = block_->column(list).spans;
  uint32_t begin = 0;
  uint32_t end = 0;
  for (size_t row = first_; row < first_ + count_; ++row) {
    if (spans[row].size == 0) continue;
    if (end == 0) begin = spans[row].begin;
    end = spans[row].begin + spans[row].size;
  }
  pass->Start(*block_, begin, end - begin, verified_ == nullptr ? nullptr : &verified_->ItemPass(list));
  // Items between the rows' own belong to rejected rows; whatever they are, nobody asks.
  pass->owners_.assign(end - begin, 0);
  for (size_t row = 0; row < count_; ++row) {
    const facts::Span span = spans[first_ + row];
    std::fill_n(pass->owners_.begin() + (span.size == 0 ? 0 : span.begin - begin), span.size,
                static_cast<uint32_t>(row));
  }
  return *pass;
}

facts::Span BlockPass::ItemsOf(int list, uint32_t row) {
  facts::Span span = block_->column(list).spans[first_ + row];
  if (span.size > 0) span.begin -= static_cast<uint32_t>(ItemPass(list).first_);
  return span;
}

PassCounts BlockPass::counts() const {
  PassCounts sum = counts_;
  for (const auto& [list, pass] : items_) sum.expressions += pass->counts().expressions;
  return sum;
}

bool BlockPass::IsInterpreted(NodeId node) const {
  return plan_.graph.nodes[static_cast<size_t>(node)].cost >= kInterpretedCost;
}

// --- Nodes
// -----------------------------------------------------------------------------------------------------------

const Planes& BlockPass::Truth(NodeId id, const Plane& alive) {
  NodeState& state = nodes_[static_cast<size_t>(id)];
  // Nodes with interpreted parts are looked at anew, since other rows may be alive now; their parts are kept.
  if (state.block == generation_ && !IsInterpreted(id)) return state.planes;
  const Node& node = plan_.graph.nodes[static_cast<size_t>(id)];
  Planes& out = state.planes;
  out.Assign(words_);
  switch (node.kind) {
    case Node::Kind::kConstant:
      if (node.constant != zhida::Truth::kFalse) out.can_true = valid_;
      if (node.constant != zhida::Truth::kTrue) out.can_false = valid_;
      if (node.constant == zhida::Truth::kError) out.ask = valid_;
      break;
    case Node::Kind::kTest:
      Test(node, alive, &out);
      break;
    case Node::Kind::kAnd:
    case Node::Kind::kOr:
    case Node::Kind::kIf:
      Combine(node, alive, &out);
      break;
    case Node::Kind::kNot: {
      const Planes& part = Truth(node.parts[0], alive);
      out.can_true = part.can_false;
      out.can_false = part.can_true;
      out.ask = part.ask;
      if (fault_ == Fault::kNotIgnored) std::swap(out.can_true, out.can_false);
      break;
    }
    case Node::Kind::kLater: {
      const Planes& part = Truth(node.parts[0], alive);
      for (size_t i = 0; i < words_; ++i) {
        out.can_true[i] = part.can_true[i];
        out.ask[i] = part.ask[i];
        out.can_false[i] = part.can_false[i] & (~part.can_true[i] | part.ask[i]);
      }
      break;
    }
    case Node::Kind::kSome:
    case Node::Kind::kEvery:
      Quantify(node, &out);
      break;
    case Node::Kind::kLift:
      Lift(node, &out);
      break;
  }
  state.block = generation_;
  return out;
}

// Some is the or over a row's items, every the and; both strict in the list itself.
void BlockPass::Quantify(const Node& node, Planes* out) {
  const bool some = node.kind == Node::Kind::kSome;
  const facts::Column& list = block_->column(node.over);
  BlockPass& items = ItemPass(node.over);
  const Planes& of_items = items.Truth(node.parts[0], items.valid_);
  const Plane& decisive = some ? of_items.can_false : of_items.can_true;  // zero: the item decides
  const Plane& other = some ? of_items.can_true : of_items.can_false;
  for (size_t row = 0; row < count_; ++row) {
    const uint64_t bit = uint64_t{1} << (row % 64);
    const size_t word = row / 64;
    const Known known = plan::StateAt(list, first_ + row, reading_);
    bool decided = false;
    bool open = false;
    bool ask = known == Known::kNull || known == Known::kAsk;
    if (known == Known::kKnown) {
      const facts::Span span = list.spans[first_ + row];
      for (size_t k = 0, item = span.begin - items.first_; k < span.size; ++k, ++item) {
        decided |= !Bit(decisive, item);
        open |= Bit(other, item);
        ask |= Bit(of_items.ask, item);
      }
      ask = ask && !decided;
    } else {
      open = true;
    }
    if (known != Known::kKnown || (open && !decided)) {
      out->can_true[word] |= bit;
      out->can_false[word] |= bit;
      if (ask) out->ask[word] |= bit;
    } else {
      (decided == some ? out->can_true : out->can_false)[word] |= bit;
    }
  }
}

// The subject's truth, for each of its items.
void BlockPass::Lift(const Node& node, Planes* out) {
  const Planes& of_subjects = subject_pass_->Truth(node.parts[0], subject_pass_->valid_);
  for (size_t item = 0; item < count_; ++item) {
    const size_t row = owners_[item];
    if (Bit(of_subjects.can_true, row)) SetBit(&out->can_true, item);
    if (Bit(of_subjects.can_false, row)) SetBit(&out->can_false, item);
    if (Bit(of_subjects.ask, row)) SetBit(&out->ask, item);
  }
}

void BlockPass::Combine(const Node& node, const Plane& alive, Planes* out) {
  if (node.kind == Node::Kind::kIf) {
    const Planes& condition = Truth(node.parts[0], alive);
    const Planes& then = Truth(node.parts[1], alive);
    const Planes& otherwise = Truth(node.parts[2], alive);
    for (size_t i = 0; i < words_; ++i) {
      const uint64_t open = condition.can_true[i] & condition.can_false[i];
      const uint64_t yes = condition.can_true[i] & ~open;
      const uint64_t no = condition.can_false[i] & ~open;
      out->can_true[i] = open | (yes & then.can_true[i]) | (no & otherwise.can_true[i]);
      out->can_false[i] = open | (yes & then.can_false[i]) | (no & otherwise.can_false[i]);
      out->ask[i] = condition.ask[i] | (yes & then.ask[i]) | (no & otherwise.ask[i]);
    }
    return;
  }
  const bool conjunction = node.kind == Node::Kind::kAnd;
  (conjunction ? out->can_true : out->can_false) = valid_;
  Plane live = alive;
  size_t parts = node.parts.size();
  if ((fault_ == Fault::kDroppedOrBranch && !conjunction) ||
      (fault_ == Fault::kDroppedAndPart && conjunction))
    --parts;
  for (size_t p = 0; p < parts; ++p) {
    const Planes& part = Truth(node.parts[p], live);
    if (conjunction) {
      AndInto(part, out);
    } else {
      OrInto(part, out);
    }
    // Only rows that the parts so far leave undecided need the dear ones; the cheap ones are evaluated whole
    // and kept.
    if (!IsInterpreted(node.parts[p])) {
      const Plane& open = conjunction ? out->can_true : out->can_false;
      for (size_t i = 0; i < words_; ++i) live[i] &= open[i];
    }
  }
}

void BlockPass::Test(const Node& node, const Plane& alive, Planes* out) {
  const Column& column = plan_.graph.columns[static_cast<size_t>(node.column)];
  ColumnState& state = ColumnOf(node.column);
  const size_t test = static_cast<size_t>(node.test);
  const auto add = [&](const Plane& rows, zhida::Truth truth) {
    for (size_t i = 0; i < words_; ++i) {
      if (truth != zhida::Truth::kFalse) out->can_true[i] |= rows[i];
      if (truth != zhida::Truth::kTrue) out->can_false[i] |= rows[i];
      if (truth == zhida::Truth::kError) out->ask[i] |= rows[i];
    }
  };
  switch (column.kind) {
    case Column::Kind::kNumber:
      TestNumber(column, column.number_tests[test], state, out);
      break;
    case Column::Kind::kText:
      for (const ColumnState::Group& group : state.groups) add(group.rows, group.answers->truths[test]);
      add(state.null, texts_.OfNull(node.column).truths[test]);
      break;
    case Column::Kind::kTable:
      for (size_t i = 0; i < state.chosen.size(); ++i) add(state.chosen[i], column.choice_tests[test][i]);
      break;
    case Column::Kind::kExpression:
      TestExpression(column, alive, &state, out);
      return;
  }
  add(state.unknown, fault_ == Fault::kUnknownAsFalse ? zhida::Truth::kFalse : zhida::Truth::kUnknown);
  add(state.ask, fault_ == Fault::kErrorAsFalse ? zhida::Truth::kFalse : zhida::Truth::kError);
  if (fault_ == Fault::kSwappedPlanes) std::swap(out->can_true, out->can_false);
}

void BlockPass::TestNumber(const Column&, const NumberTest& test, const ColumnState& state, Planes* out) {
  for (size_t i = 0; i < words_; ++i) {
    const uint64_t known = valid_[i] & ~(state.unknown[i] | state.null[i] | state.ask[i]);
    uint64_t yes = 0;
    uint64_t open = 0;
    uint64_t ask = 0;
    for (const NumberTest::Stretch& stretch : test.stretches) {
      uint64_t rows = known;
      if (stretch.low != kNone) rows &= state.passed[static_cast<size_t>(stretch.low)][i];
      if (stretch.high != kNone) rows &= ~state.passed[static_cast<size_t>(stretch.high)][i];
      switch (stretch.truth) {
        case zhida::Truth::kTrue:
          yes |= rows;
          break;
        case zhida::Truth::kUnknown:
          open |= rows;
          break;
        case zhida::Truth::kError:
          ask |= rows;
          break;
        case zhida::Truth::kFalse:
          break;
      }
    }
    switch (test.on_null) {
      case zhida::Truth::kTrue:
        yes |= state.null[i];
        break;
      case zhida::Truth::kUnknown:
        open |= state.null[i];
        break;
      case zhida::Truth::kError:
        ask |= state.null[i];
        break;
      case zhida::Truth::kFalse:
        break;
    }
    out->can_true[i] = yes | open | ask;
    out->can_false[i] = (known | state.null[i]) & ~yes;
    out->ask[i] = ask;
  }
}

feel::Dates BlockPass::DatesOf(const plan::Context& context, const feel::FactSource& row) const {
  feel::Dates dates{plan_.as_of, Value::OfDate(context.event), context.year};
  if (context.event_fact != kNone) dates.event = row.Get(context.event_fact, reading_);
  return dates;
}

void BlockPass::TestExpression(const Column& column, const Plane& alive, ColumnState* state, Planes* out) {
  for (size_t i = 0; i < words_; ++i) {
    uint64_t rows = alive[i] & valid_[i] & ~state->evaluated[i];
    state->evaluated[i] |= rows;
    for (; rows != 0; rows &= rows - 1) {
      const size_t row = i * 64 + static_cast<size_t>(__builtin_ctzll(rows));
      const uint64_t bit = uint64_t{1} << (row % 64);
      const facts::BlockRow subject(*block_, first_ + row);
      const plan::Context& context = plan_.graph.contexts[static_cast<size_t>(column.context)];
      feel::Interpreter interpreter(plan_.pack->model, subject, reading_, DatesOf(context, subject));
      const zhida::Truth truth = interpreter.Evaluate(column.expression).truth();
      ++counts_.expressions;
      if (truth != zhida::Truth::kFalse) state->answers.can_true[i] |= bit;
      if (truth != zhida::Truth::kTrue) state->answers.can_false[i] |= bit;
      if (truth == zhida::Truth::kError) state->answers.ask[i] |= bit;
    }
    // Rows not asked about are open; nobody looks at them.
    const uint64_t rest = valid_[i] & ~state->evaluated[i];
    out->can_true[i] = state->answers.can_true[i] | rest;
    out->can_false[i] = state->answers.can_false[i] | rest;
    out->ask[i] = state->answers.ask[i];
  }
}

void BlockPass::Truths(NodeId node, const Rows& rows, std::vector<zhida::Truth>* out) {
  Plane alive(words_, 0);
  for (const uint32_t row : rows) SetBit(&alive, row);
  const Planes& planes = Truth(node, alive);
  out->resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool can_true = Bit(planes.can_true, rows[i]);
    const bool can_false = Bit(planes.can_false, rows[i]);
    (*out)[i] = Bit(planes.ask, rows[i])  ? zhida::Truth::kError
                : can_true && can_false ? zhida::Truth::kUnknown
                                        : ToTruth(can_true);
  }
}

void BlockPass::Choices(plan::ColumnId table, const Rows& rows, std::vector<plan::ChoiceValue>* out) {
  const ColumnState& state = ColumnOf(table);
  out->assign(rows.size(), {});
  for (size_t i = 0; i < rows.size(); ++i) {
    plan::ChoiceValue& value = (*out)[i];
    if (Bit(state.ask, rows[i])) value.known = Known::kAsk;
    for (size_t choice = 0; choice < state.chosen.size() && value.known == Known::kUnknown; ++choice) {
      if (Bit(state.chosen[choice], rows[i])) value = {static_cast<int>(choice), Known::kKnown};
    }
  }
}

void BlockPass::Amounts(const plan::PlannedAmount& rule, const Rows& rows,
                        std::vector<plan::AmountValue>* out) {
  plan::EvaluateAmounts(plan_, rule, *this, periods_, rows, out);
}

// --- Columns
// ---------------------------------------------------------------------------------------------------------

BlockPass::ColumnState& BlockPass::ColumnOf(plan::ColumnId id) {
  const Column& column = plan_.graph.columns[static_cast<size_t>(id)];
  if (verified_ != nullptr && std::none_of(column.facts.begin(), column.facts.end(),
                                           [&](int fact) { return block_->column(fact).any_committed; })) {
    return verified_->ColumnOf(id);
  }
  auto& slot = columns_[static_cast<size_t>(id)];
  if (!slot) slot = std::make_unique<ColumnState>();
  ColumnState& state = *slot;
  if (state.block == generation_) return state;
  state.Assign(words_);
  state.block = generation_;
  switch (column.kind) {
    case Column::Kind::kNumber:
      FillNumber(column, &state);
      break;
    case Column::Kind::kText:
      FillText(id, column, &state);
      break;
    case Column::Kind::kTable:
      FillTable(column, &state);
      break;
    case Column::Kind::kExpression:
      state.answers.Assign(words_);
      state.evaluated.assign(words_, 0);
      break;
  }
  return state;
}

void BlockPass::FillNumber(const Column& column, ColumnState* state) {
  Rows rows(count_);
  for (size_t i = 0; i < count_; ++i) rows[i] = static_cast<uint32_t>(i);
  std::vector<plan::Position> positions;
  plan::Numbers numbers(plan_, *this, periods_);
  plan::CutsPassed(column, numbers, plan_.graph, rows, &positions);
  // The fault needs the numbers themselves; what is not on a cut is not moved.
  plan::NumberVector exact;
  const bool whole = column.divisor == kNone && !plan_.graph.numbers[static_cast<size_t>(column.number)].decimal;
  if (fault_ == Fault::kCutOffByOne && whole) numbers.Evaluate(column.number, rows, &exact);

  // One bit a row at the number of cuts it has passed; or-ing from the far end gives every cut's plane at
  // once.
  const size_t cuts = column.cuts.size();
  state->passed.assign(cuts, Plane());
  for (Plane& plane : state->passed) plane.assign(words_, 0);
  for (size_t row = 0; row < count_; ++row) {
    int passed = positions[row].passed;
    switch (positions[row].known) {
      case Known::kKnown:
        if (exact.size() > 0 && passed > 0 && !column.cuts[static_cast<size_t>(passed) - 1].above &&
            column.cuts[static_cast<size_t>(passed) - 1].value == exact.values[row]) {
          --passed;
        }
        if (passed > 0) SetBit(&state->passed[static_cast<size_t>(passed) - 1], row);
        break;
      case Known::kNull:
        SetBit(fault_ == Fault::kNullAsUnknown ? &state->unknown : &state->null, row);
        break;
      case Known::kUnknown:
        SetBit(&state->unknown, row);
        break;
      case Known::kAsk:
        SetBit(&state->ask, row);
        break;
    }
  }
  for (size_t cut = cuts; cut-- > 1;) {
    for (size_t i = 0; i < words_; ++i) state->passed[cut - 1][i] |= state->passed[cut][i];
  }
}

void BlockPass::FillText(plan::ColumnId id, const Column& column, ColumnState* state) {
  // The fault reads promised texts as if they were verified.
  const feel::Reading reading = fault_ == Fault::kCommittedAsKnown ? feel::Reading::kPromised : reading_;
  const plan::Source texts(plan_.graph, *block_, column.fact, reading);
  state->groups.clear();
  std::unordered_map<const plan::TextAnswers*, size_t> group_of;
  for (size_t row = 0; row < count_; ++row) {
    switch (texts.At(first_ + row)) {
      case Known::kKnown: {
        const plan::TextAnswers& answers = texts_.Find(id, texts.column().texts[first_ + row], &local_);
        auto [entry, added] = group_of.emplace(&answers, state->groups.size());
        if (added) state->groups.push_back({&answers, Plane(words_, 0)});
        SetBit(&state->groups[entry->second].rows, row);
        break;
      }
      case Known::kNull:
        SetBit(fault_ == Fault::kNullAsUnknown ? &state->unknown : &state->null, row);
        break;
      case Known::kUnknown:
        SetBit(&state->unknown, row);
        break;
      case Known::kAsk:
        SetBit(&state->ask, row);
        break;
    }
  }
}

void BlockPass::FillTable(const Column& column, ColumnState* state) {
  state->chosen.assign(column.choices.size(), Plane());
  for (Plane& plane : state->chosen) plane.assign(words_, 0);
  for (NodeId allowed : column.allowed) {
    const Planes& planes = Truth(allowed, valid_);
    for (size_t i = 0; i < words_; ++i)
      state->ask[i] |= (planes.can_false[i] & ~planes.can_true[i]) | planes.ask[i];
  }
  if (column.hit == feel::HitPolicy::kFirst) {
    FirstHit(column, state);
  } else {
    SingleHit(column, state);
  }
  // Rows with several possible choices, and rows for the interpreter, have none.
  Plane once(words_, 0);
  Plane twice(words_, 0);
  for (const Plane& plane : state->chosen) {
    for (size_t i = 0; i < words_; ++i) {
      twice[i] |= once[i] & plane[i];
      once[i] |= plane[i];
    }
  }
  for (size_t i = 0; i < words_; ++i) {
    state->unknown[i] = (state->unknown[i] | twice[i]) & ~state->ask[i];
    for (Plane& plane : state->chosen) plane[i] &= ~(state->unknown[i] | state->ask[i]);
  }
}

// Rows reach a rule while no earlier rule is surely true. What a row may choose is what the rules it reaches
// may give.
void BlockPass::FirstHit(const Column& column, ColumnState* state) {
  Plane reach = valid_;
  Plane opened(words_, 0);
  for (size_t r = 0; r < column.rules.size(); ++r) {
    const Planes& rule = Truth(column.rules[r], reach);
    Plane& chosen = state->chosen[static_cast<size_t>(column.rule_choice[r])];
    for (size_t i = 0; i < words_; ++i) {
      const uint64_t possible = reach[i] & rule.can_true[i];
      state->ask[i] |= reach[i] & rule.ask[i];
      opened[i] |= possible & rule.can_false[i];
      chosen[i] |= possible;
      reach[i] &= rule.can_false[i];
    }
  }
  Plane& otherwise = state->chosen[static_cast<size_t>(column.default_choice)];
  for (size_t i = 0; i < words_; ++i) {
    // The end is reached past an open rule: unknown, never the default.
    if (fault_ != Fault::kTableDefaultForUnknown) state->unknown[i] |= reach[i] & opened[i];
    otherwise[i] |= reach[i] & ~opened[i];
  }
}

// U: two true rules are an error. A: true rules with different outputs are.
void BlockPass::SingleHit(const Column& column, ColumnState* state) {
  const bool unique = column.hit == feel::HitPolicy::kUnique;
  Plane open(words_, 0);
  Plane sure(words_, 0);
  std::vector<Plane> possible(state->chosen.size(), Plane(words_, 0));
  std::vector<Plane>& chosen = state->chosen;
  for (size_t r = 0; r < column.rules.size(); ++r) {
    const Planes& rule = Truth(column.rules[r], valid_);
    const size_t choice = static_cast<size_t>(column.rule_choice[r]);
    for (size_t i = 0; i < words_; ++i) {
      const uint64_t yes = rule.can_true[i] & ~rule.can_false[i];
      const uint64_t maybe = rule.can_true[i] & rule.can_false[i];
      state->ask[i] |= rule.ask[i];
      if (unique) {
        state->ask[i] |= sure[i] & yes;
      } else {
        state->ask[i] |= sure[i] & yes & ~chosen[choice][i];
      }
      sure[i] |= yes;
      open[i] |= maybe;
      chosen[choice][i] |= yes;
      possible[choice][i] |= maybe;
    }
  }
  Plane& otherwise = chosen[static_cast<size_t>(column.default_choice)];
  for (size_t i = 0; i < words_; ++i) {
    uint64_t doubtful = open[i] & ~sure[i];
    if (unique) {
      doubtful |= open[i];
    } else {
      for (size_t c = 0; c < chosen.size(); ++c) doubtful |= possible[c][i] & ~chosen[c][i];
    }
    state->unknown[i] |= doubtful;
    otherwise[i] |= valid_[i] & ~sure[i] & ~open[i];
  }
}

}  // namespace zhida::batch
