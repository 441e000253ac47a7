#include "engine/plan/reads.h"

#include <algorithm>

#include "engine/feel/builtins.h"

namespace zhida::plan {

using feel::Expr;
using feel::ExprPtr;
using feel::Op;

namespace {

void AddPeriod(const feel::Period& period, std::set<Date>* boundaries) {
  if (period.from) boundaries->insert(*period.from);
  if (period.to) boundaries->insert(Date{period.to->days + 1});
}

}  // namespace

void Reads::Add(const Reads& other) {
  facts.insert(other.facts.begin(), other.facts.end());
  definitions.insert(other.definitions.begin(), other.definitions.end());
  boundaries.insert(other.boundaries.begin(), other.boundaries.end());
  dated = dated || other.dated;
  year = year || other.year;
}

Reads ReadsIndex::Of(const Expr& expr) {
  Reads reads;
  Walk(expr, &reads);
  return reads;
}

const Reads& ReadsIndex::OfDefinition(int definition) {
  auto known = definitions_.find(definition);
  if (known != definitions_.end()) return known->second;
  Reads reads;
  const feel::Definition& source = model_.definitions[static_cast<size_t>(definition)];
  const auto walk = [&](const feel::Expression& expression) {
    if (expression.root) Walk(*expression.root, &reads);
  };
  walk(source.expression);
  if (source.table) {
    for (const feel::TableInput& input : source.table->inputs) {
      walk(input.value);
      walk(input.allowed);
    }
    for (const feel::TableOutput& output : source.table->outputs) walk(output.default_value);
    for (const feel::TableRule& rule : source.table->rules) {
      for (const feel::Expression& cell : rule.cells) walk(cell);
      for (const feel::Expression& output : rule.outputs) walk(output);
    }
  }
  return definitions_.emplace(definition, std::move(reads)).first->second;
}

bool ReadsIndex::SurelyDated(const Expr& expr) {
  const auto surely = [this](const ExprPtr& arg) { return arg && SurelyDated(*arg); };
  switch (expr.op) {
    case Op::kParameter:
    case Op::kZone:
      return true;
    case Op::kIf:
      return surely(expr.args[0]) || (surely(expr.args[1]) && surely(expr.args[2]));
    case Op::kDefinition: {
      const feel::Definition& definition = model_.definitions[static_cast<size_t>(expr.index)];
      return definition.expression.root && SurelyDated(*definition.expression.root);
    }
    case Op::kAnd:
    case Op::kOr:
    case Op::kSome:
    case Op::kEvery:
    case Op::kFor:
    case Op::kFilter:
    case Op::kIn:
      return surely(expr.args[0]) && std::all_of(expr.args.begin(), expr.args.end(), surely);
    case Op::kCall:
      if (feel::Builtins()[static_cast<size_t>(expr.index)].name == "under") return true;
      break;
    default:
      break;
  }
  return std::any_of(expr.args.begin(), expr.args.end(), surely);
}

void ReadsIndex::AddCodeList(std::string_view id, Reads* reads) const {
  const feel::CodeList* list = model_.FindCodeList(id);
  if (list == nullptr) return;
  for (const feel::Code& code : list->codes()) AddPeriod(code.in_force, &reads->boundaries);
}

void ReadsIndex::Walk(const Expr& expr, Reads* reads) {
  switch (expr.op) {
    case Op::kFact:
      reads->facts.insert(expr.index);
      break;
    case Op::kDefinition:
      reads->definitions.insert(expr.index);
      reads->Add(OfDefinition(expr.index));
      break;
    case Op::kParameter:
      reads->dated = true;
      for (const feel::ParameterVersion& version :
           model_.parameters[static_cast<size_t>(expr.index)].versions) {
        AddPeriod(version.in_force, &reads->boundaries);
      }
      break;
    case Op::kZone:
      reads->dated = true;
      for (const feel::ZoneMember& member : model_.zones[static_cast<size_t>(expr.index)].members) {
        AddPeriod(member.in_force, &reads->boundaries);
      }
      break;
    case Op::kYear:
      reads->year = true;
      break;
    case Op::kCall:
      if (feel::Builtins()[static_cast<size_t>(expr.index)].name == "under") {
        reads->dated = true;
        // The parser hands the list's id over as the last argument.
        const Expr& list = *expr.args.back();
        if (list.op == Op::kLiteral && list.literal.kind() == ValueKind::kString) {
          AddCodeList(list.literal.string(), reads);
        }
      }
      break;
    default:
      break;
  }
  for (const ExprPtr& arg : expr.args) {
    if (arg) Walk(*arg, reads);
  }
}

ExprPtr Substitute(const ExprPtr& expr, int slot, const ExprPtr& replacement) {
  if (!expr) return expr;
  if (expr->op == Op::kLocal) return expr->index == slot ? replacement : expr;
  bool changed = false;
  std::vector<ExprPtr> args;
  args.reserve(expr->args.size());
  for (const ExprPtr& arg : expr->args) {
    args.push_back(Substitute(arg, slot, replacement));
    changed = changed || args.back() != arg;
  }
  if (!changed) return expr;
  auto copy = std::make_shared<Expr>(*expr);
  copy->args = std::move(args);
  return copy;
}

namespace {

bool Binds(Op op) {
  return op == Op::kFor || op == Op::kSome || op == Op::kEvery || op == Op::kFilter || op == Op::kIn ||
         op == Op::kStruct;
}

}  // namespace

bool HasBinders(const Expr& expr) {
  if (Binds(expr.op)) return true;
  return std::any_of(expr.args.begin(), expr.args.end(),
                     [](const ExprPtr& arg) { return arg && HasBinders(*arg); });
}

int SlotCount(const Expr& expr) {
  int count = 0;
  if (expr.op == Op::kLocal) count = expr.index + 1;
  if (Binds(expr.op) && expr.index >= 0) {
    count = expr.index + std::max<int>(1, static_cast<int>(expr.names.size()));
  }
  for (const ExprPtr& arg : expr.args) {
    if (arg) count = std::max(count, SlotCount(*arg));
  }
  return count;
}

}  // namespace zhida::plan
