// Clauses of a policy.
#include <algorithm>
#include <string>

#include "engine/base/limits.h"
#include "engine/base/text.h"
#include "engine/pack/load_policy.h"

namespace zhida::pack {
namespace {

constexpr Named<bool> kLater[] = {{"allowed", true}, {"denied", false}};

struct FormKey {
  std::string_view key;
  Clause::Form form;
};
constexpr FormKey kForms[] = {{"when", Clause::Form::kWhen},
                              {"all", Clause::Form::kAll},
                              {"any", Clause::Form::kAny},
                              {"none", Clause::Form::kNone}};

// What lies around a clause.
struct Around {
  bool top = true;
  bool in_none = false;
  bool has_article = false;
};

class ClauseReader {
 public:
  explicit ClauseReader(Loading& loading) : loading_(loading) {}

  std::vector<Clause> Read(const std::vector<const Node*>& nodes, const Around& around) {
    std::vector<Clause> clauses;
    clauses.reserve(nodes.size());
    for (const Node* node : nodes) {
      clauses.emplace_back();
      if (!ReadClause(*node, around, &clauses.back())) clauses.pop_back();
    }
    return clauses;
  }

  // Two clauses of one id are rare, so that a table of ids is made for those alone who have them.
  void CheckIds() {
    std::vector<std::string_view> sorted;
    sorted.reserve(ids_.size());
    for (const auto& [id, node] : ids_) sorted.push_back(id);
    std::sort(sorted.begin(), sorted.end());
    if (std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end()) return;
    IdTable table("clause");
    for (const auto& [id, node] : ids_) table.Declare(std::string(id), 0, node->Where(), diagnostics());
  }

  size_t count() const { return count_; }

 private:
  Diagnostics& diagnostics() { return loading_.diagnostics(); }

  // False if it is no clause at all.
  bool ReadClause(const Node& node, const Around& around, Clause* read) {
    ++count_;
    MappingReader reader(node, diagnostics(), "a clause");
    if (!reader.is_mapping()) return false;
    Clause& clause = *read;
    clause.where = node.Where();
    clause.id = ReadId(reader, "id", IdForm::kDashed);
    CheckId(reader, clause);
    clause.title = reader.TextOr("title", "");
    clause.article = reader.TextOr("article", "");
    clause.cite = reader.TextOr("cite", "");
    clause.cure = reader.TextOr("cure", "");
    clause.cured_by = reader.TextOr("cured_by", "");
    clause.curable = reader.OptionalBool("curable");
    clause.scope = reader.Bool("scope", false);
    clause.later_allowed = reader.Enum("later", kLater, false);
    if (const Node* refer = reader.OptionalMapping("refer")) ReadRefer(*refer, &clause);
    const bool no_article = reader.OptionalString("no_article").has_value();
    if (no_article && !clause.article.empty()) {
      reader.Error("no_article", "ZD2603",
                   "clause " + clause.id + " has an article and says that it has none",
                   "keep one of the two");
    }
    CheckMarks(reader, clause, around);
    Around inside = around;
    inside.top = false;
    inside.has_article = around.has_article || no_article || !clause.article.empty();
    ReadForm(reader, &clause, inside);
    reader.Finish();
    if (clause.form == Clause::Form::kWhen && !inside.has_article) {
      diagnostics().Warning("ZD2602", node.Where(), "clause " + clause.id + " names no article",
                            "write article:, or no_article: and why");
    }
    return true;
  }

  void CheckId(MappingReader& reader, const Clause& clause) {
    if (clause.id == "in_force" || clause.id == "open") {
      reader.Error("id", "ZD2604", JsonQuote(clause.id) + " is the id of an implicit clause",
                   "choose another id");
    }
    // An id that could not be read is none.
    if (!clause.id.empty()) ids_.emplace_back(reader.node().Find("id")->text(), &reader.node());
  }

  void CheckMarks(MappingReader& reader, const Clause& clause, const Around& around) {
    if (clause.scope && !around.top) {
      reader.Error("scope", "ZD2605", "only a clause at the top can be marked scope: true",
                   "move the mark to the group, or the clause to the top");
    }
    if (clause.later_allowed && around.in_none) {
      reader.Error("later", "ZD2606", "what must not be the case cannot be supplied later",
                   "leave out later: allowed inside none");
    }
  }

  void ReadRefer(const Node& node, Clause* clause) {
    MappingReader reader(node, diagnostics(), "\"refer\" of a clause");
    clause->refer_department = reader.OptionalString("department").value_or("");
    clause->refer_where = reader.OptionalString("where").value_or("");
    reader.Finish();
  }

  void ReadForm(MappingReader& reader, Clause* clause, Around inside) {
    const FormKey* chosen = nullptr;
    for (const FormKey& form : kForms) {
      if (!reader.Has(form.key)) continue;
      if (chosen != nullptr) {
        reader.Error(form.key, "ZD2607",
                     "clause " + clause->id + " has both \"" + std::string(chosen->key) + "\" and \"" +
                         std::string(form.key) + "\"",
                     "make two clauses of it, or nest one in the other");
        continue;
      }
      chosen = &form;
    }
    if (chosen == nullptr) {
      reader.Error("id", "ZD2608", "clause " + clause->id + " says no condition",
                   "write one of when, all, any, none");
      return;
    }
    clause->form = chosen->form;
    if (chosen->form != Clause::Form::kWhen) {
      inside.in_none = inside.in_none || chosen->form == Clause::Form::kNone;
      clause->parts = Read(reader.RequiredList(chosen->key), inside);
      return;
    }
    const Node* when = reader.Required("when");
    if (when == nullptr) return;
    feel::ParseOptions options;
    options.what = "clause " + clause->id;
    options.expected = boolean_;
    if (std::optional<feel::Expression> parsed = loading_.Parse(*when, std::move(options)))
      clause->when = *std::move(parsed);
  }

  Loading& loading_;
  const feel::TypePtr boolean_ = feel::MakeType(feel::TypeKind::kBoolean);
  std::vector<std::pair<std::string_view, const Node*>> ids_;  // of all clauses, and where they stand
  size_t count_ = 0;
};

}  // namespace

std::vector<Clause> ReadClauses(Loading& loading, MappingReader& policy, const std::string& id) {
  const std::vector<const Node*> nodes = policy.List("clauses");
  ClauseReader reader(loading);
  std::vector<Clause> clauses = reader.Read(nodes, Around{});
  reader.CheckIds();
  const Node* list = policy.node().Find("clauses");
  if (nodes.empty() && (list == nullptr || list->is_null() || list->is_sequence())) {
    loading.diagnostics().Warning(
        "ZD2601", list == nullptr ? policy.node().Where() : list->Where(),
        (id.empty() ? "this policy" : "policy " + id) + " has no clauses, so that everybody fulfils it",
        "add some");
  }
  if (reader.count() > limits::kConditionsMax) {
    policy.Error("clauses", "ZD2016",
                 "policy " + id + " has " + std::to_string(reader.count()) +
                     " clauses, more than kConditionsMax = " + std::to_string(limits::kConditionsMax),
                 "use a decision table, or split the policy");
  }
  return clauses;
}

}  // namespace zhida::pack
