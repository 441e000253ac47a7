// The columns of a block: numbers between their cut points, texts by what is answered about them, choices of
// tables, and what only the interpreter can say.

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "engine/batch/block_pass.h"
#include "engine/batch/column_state.h"

namespace zhida::batch {

using plan::Column;
using plan::kNone;
using plan::Known;
using plan::NodeId;
using plan::Rows;

// A column that more rows ask for than this share of a block is evaluated whole, once and for all.
constexpr size_t kWholeFrom = 3;

BlockPass::ColumnState& BlockPass::ColumnOf(plan::ColumnId id, const Plane& alive) {
  const Column& column = plan_.graph.columns[static_cast<size_t>(id)];
  if (IsShared(column.facts)) return verified_->ColumnOf(id, alive);
  auto& slot = columns_[static_cast<size_t>(id)];
  if (!slot) slot = std::make_unique<ColumnState>();
  ColumnState& state = *slot;
  const bool fresh = state.block != generation_;
  if (fresh) {
    state.Assign(words_);
    state.block = generation_;
  } else if (IsWithin(alive, state.evaluated)) {
    return state;
  }
  const bool dear = column.kind == Column::Kind::kExpression;
  const bool whole = !dear && CountBits(alive) * kWholeFrom >= count_;
  Plane rows(words_);
  for (size_t i = 0; i < words_; ++i) rows[i] = (whole ? valid_[i] : alive[i]) & ~state.evaluated[i];
  OrInto(rows, &state.evaluated);
  switch (column.kind) {
    case Column::Kind::kNumber:
      if (fresh) state.passed.assign(column.cuts.size(), Plane(words_, 0));
      FillNumber(column, rows, &state);
      break;
    case Column::Kind::kText:
      if (fresh) state.groups.clear();
      FillText(id, column, rows, &state);
      break;
    case Column::Kind::kTable:
      // Which choices are left is seen over all rules; earlier rows are seen again.
      FillTable(column, Plane(state.evaluated), &state);
      break;
    case Column::Kind::kExpression:
      if (fresh) state.answers.Assign(words_);
      FillExpression(column, rows, &state);
      break;
  }
  return state;
}

feel::Dates BlockPass::DatesOf(const plan::Context& context, const feel::FactSource& row) const {
  feel::Dates dates{plan_.as_of, Value::OfDate(context.event), context.year};
  if (context.event_fact != kNone) dates.event = row.Get(context.event_fact, reading_);
  return dates;
}

void BlockPass::FillExpression(const Column& column, const Plane& rows, ColumnState* state) {
  const plan::Context& context = plan_.graph.contexts[static_cast<size_t>(column.context)];
  ForEachBit(rows, [&](size_t row) {
    const facts::BlockRow subject(*block_, first_ + row);
    feel::Interpreter interpreter(plan_.pack->model, subject, reading_, DatesOf(context, subject));
    const zhida::Truth truth = interpreter.Evaluate(column.expression).truth();
    ++counts_.expressions;
    if (truth != zhida::Truth::kFalse) SetBit(&state->answers.can_true, row);
    if (truth != zhida::Truth::kTrue) SetBit(&state->answers.can_false, row);
    if (truth == zhida::Truth::kError) SetBit(&state->answers.ask, row);
  });
}

// All rows of a column that cut points in 64 bits divide: byte by byte, without a branch.
void BlockPass::FillWhole(const Column& column, const Rows& rows, plan::Numbers& numbers,
                          ColumnState* state) {
  plan::NumberVector values;
  numbers.Evaluate(column.number, rows, &values);
  std::vector<uint8_t> bytes(rows.size());
  const auto known_as = [&](Known known, Plane* plane) {
    for (size_t i = 0; i < bytes.size(); ++i) bytes[i] = values.known[i] == known ? 1 : 0;
    PackBits(bytes, plane);
  };
  known_as(Known::kNull, fault_ == Fault::kNullAsUnknown ? &state->unknown : &state->null);
  Plane unknown(words_);
  known_as(Known::kUnknown, &unknown);
  OrInto(unknown, &state->unknown);
  known_as(Known::kAsk, &state->ask);
  for (size_t cut = 0; cut < column.cuts.size(); ++cut) {
    const int64_t bar = static_cast<int64_t>(column.cuts[cut].value);
    for (size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<uint8_t>((values.values[i] >= bar ? 1 : 0) &
                                      (values.known[i] == Known::kKnown ? 1 : 0));
    }
    PackBits(bytes, &state->passed[cut]);
  }
}

void BlockPass::FillNumber(const Column& column, const Plane& alive, ColumnState* state) {
  Rows rows;
  rows.reserve(count_);
  ForEachBit(alive, [&](size_t row) { rows.push_back(static_cast<uint32_t>(row)); });
  plan::Positions positions;
  plan::Numbers numbers(plan_, *this, periods_);
  const bool plain = plan::HasPlainCuts(column, plan_.graph);
  if (plain && rows.size() == count_ && fault_ != Fault::kCutOffByOne) {
    FillWhole(column, rows, numbers, state);
    return;
  }
  plan::CutsPassed(column, numbers, plan_.graph, rows, &positions);
  // The fault needs the numbers themselves; what is not on a cut is not moved.
  plan::NumberVector exact;
  const bool whole =
      column.divisor == kNone && !plan_.graph.numbers[static_cast<size_t>(column.number)].decimal;
  if (fault_ == Fault::kCutOffByOne && whole) numbers.Evaluate(column.number, rows, &exact);

  // One bit a row at the number of cuts it has passed; or-ing from the far end gives every cut's plane at
  // once.
  const size_t cuts = column.cuts.size();
  for (size_t k = 0; k < rows.size(); ++k) {
    const size_t row = rows[k];
    uint32_t passed = positions.passed[k];
    switch (positions.known[k]) {
      case Known::kKnown:
        if (exact.size() > 0 && passed > 0 && !column.cuts[passed - 1].above &&
            column.cuts[passed - 1].value == exact.values[k]) {
          --passed;
        }
        if (passed > 0) SetBit(&state->passed[passed - 1], row);
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

void BlockPass::FillText(plan::ColumnId id, const Column& column, const Plane& rows, ColumnState* state) {
  const plan::Source texts(plan_.graph, *block_, column.fact, reading());
  const auto group_of = [&](const plan::TextAnswers* answers) -> Plane& {
    for (ColumnState::Group& group : state->groups) {
      if (group.answers == answers) return group.rows;
    }
    state->groups.push_back({answers, Plane(words_, 0)});
    return state->groups.back().rows;
  };
  // Codes that are listed lie in the pack, so within a block the same place is the same text.
  struct Met {
    const char* place = nullptr;
    size_t size = 0;
    const plan::TextAnswers* answers = nullptr;
  };
  std::array<Met, 256> met;
  const auto answers_of = [&](std::string_view text) {
    Met& slot = met[(reinterpret_cast<uintptr_t>(text.data()) >> 3) % met.size()];
    if (slot.place != text.data() || slot.size != text.size() || slot.answers == nullptr) {
      slot = {text.data(), text.size(), &texts_.Find(id, text, &local_)};
    }
    return slot.answers;
  };
  ForEachBit(rows, [&](size_t row) {
    switch (texts.At(first_ + row)) {
      case Known::kKnown:
        SetBit(&group_of(answers_of(texts.column().texts[first_ + row])), row);
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
  });
}

void BlockPass::FillTable(const Column& column, const Plane& rows, ColumnState* state) {
  state->chosen.assign(column.choices.size(), Plane(words_, 0));
  state->unknown.assign(words_, 0);
  state->ask.assign(words_, 0);
  for (NodeId allowed : column.allowed) {
    const Planes& planes = Truth(allowed, rows);
    for (size_t i = 0; i < words_; ++i)
      state->ask[i] |= (planes.can_false[i] & ~planes.can_true[i]) | planes.ask[i];
  }
  if (column.hit == feel::HitPolicy::kFirst) {
    FirstHit(column, rows, state);
  } else {
    SingleHit(column, rows, state);
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
void BlockPass::FirstHit(const Column& column, const Plane& rows, ColumnState* state) {
  Plane reach = rows;
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
void BlockPass::SingleHit(const Column& column, const Plane& rows, ColumnState* state) {
  const bool unique = column.hit == feel::HitPolicy::kUnique;
  Plane open(words_, 0);
  Plane sure(words_, 0);
  std::vector<Plane> possible(state->chosen.size(), Plane(words_, 0));
  std::vector<Plane>& chosen = state->chosen;
  for (size_t r = 0; r < column.rules.size(); ++r) {
    const Planes& rule = Truth(column.rules[r], rows);
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
    otherwise[i] |= rows[i] & ~sure[i] & ~open[i];
  }
}

}  // namespace zhida::batch
