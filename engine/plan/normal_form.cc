#include "engine/plan/normal_form.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

namespace zhida::plan {

namespace {

// More of either and the clause stays a rest: what comes last rarely decides.
constexpr size_t kTermsMax = 96;
constexpr size_t kAlternativesMax = 32;

class Normalizer {
 public:
  Normalizer(const Plan& plan, const Codebook& codes)
      : graph_(plan.graph), codes_(codes), conjunctions_(plan.graph.nodes.size()) {}

  NormalPolicy Policy(const PlannedPolicy& policy) {
    NormalPolicy normal;
    normal.terms.reserve(policy.clauses.size());
    for (size_t i = 0; i < policy.clauses.size(); ++i) {
      const Conjunction& clause = Of(policy.clauses[i].node);
      const size_t fit = std::min(clause.terms.size(), kTermsMax - normal.terms.size());
      normal.terms.insert(normal.terms.end(), clause.terms.begin(),
                          clause.terms.begin() + static_cast<std::ptrdiff_t>(fit));
      if (!clause.whole || fit < clause.terms.size()) normal.rest.push_back(static_cast<int>(i));
    }
    std::sort(normal.terms.begin(), normal.terms.end());
    normal.terms.erase(std::unique(normal.terms.begin(), normal.terms.end()), normal.terms.end());
    return normal;
  }

  std::vector<NormalClause> Clauses(const PlannedPolicy& policy) {
    std::vector<NormalClause> clauses;
    clauses.reserve(policy.clauses.size());
    for (const PlannedClause& clause : policy.clauses) {
      const Conjunction& plain = Of(clause.node);
      clauses.push_back({plain.terms, plain.whole});
    }
    return clauses;
  }

  void Finish(NormalForm* form) {
    form->literals = std::move(literals_);
    form->terms.resize(term_ids_.size());
    while (!term_ids_.empty()) {
      auto entry = term_ids_.extract(term_ids_.begin());
      form->terms[static_cast<size_t>(entry.mapped())] = std::move(entry.key());
    }
  }

 private:
  // What can be said of a node, and whether that is all.
  struct Conjunction {
    std::vector<TermId> terms;
    bool whole = false;
  };

  const Conjunction& Of(NodeId node) {
    std::optional<Conjunction>& known = conjunctions_[static_cast<size_t>(node)];
    if (!known) {
      known.emplace();
      std::vector<Term> terms;
      known->whole = AddConjunction(node, false, &terms);
      for (Term& term : terms) {
        const auto next = static_cast<TermId>(term_ids_.size());
        known->terms.push_back(term_ids_.emplace(std::move(term), next).first->second);
      }
    }
    return *known;
  }

  const Node& At(NodeId id) const { return graph_.nodes[static_cast<size_t>(id)]; }

  LiteralId Intern(const Literal& literal) {
    const auto [entry, added] = ids_.emplace(literal, static_cast<LiteralId>(literals_.size()));
    if (added) literals_.push_back(literal);
    return entry->second;
  }

  std::optional<LiteralId> AsLiteral(NodeId id, bool negated) {
    const Node& node = At(id);
    switch (node.kind) {
      case Node::Kind::kTest: {
        const int coded = codes_.IndexOf(node.column);
        if (coded == kNone || node.list != kNone) return std::nullopt;
        return Intern({coded, node.test, false, negated, false, kNone});
      }
      case Node::Kind::kNot:
        return AsLiteral(node.parts[0], !negated);
      case Node::Kind::kSome:
      case Node::Kind::kEvery:
      case Node::Kind::kHolds: {
        // Every item does = no item does not.
        const bool strict = node.kind == Node::Kind::kHolds;
        bool item_negated = node.kind == Node::Kind::kEvery;
        NodeId part = node.parts[0];
        while (At(part).kind == Node::Kind::kNot) {
          part = At(part).parts[0];
          item_negated = !item_negated;
        }
        if (At(part).kind != Node::Kind::kTest || node.list != kNone) return std::nullopt;
        const int coded = codes_.IndexOf(At(part).column);
        if (coded == kNone || codes_.ListOf(static_cast<size_t>(coded)) != node.over) return std::nullopt;
        const bool every = node.kind == Node::Kind::kEvery;
        return Intern({coded, At(part).test, item_negated, negated != every, strict, node.over});
      }
      default:
        return std::nullopt;
    }
  }

  // An and of literals, as an alternative.
  bool AsLiterals(NodeId id, bool negated, std::vector<LiteralId>* out) {
    const Node& node = At(id);
    if (node.kind == Node::Kind::kNot) return AsLiterals(node.parts[0], !negated, out);
    if (node.kind == (negated ? Node::Kind::kOr : Node::Kind::kAnd)) {
      return std::all_of(node.parts.begin(), node.parts.end(),
                         [&](NodeId part) { return AsLiterals(part, negated, out); });
    }
    const auto literal = AsLiteral(id, negated);
    if (literal) out->push_back(*literal);
    return literal.has_value();
  }

  // Adds what can be said; false if that is not all.
  bool AddConjunction(NodeId id, bool negated, std::vector<Term>* terms) {
    const Node& node = At(id);
    if (node.kind == Node::Kind::kNot) return AddConjunction(node.parts[0], !negated, terms);
    if (node.kind == Node::Kind::kConstant) {
      const zhida::Truth truth = negated ? zhida::Not(node.constant) : node.constant;
      if (truth == zhida::Truth::kFalse) terms->push_back({});
      return truth == zhida::Truth::kTrue || truth == zhida::Truth::kFalse;
    }
    if (node.kind == (negated ? Node::Kind::kOr : Node::Kind::kAnd)) {
      bool whole = true;
      for (NodeId part : node.parts) whole = AddConjunction(part, negated, terms) && whole;
      return whole;
    }
    if (terms->size() >= kTermsMax) return false;
    Term term;
    if (node.kind == (negated ? Node::Kind::kAnd : Node::Kind::kOr)) {
      if (node.parts.size() > kAlternativesMax) return false;
      for (NodeId part : node.parts) {
        std::vector<LiteralId> literals;
        if (!AsLiterals(part, negated, &literals)) return false;
        term.alternatives.push_back(std::move(literals));
      }
    } else {
      const auto literal = AsLiteral(id, negated);
      if (!literal) return false;
      term.alternatives = {{*literal}};
    }
    terms->push_back(std::move(term));
    return true;
  }

  const Graph& graph_;
  const Codebook& codes_;
  std::vector<Literal> literals_;
  std::map<Literal, LiteralId> ids_;
  std::map<Term, TermId> term_ids_;
  std::vector<std::optional<Conjunction>> conjunctions_;  // by node
};

}  // namespace

NormalForm Normalize(const Plan& plan, const Codebook& codes, bool by_clause) {
  NormalForm form;
  Normalizer normalizer(plan, codes);
  form.policies.reserve(plan.policies.size());
  for (const PlannedPolicy& policy : plan.policies) {
    form.policies.push_back(normalizer.Policy(policy));
    if (by_clause) form.clauses.push_back(normalizer.Clauses(policy));
  }
  normalizer.Finish(&form);
  return form;
}

}  // namespace zhida::plan
