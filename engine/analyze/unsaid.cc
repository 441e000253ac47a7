#include "engine/analyze/unsaid.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"

namespace zhida::analyze {

namespace {

std::string DaysOf(const feel::Period& period) {
  std::string text = period.from ? period.from->ToString() + " .." : "..";
  if (period.to) text += ' ' + period.to->ToString();
  return text;
}

bool IsUndefined(const feel::Definition& named) {
  const feel::Expr* root = named.expression.root.get();
  return named.table == nullptr && (root == nullptr || root->op == feel::Op::kUnknown);
}

class Walk {
 public:
  Walk(const pack::Pack& pack, feel::Period days)
      : model_(pack.model), days_(days), seen_(pack.model.definitions.size()) {}

  void Add(const std::vector<pack::Clause>& clauses) {
    for (const pack::Clause& clause : clauses) Add(clause);
  }
  void Add(const pack::Clause& clause) {
    Add(clause.when);
    Add(clause.parts);
  }
  Unsaid Take() { return std::move(unsaid_); }

 private:
  void Add(const feel::Expression& expression) {
    if (expression.root != nullptr) Add(*expression.root);
  }

  void Add(const feel::Expr& expr) {
    if (expr.op == feel::Op::kDefinition) AddDefinition(static_cast<size_t>(expr.index));
    if (expr.op == feel::Op::kParameter) AddParameter(static_cast<size_t>(expr.index));
    if (expr.op == feel::Op::kUnknown) {
      Note("unknown(" + JsonQuote(CauseName(expr.literal.cause())) + ')', &unsaid_.terms);
    }
    for (const feel::ExprPtr& arg : expr.args) {
      if (arg != nullptr) Add(*arg);
    }
  }

  void AddDefinition(size_t index) {
    if (seen_[index]) return;
    seen_[index] = true;
    const feel::Definition& named = model_.definitions[index];
    if (IsUndefined(named)) {
      Note(named.name, &unsaid_.terms);
      return;
    }
    Add(named.expression);
    if (named.table == nullptr) return;
    for (const feel::TableInput& input : named.table->inputs) {
      Add(input.value);
      Add(input.allowed);
    }
    for (const feel::TableOutput& output : named.table->outputs) Add(output.default_value);
    for (const feel::TableRule& rule : named.table->rules) {
      for (const feel::Expression& cell : rule.cells) Add(cell);
      for (const feel::Expression& output : rule.outputs) Add(output);
    }
  }

  void AddParameter(size_t index) {
    const feel::Parameter& parameter = model_.parameters[index];
    if (CoversAll(parameter)) return;
    std::vector<std::string> stretches;
    for (const feel::ParameterVersion& version : parameter.versions) {
      stretches.push_back(DaysOf(version.in_force));
    }
    Note(parameter.name + " (" + Join(stretches, ", ") + ')', &unsaid_.parameters);
  }

  // Some version is in force on each of the days. Versions ascend and do not overlap.
  bool CoversAll(const feel::Parameter& parameter) const {
    std::optional<Date> from = days_.from;
    for (const feel::ParameterVersion& version : parameter.versions) {
      const feel::Period& period = version.in_force;
      const bool begun = !period.from || (from && *period.from <= *from);
      if (!begun || (period.to && from && *period.to < *from)) continue;
      if (!period.to || (days_.to && *days_.to <= *period.to)) return true;
      from = Date{period.to->days + 1};
    }
    return false;
  }

  static void Note(const std::string& name, std::vector<std::string>* names) {
    if (std::find(names->begin(), names->end(), name) == names->end()) names->push_back(name);
  }

  const feel::Model& model_;
  feel::Period days_;
  std::vector<bool> seen_;  // definitions
  Unsaid unsaid_;
};

}  // namespace

Unsaid UnsaidOf(const pack::Pack& pack, const pack::Policy& policy, Date as_of,
                const std::vector<const pack::Clause*>& clauses) {
  const bool any_day = policy.event_fact >= 0;
  Walk walk(pack, any_day ? policy.valid.value_or(feel::Period{}) : feel::Period{as_of, as_of});
  for (const pack::Clause* clause : clauses) walk.Add(*clause);
  return walk.Take();
}

std::string UndefinedTerm(const pack::Pack& pack, const feel::Expression& expression) {
  const feel::Expr* root = expression.root.get();
  // Definitions do not run in circles.
  while (root != nullptr && root->op == feel::Op::kDefinition) {
    const feel::Definition& named = pack.model.definitions[static_cast<size_t>(root->index)];
    if (IsUndefined(named)) return named.name;
    root = named.expression.root.get();
  }
  return "";
}

}  // namespace zhida::analyze
