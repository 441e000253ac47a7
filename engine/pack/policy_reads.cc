#include "engine/pack/policy_reads.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "engine/feel/builtins.h"

namespace zhida::pack {
namespace {

bool HoldsVariable(const feel::Expr& expr) {
  if (expr.op == feel::Op::kLocal) return true;
  return std::any_of(expr.args.begin(), expr.args.end(),
                     [](const feel::ExprPtr& arg) { return arg != nullptr && HoldsVariable(*arg); });
}

}  // namespace

void PolicyReads::Add(const feel::Expression& expression) {
  if (expression.root != nullptr) Walk(*expression.root, expression.slot_count);
}

void PolicyReads::Add(const std::vector<Clause>& clauses) {
  for (const Clause& clause : clauses) {
    Add(clause.when);
    Add(clause.parts);
  }
}

void PolicyReads::Add(const AmountRule& rule) {
  Add(rule.amount);
  if (rule.per) {
    Add(rule.per->list);
    Add(rule.per->where);
    Add(rule.per->amount);
  }
  Add(rule.floor);
  Add(rule.cap);
}

void PolicyReads::Add(const Policy& policy) {
  Add(policy.clauses);
  if (policy.amount) Add(*policy.amount);
  if (policy.event_fact >= 0) facts_.insert(policy.event_fact);
}

void PolicyReads::Walk(const feel::Expr& expr, int slot_count) {
  switch (expr.op) {
    case feel::Op::kFact:
      facts_.insert(expr.index);
      break;
    case feel::Op::kDefinition:
      AddDefinition(expr.index);
      break;
    case feel::Op::kParameter:
      parameters_.insert(expr.index);
      dated_ = true;
      break;
    case feel::Op::kZone:
      dated_ = true;
      break;
    case feel::Op::kCall:
      AddCall(expr, slot_count);
      break;
    default:
      break;
  }
  for (const feel::ExprPtr& arg : expr.args) {
    if (arg != nullptr) Walk(*arg, slot_count);
  }
}

void PolicyReads::AddCall(const feel::Expr& expr, int slot_count) {
  const feel::Builtin& function = feel::Builtins()[static_cast<size_t>(expr.index)];
  dated_ = dated_ || function.reads_event;
  if (function.name != "at" || expr.args[0]->op != feel::Op::kFact || HoldsVariable(*expr.args[1])) return;
  feel::Expression call;
  call.root = std::make_shared<feel::Expr>(expr);
  call.slot_count = slot_count;
  period_reads_.push_back({expr.args[0]->index, std::move(call)});
}

void PolicyReads::AddDefinition(int definition) {
  const auto index = static_cast<size_t>(definition);
  if (seen_[index]) return;
  seen_[index] = true;
  const feel::Definition& source = model_.definitions[index];
  Add(source.expression);
  if (source.table == nullptr) return;
  for (const feel::TableInput& input : source.table->inputs) {
    Add(input.value);
    Add(input.allowed);
  }
  for (const feel::TableOutput& output : source.table->outputs) Add(output.default_value);
  for (const feel::TableRule& rule : source.table->rules) {
    for (const feel::Expression& cell : rule.cells) Add(cell);
    for (const feel::Expression& output : rule.outputs) Add(output);
  }
}

}  // namespace zhida::pack
