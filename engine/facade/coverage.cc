#include "engine/facade/coverage.h"

#include <algorithm>
#include <set>

#include "engine/feel/verdict.h"
#include "engine/pack/policy_reads.h"

namespace zhida::facade {

using pack::Clause;
using pack::Policy;

namespace {

// Why a clause can never have a truth; "" where it can.
struct Never {
  std::string when_true;
  std::string when_false;
  std::string when_unknown;
};

Never OfCondition(const pack::Pack& pack, const Clause& clause, Truth seen) {
  pack::PolicyReads reads(pack.model);
  reads.Add(clause.when);
  if (reads.facts() == std::set<int>{pack.schema.key} && !reads.dated())
    return {"", "", "it reads the subject's key alone, which is always known"};
  if (!reads.facts().empty()) return {};
  // What reads no fact is the same for everybody.
  const std::string why = "it reads no fact, so it is the same for everybody";
  return {seen == Truth::kTrue ? "" : why, seen == Truth::kFalse ? "" : why,
          seen == Truth::kUnknown ? "" : why};
}

Never OfClause(const pack::Pack& pack, const Clause& clause, Truth seen) {
  Never never;
  if (clause.form == Clause::Form::kWhen) {
    never = OfCondition(pack, clause, seen);
  } else if (std::all_of(clause.parts.begin(), clause.parts.end(), [&](const Clause& part) {
               return !OfClause(pack, part, Truth::kUnknown).when_unknown.empty();
             })) {
    never.when_unknown = "none of its parts can be unknown";
  }
  if (clause.later_allowed)
    never.when_unknown = "it may be proved later, so what is not known counts as true";
  return never;
}

Never OfImplicit(const Policy& policy, const std::string& id) {
  if (id == "in_force" && policy.event_fact >= 0) return {};
  return {"", "", "the as-of date decides it, and that is always known"};
}

// The folders of the packs whose cases are run.
std::set<std::string> OwnFolders(const pack::Pack& pack) {
  std::set<std::string> folders;
  const auto add = [&](const Location& where) {
    const size_t end = where.file.rfind("cases/");
    if (end != std::string::npos) folders.insert(where.file.substr(0, end));
  };
  for (const pack::Case& test : pack.cases) add(test.where);
  return folders;
}

bool IsOwn(const Policy& policy, const std::set<std::string>& folders) {
  return std::any_of(folders.begin(), folders.end(), [&](const std::string& folder) {
    return policy.where.file.starts_with(folder + "policies/");
  });
}

}  // namespace

void Coverage::Note(int policy, const pack::JudgementDetail& detail) {
  std::vector<Seen>& clauses = seen_[policy];
  for (size_t i = 0; i < detail.clauses.size(); ++i) {
    const pack::ClauseTruth& clause = detail.clauses[i];
    if (clauses.size() <= i) clauses.push_back({std::string(clause.id), clause.clause, {}});
    ++clauses[i].truths[static_cast<size_t>(clause.truth)];
  }
}

void Coverage::NoteTables(feel::Interpreter& interpreter) {
  for (const int decision : pack_.decisions) {
    const feel::Table* table = pack_.model.definitions[static_cast<size_t>(decision)].table.get();
    if (table == nullptr) continue;
    std::vector<Value> inputs;
    for (const feel::TableInput& input : table->inputs) inputs.push_back(interpreter.Evaluate(input.value));
    std::vector<std::array<int, 4>>& rules = rules_[decision];
    rules.resize(table->rules.size());
    for (size_t i = 0; i < rules.size(); ++i) {
      feel::Verdict verdict = feel::Verdict::Of(true);
      for (size_t cell = 0; cell < inputs.size(); ++cell) {
        const feel::Expression& test = table->rules[i].cells[cell];
        if (test.root == nullptr) continue;
        // An input that is not known leaves every test of it open, as in the table itself.
        const bool asks = inputs[cell].blocked();
        verdict =
            And(verdict, feel::ToVerdict(asks ? inputs[cell] : interpreter.Evaluate(test, {inputs[cell]})));
      }
      ++rules[i][static_cast<size_t>(verdict.truth)];
    }
  }
}

void Coverage::WriteRules(JsonWriter* json) const {
  json->Key("rules").BeginArray();
  for (const auto& [decision, rules] : rules_) {
    const feel::Definition& definition = pack_.model.definitions[static_cast<size_t>(decision)];
    for (size_t i = 0; i < rules.size(); ++i) {
      const auto count = [&](Truth truth) { return rules[i][static_cast<size_t>(truth)]; };
      json->BeginObject().Key("decision").String(definition.id).Key("rule").Int(static_cast<int64_t>(i) + 1);
      json->OptionalString("note", definition.table->rules[i].note).Key("true").Int(count(Truth::kTrue));
      json->Key("false").Int(count(Truth::kFalse)).Key("unknown").Int(count(Truth::kUnknown));
      json->Key("error").Int(count(Truth::kError));
      const std::vector<feel::Expression>& cells = definition.table->rules[i].cells;
      const bool always = std::all_of(cells.begin(), cells.end(),
                                      [](const feel::Expression& cell) { return cell.root == nullptr; });
      json->Key("always").Bool(always).EndObject();
    }
  }
  json->EndArray();
}

void Coverage::Write(JsonWriter* json) const {
  const std::set<std::string> folders = OwnFolders(pack_);
  json->Key("coverage").BeginArray();
  for (size_t i = 0; i < pack_.policies.size(); ++i) {
    const Policy& policy = pack_.policies[i];
    if (!IsOwn(policy, folders)) continue;
    json->BeginObject().Key("policy").String(policy.id).Key("clauses").BeginArray();
    const auto found = seen_.find(static_cast<int>(i));
    for (const Seen& seen : found == seen_.end() ? std::vector<Seen>{} : found->second) {
      const auto count = [&](Truth truth) { return seen.truths[static_cast<size_t>(truth)]; };
      const Truth met = count(Truth::kTrue) > 0    ? Truth::kTrue
                        : count(Truth::kFalse) > 0 ? Truth::kFalse
                                                   : Truth::kUnknown;
      const Never never =
          seen.clause == nullptr ? OfImplicit(policy, seen.id) : OfClause(pack_, *seen.clause, met);
      json->BeginObject().Key("id").String(seen.id).Key("true").Int(count(Truth::kTrue));
      json->Key("false").Int(count(Truth::kFalse)).Key("unknown").Int(count(Truth::kUnknown));
      json->Key("error").Int(count(Truth::kError)).Key("never").BeginObject();
      json->OptionalString("true", never.when_true).OptionalString("false", never.when_false);
      json->OptionalString("unknown", never.when_unknown).EndObject().EndObject();
    }
    json->EndArray().EndObject();
  }
  json->EndArray();
  WriteRules(json);
}

}  // namespace zhida::facade
