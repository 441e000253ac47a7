#include "engine/batch/block_pass.h"

#include <algorithm>
#include <utility>

#include "engine/batch/column_state.h"

namespace zhida::batch {

using plan::Column;
using plan::kNone;
using plan::Known;
using plan::Node;
using plan::NodeId;
using plan::NumberTest;
using plan::Rows;

BlockPass::BlockPass(const plan::Plan& plan, plan::TextTests& texts, feel::Reading reading, Fault fault)
    : plan_(plan),
      texts_(texts),
      local_(texts.MakeLocal()),
      reading_(reading),
      fault_(fault),
      numbers_(plan.graph) {
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
  numbers_.Forget();
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

bool BlockPass::IsShared(const std::vector<int>& facts) const {
  return verified_ != nullptr &&
         std::none_of(facts.begin(), facts.end(), [&](int fact) { return block_->any_committed(fact); });
}

const Planes& BlockPass::Truth(NodeId id, const Plane& alive) {
  const Node& node = plan_.graph.nodes[static_cast<size_t>(id)];
  if (!node.later && IsShared(node.facts)) return verified_->Truth(id, alive);
  NodeState& state = nodes_[static_cast<size_t>(id)];
  if (state.block != generation_) {
    state.block = generation_;
    state.rows.assign(words_, 0);
  } else if (IsWithin(alive, state.rows)) {
    return state.planes;
  }
  // Rows that were evaluated before stay so, in the parts and in the columns.
  OrInto(alive, &state.rows);
  state.planes.Assign(words_);
  Evaluate(id, alive, &state.planes);
  return state.planes;
}

void BlockPass::Evaluate(NodeId id, const Plane& alive, Planes* out) {
  const Node& node = plan_.graph.nodes[static_cast<size_t>(id)];
  switch (node.kind) {
    case Node::Kind::kConstant:
      if (node.constant != zhida::Truth::kFalse) out->can_true = valid_;
      if (node.constant != zhida::Truth::kTrue) out->can_false = valid_;
      if (node.constant == zhida::Truth::kError) out->ask = valid_;
      break;
    case Node::Kind::kTest:
      Test(node, alive, out);
      break;
    case Node::Kind::kAnd:
    case Node::Kind::kOr:
    case Node::Kind::kIf:
      Combine(node, alive, out);
      break;
    case Node::Kind::kNot: {
      const Planes& part = Truth(node.parts[0], alive);
      out->can_true = part.can_false;
      out->can_false = part.can_true;
      out->ask = part.ask;
      if (fault_ == Fault::kNotIgnored) std::swap(out->can_true, out->can_false);
      break;
    }
    case Node::Kind::kLater: {
      const Planes& part = Truth(node.parts[0], alive);
      for (size_t i = 0; i < words_; ++i) {
        out->can_true[i] = part.can_true[i];
        out->ask[i] = part.ask[i];
        out->can_false[i] = part.can_false[i] & (~part.can_true[i] | part.ask[i]);
      }
      break;
    }
    case Node::Kind::kSome:
    case Node::Kind::kEvery:
    case Node::Kind::kHolds:
      Quantify(node, alive, nodes_[static_cast<size_t>(id)].rows, out);
      break;
    case Node::Kind::kLift:
      Lift(node, alive, nodes_[static_cast<size_t>(id)].rows, out);
      break;
  }
}

// Some is the or over a row's items, every the and; all strict in the list itself.
void BlockPass::Quantify(const Node& node, const Plane& alive, const Plane& rows, Planes* out) {
  const bool some = node.kind != Node::Kind::kEvery;
  const bool strict = node.kind == Node::Kind::kHolds;
  const facts::Column& list = block_->column(node.over);
  BlockPass& items = ItemPass(node.over);
  const auto span_of = [&](size_t row) {
    facts::Span span = list.spans[first_ + row];
    span.begin -= span.size == 0 ? span.begin : static_cast<uint32_t>(items.first_);
    return span;
  };
  Plane alive_items(items.words_, 0);
  ForEachBit(alive, [&](size_t row) {
    const facts::Span span = span_of(row);
    for (uint32_t item = span.begin; item < span.begin + span.size; ++item) SetBit(&alive_items, item);
  });
  const Planes& of_items = items.Truth(node.parts[0], alive_items);
  const Plane& decisive = some ? of_items.can_false : of_items.can_true;  // zero: the item decides
  const Plane& other = some ? of_items.can_true : of_items.can_false;
  const plan::KnownTable& known_by = plan::KnownBy(reading());
  ForEachBit(rows, [&](size_t row) {
    const Known known = known_by[list.state[first_ + row]];
    bool decided = false;
    bool open = known != Known::kKnown;
    bool ask = known == Known::kNull || known == Known::kAsk;
    if (!open) {
      const facts::Span span = span_of(row);
      for (uint32_t item = span.begin; item < span.begin + span.size; ++item) {
        decided |= !Bit(decisive, item);
        open |= Bit(other, item);
        ask |= Bit(of_items.ask, item);
      }
      // A function of the list is unknown where an item is, whatever the others are.
      if (strict) {
        bool unknown = false;
        for (uint32_t item = span.begin; item < span.begin + span.size; ++item) {
          unknown |= Bit(of_items.can_true, item) && Bit(of_items.can_false, item);
        }
        decided = decided && !unknown;
        open = unknown;
      }
      open = open && !decided;
      ask = ask && !decided;
    }
    if (open) {
      SetBit(&out->can_true, row);
      SetBit(&out->can_false, row);
      if (ask) SetBit(&out->ask, row);
    } else {
      SetBit(decided == some ? &out->can_true : &out->can_false, row);
    }
  });
}

// The subject's truth, for each of its items.
void BlockPass::Lift(const Node& node, const Plane& alive, const Plane& items, Planes* out) {
  Plane subjects(subject_pass_->words_, 0);
  ForEachBit(alive, [&](size_t item) { SetBit(&subjects, owners_[item]); });
  const Planes& of_subjects = subject_pass_->Truth(node.parts[0], subjects);
  ForEachBit(items, [&](size_t item) {
    const size_t row = owners_[item];
    if (Bit(of_subjects.can_true, row)) SetBit(&out->can_true, item);
    if (Bit(of_subjects.can_false, row)) SetBit(&out->can_false, item);
    if (Bit(of_subjects.ask, row)) SetBit(&out->ask, item);
  });
}

void BlockPass::Combine(const Node& node, const Plane& alive, Planes* out) {
  if (node.kind == Node::Kind::kIf) {
    const Planes& condition = Truth(node.parts[0], alive);
    Plane yes_rows(words_);
    Plane no_rows(words_);
    for (size_t i = 0; i < words_; ++i) {
      yes_rows[i] = alive[i] & ~condition.can_false[i];
      no_rows[i] = alive[i] & ~condition.can_true[i];
    }
    const Planes& then = Truth(node.parts[1], yes_rows);
    const Planes& otherwise = Truth(node.parts[2], no_rows);
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
    // Only rows that the parts so far leave undecided need the others.
    const Plane& open = conjunction ? out->can_true : out->can_false;
    for (size_t i = 0; i < words_; ++i) live[i] &= open[i];
  }
}

void BlockPass::Test(const Node& node, const Plane& alive, Planes* out) {
  const Column& column = plan_.graph.columns[static_cast<size_t>(node.column)];
  const ColumnState& state = ColumnOf(node.column, alive);
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
      *out = state.answers;
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

void BlockPass::Truths(NodeId node, const Rows& rows, std::vector<zhida::Truth>* out) {
  Plane alive(words_, 0);
  for (const uint32_t row : rows) SetBit(&alive, row);
  const Planes& planes = Truth(node, alive);
  out->resize(rows.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool can_true = Bit(planes.can_true, rows[i]);
    const bool can_false = Bit(planes.can_false, rows[i]);
    (*out)[i] = Bit(planes.ask, rows[i]) ? zhida::Truth::kError
                : can_true && can_false  ? zhida::Truth::kUnknown
                                         : ToTruth(can_true);
  }
}

void BlockPass::Choices(plan::ColumnId table, const Rows& rows, std::vector<plan::ChoiceValue>* out) {
  Plane alive(words_, 0);
  for (const uint32_t row : rows) SetBit(&alive, row);
  const ColumnState& state = ColumnOf(table, alive);
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

}  // namespace zhida::batch
