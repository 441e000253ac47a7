#include "engine/point/point.h"

#include <algorithm>
#include <utility>

namespace zhida::point {

using pack::Judgement;
using pack::Outcome;
using pack::Reason;
using plan::Column;
using plan::ColumnId;
using plan::ColumnValue;
using plan::kNone;
using plan::Known;
using plan::Node;
using plan::NodeId;

namespace {

// A policy may become this many alternatives; a clause that would make more is asked as a whole.
constexpr size_t kAlternativesMax = 8;

struct Term {
  NodeId node = kNone;  // a test, or a condition asked as a whole
  bool negated = false;
};
using Conjunction = std::vector<Term>;

void Set(Bitmap* bitmap, int bit) { (*bitmap)[static_cast<size_t>(bit) / 64] |= uint64_t{1} << (bit % 64); }
void Clear(Bitmap* bitmap, int bit) {
  (*bitmap)[static_cast<size_t>(bit) / 64] &= ~(uint64_t{1} << (bit % 64));
}
bool Has(const Bitmap& bitmap, int bit) { return (bitmap[static_cast<size_t>(bit) / 64] >> (bit % 64)) & 1; }

// `node` as alternatives of conjunctions of terms; false if that takes too many. Kleene logic is
// distributive, so the form has the same truth in all cases.
bool Alternatives(const plan::Graph& graph, NodeId id, bool negated, std::vector<Conjunction>* out) {
  const Node& node = graph.nodes[static_cast<size_t>(id)];
  const bool conjunction = (node.kind == Node::Kind::kAnd) != negated;
  switch (node.kind) {
    case Node::Kind::kTest:
      if (graph.columns[static_cast<size_t>(node.column)].kind == Column::Kind::kExpression) break;
      *out = {{Term{id, negated}}};
      return true;
    case Node::Kind::kNot:
      return Alternatives(graph, node.parts[0], !negated, out);
    case Node::Kind::kAnd:
    case Node::Kind::kOr: {
      std::vector<Conjunction> result;
      if (conjunction) result.emplace_back();
      for (NodeId part : node.parts) {
        std::vector<Conjunction> of_part;
        if (!Alternatives(graph, part, negated, &of_part)) return false;
        if (!conjunction) {
          result.insert(result.end(), of_part.begin(), of_part.end());
        } else {
          std::vector<Conjunction> product;
          for (const Conjunction& left : result) {
            for (const Conjunction& right : of_part) {
              product.push_back(left);
              product.back().insert(product.back().end(), right.begin(), right.end());
            }
          }
          result = std::move(product);
        }
        if (result.size() > kAlternativesMax) return false;
      }
      *out = std::move(result);
      return true;
    }
    case Node::Kind::kConstant:
    case Node::Kind::kIf:
    case Node::Kind::kLater:
      break;
  }
  *out = {{Term{id, negated}}};
  return true;
}

}  // namespace

PointEngine::PointEngine(plan::PlanPtr plan)
    : plan_(std::move(plan)), texts_(std::make_unique<plan::TextTests>(*plan_)) {
  columns_.resize(plan_->graph.columns.size());
  for (size_t policy = 0; policy < plan_->policies.size(); ++policy) Index(policy);
  first_alternative_.push_back(static_cast<int>(alternatives_));
  words_ = (alternatives_ + 63) / 64;
  for (size_t id = 0; id < columns_.size(); ++id) {
    ColumnIndex& index = columns_[id];
    if (index.literals.empty()) continue;
    used_columns_.push_back(static_cast<ColumnId>(id));
    index.uses.assign(words_, 0);
    for (const Literal& literal : index.literals) Set(&index.uses, literal.alternative);
    ColumnValue value;
    value.known = Known::kNull;
    const Column& column = plan_->graph.columns[id];
    if (column.kind != Column::Kind::kTable) index.on_null = EffectOf(static_cast<ColumnId>(id), value);
    value.known = Known::kKnown;
    const size_t positions = column.kind == Column::Kind::kNumber  ? column.cuts.size() + 1
                             : column.kind == Column::Kind::kTable ? column.choices.size()
                                                                   : 0;
    for (size_t position = 0; position < positions; ++position) {
      value.position = static_cast<int>(position);
      index.effects.push_back(EffectOf(static_cast<ColumnId>(id), value));
    }
  }
  std::stable_sort(used_columns_.begin(), used_columns_.end(), [&](ColumnId a, ColumnId b) {
    const auto rank = [&](ColumnId id) {
      return std::pair{CostOf(id), -static_cast<int>(columns_[static_cast<size_t>(id)].literals.size())};
    };
    return rank(a) < rank(b);
  });
}

PointEngine::~PointEngine() = default;

// Rough work for one subject. The cheap columns come first, and among them those that most policies look at,
// so that few alternatives are alive when the dear ones are reached.
int PointEngine::CostOf(ColumnId id) const {
  const plan::Graph& graph = plan_->graph;
  const Column& column = graph.columns[static_cast<size_t>(id)];
  switch (column.kind) {
    case Column::Kind::kText:
      return 1;
    case Column::Kind::kNumber: {
      const auto work = [&](auto&& self, plan::NumberId number) -> int {
        if (number == kNone) return 0;
        const plan::Number& at = graph.numbers[static_cast<size_t>(number)];
        return (at.decimal ? 4 : 1) + self(self, at.a) + self(self, at.b) + (at.condition != kNone ? 4 : 0);
      };
      return std::min(work(work, column.number) + work(work, column.divisor), 1000);
    }
    case Column::Kind::kTable:
      return 20 * (1 + static_cast<int>(column.rules.size()));
    case Column::Kind::kExpression:
      break;
  }
  return 100'000;
}

void PointEngine::Index(size_t policy) {
  first_alternative_.push_back(static_cast<int>(alternatives_));
  const plan::Graph& graph = plan_->graph;
  std::vector<Conjunction> whole(1);
  for (const plan::PlannedClause& clause : plan_->policies[policy].clauses) {
    std::vector<Conjunction> of_clause;
    if (!Alternatives(graph, clause.node, false, &of_clause) ||
        of_clause.size() * whole.size() > kAlternativesMax) {
      of_clause = {{Term{clause.node, false}}};
    }
    std::vector<Conjunction> product;
    for (const Conjunction& left : whole) {
      for (const Conjunction& right : of_clause) {
        product.push_back(left);
        product.back().insert(product.back().end(), right.begin(), right.end());
      }
    }
    whole = std::move(product);
  }
  for (const Conjunction& conjunction : whole) {
    const int alternative = static_cast<int>(alternatives_++);
    for (const Term& term : conjunction) {
      const Node& node = graph.nodes[static_cast<size_t>(term.node)];
      const bool test = node.kind == Node::Kind::kTest &&
                        graph.columns[static_cast<size_t>(node.column)].kind != Column::Kind::kExpression;
      if (test) {
        columns_[static_cast<size_t>(node.column)].literals.push_back({alternative, node.test, term.negated});
        continue;
      }
      // A unit and its negation are two units; that is rare enough.
      const NodeId key = term.negated ? -term.node - 2 : term.node;
      auto [entry, added] = unit_of_.emplace(key, static_cast<int>(units_.size()));
      if (added) units_.push_back({key, {}});
      units_[static_cast<size_t>(entry->second)].alternatives.push_back(alternative);
    }
  }
}

PointEngine::Effect PointEngine::EffectOf(ColumnId id, const ColumnValue& value) const {
  const Column& column = plan_->graph.columns[static_cast<size_t>(id)];
  Effect effect;
  effect.survives.assign(words_, ~uint64_t{0});
  for (const Literal& literal : columns_[static_cast<size_t>(id)].literals) {
    Truth truth = plan::TestTruth(column, id, literal.test, value, *texts_);
    if (literal.negated) truth = Not(truth);
    switch (truth) {
      case Truth::kTrue:
        break;
      case Truth::kFalse:
        Clear(&effect.survives, literal.alternative);
        break;
      case Truth::kUnknown:
        effect.open.push_back(literal.alternative);
        break;
      case Truth::kError:
        effect.ask.push_back(literal.alternative);
        break;
    }
  }
  return effect;
}

const PointEngine::Effect& PointEngine::TextEffect(ColumnId column, const plan::TextAnswers& answers) const {
  {
    std::shared_lock lock(text_mutex_);
    auto known = text_effects_.find(&answers);
    if (known != text_effects_.end()) return *known->second;
  }
  ColumnValue value;
  value.known = Known::kKnown;
  value.answers = &answers;
  auto effect = std::make_unique<Effect>(EffectOf(column, value));
  std::unique_lock lock(text_mutex_);
  return *text_effects_.emplace(&answers, std::move(effect)).first->second;
}

PointEngine::Worker::Worker(const PointEngine& engine)
    : engine_(engine),
      verified_(*engine.plan_, *engine.texts_, feel::Reading::kVerified),
      promised_(*engine.plan_, *engine.texts_, feel::Reading::kPromised) {}

void PointEngine::Worker::Narrow(plan::RowPass& pass, Alive* alive) {
  const size_t words = engine_.words_;
  alive->can.assign(words, ~uint64_t{0});
  alive->open.assign(words, 0);
  alive->ask.assign(words, 0);
  for (ColumnId id : engine_.used_columns_) {
    const ColumnIndex& index = engine_.columns_[static_cast<size_t>(id)];
    // Nobody who is still alive asks.
    uint64_t asked = 0;
    for (size_t i = 0; i < words; ++i) asked |= alive->can[i] & index.uses[i];
    if (asked == 0) continue;
    const ColumnValue& value = pass.ValueOf(id);
    const Effect* effect = nullptr;
    switch (value.known) {
      case Known::kUnknown:
        for (size_t i = 0; i < words; ++i) alive->open[i] |= index.uses[i];
        continue;
      case Known::kAsk:
        for (size_t i = 0; i < words; ++i) alive->ask[i] |= index.uses[i];
        continue;
      case Known::kNull:
        effect = &index.on_null;
        break;
      case Known::kKnown:
        effect = value.answers != nullptr ? &engine_.TextEffect(id, *value.answers)
                                          : &index.effects[static_cast<size_t>(value.position)];
        break;
    }
    for (size_t i = 0; i < words; ++i) alive->can[i] &= effect->survives[i];
    for (int alternative : effect->open) Set(&alive->open, alternative);
    for (int alternative : effect->ask) Set(&alive->ask, alternative);
  }
  for (const Unit& unit : engine_.units_) {
    const bool needed = std::any_of(unit.alternatives.begin(), unit.alternatives.end(),
                                    [&](int alternative) { return Has(alive->can, alternative); });
    if (!needed) continue;
    const bool negated = unit.node < kNone;
    Truth truth = pass.TruthOf(negated ? -unit.node - 2 : unit.node);
    if (negated) truth = Not(truth);
    for (int alternative : unit.alternatives) {
      switch (truth) {
        case Truth::kTrue:
          break;
        case Truth::kFalse:
          Clear(&alive->can, alternative);
          break;
        case Truth::kUnknown:
          Set(&alive->open, alternative);
          break;
        case Truth::kError:
          Set(&alive->ask, alternative);
          break;
      }
    }
  }
}

// The or over a policy's alternatives.
Truth PointEngine::Worker::PolicyTruth(size_t policy, const Alive& alive) const {
  Truth truth = Truth::kFalse;
  for (int a = engine_.first_alternative_[policy]; a < engine_.first_alternative_[policy + 1]; ++a) {
    if (!Has(alive.can, a)) continue;
    truth = Or(truth, Has(alive.ask, a)    ? Truth::kError
                      : Has(alive.open, a) ? Truth::kUnknown
                                           : Truth::kTrue);
  }
  return truth;
}

bool PointEngine::Worker::PromisesMatter(size_t policy) const {
  const plan::PlannedPolicy& planned = engine_.plan_->policies[policy];
  if (planned.has_later) return true;
  return block_->any_committed() && std::any_of(planned.facts.begin(), planned.facts.end(), [&](int fact) {
           return facts::IsCommitted(block_->column(fact).state[row_]);
         });
}

bool PointEngine::Worker::RefusalReason(size_t policy, Reason* reason) {
  Truth scope = Truth::kTrue;
  for (const plan::PlannedClause& clause : engine_.plan_->policies[policy].clauses) {
    if (clause.scope) scope = And(scope, promised_.TruthOf(clause.promised));
  }
  *reason = scope == Truth::kFalse ? Reason::kScope : Reason::kCondition;
  return scope != Truth::kError;
}

// Sets the amount of a judgement whose clauses are true. False if only the judge can.
bool PointEngine::Worker::Amount(size_t policy, plan::RowPass& pass, Judgement* out) {
  const auto& rule = engine_.plan_->policies[policy].amount;
  if (!rule) return true;
  if (!rule->vector_form) return false;
  const plan::AmountValue amount = pass.AmountOf(*rule);
  switch (amount.known) {
    case Known::kKnown:
      out->amount_fen = amount.fen;
      return true;
    case Known::kUnknown:
      out->outcome = Outcome::kUndetermined;
      out->reason = Reason::kAmount;
      return true;
    case Known::kNull:
    case Known::kAsk:
      return false;
  }
  return false;
}

void PointEngine::Worker::Run(const facts::FactBlock& block, size_t row, std::vector<Judgement>* out) {
  block_ = &block;
  row_ = row;
  verified_.Start(block, static_cast<uint32_t>(row));
  promised_.Start(block, static_cast<uint32_t>(row));
  Narrow(verified_, &verified_alive_);
  const size_t policies = engine_.plan_->policies.size();
  out->assign(policies, Judgement{});
  std::unique_ptr<pack::SubjectJudge> judge;
  const facts::BlockRow subject(block, row);
  for (size_t policy = 0; policy < policies; ++policy) {
    Judgement& judgement = (*out)[policy];
    bool decided = true;
    switch (PolicyTruth(policy, verified_alive_)) {
      case Truth::kFalse:
        judgement = {Outcome::kIneligible, Reason::kNone, std::nullopt};
        decided = RefusalReason(policy, &judgement.reason);
        break;
      case Truth::kTrue:
        judgement = {Outcome::kEligible, Reason::kNone, std::nullopt};
        decided = Amount(policy, verified_, &judgement) &&
                  !(judgement.outcome == Outcome::kUndetermined && PromisesMatter(policy));
        break;
      case Truth::kUnknown:
        judgement = {Outcome::kUndetermined, Reason::kCondition, std::nullopt};
        decided = !PromisesMatter(policy);
        break;
      case Truth::kError:
        decided = false;
        break;
    }
    if (decided) continue;
    if (!judge)
      judge = std::make_unique<pack::SubjectJudge>(*engine_.plan_->pack, engine_.plan_->as_of, subject);
    judgement = judge->Decide(static_cast<int>(policy));
    ++judged_pairs_;
  }
}

}  // namespace zhida::point
