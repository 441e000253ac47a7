// Definitions: named expressions and undefined terms; tables are declared here and read in load_tables.cc.
#include <memory>
#include <utility>

#include "engine/base/text.h"
#include "engine/pack/definition_scope.h"
#include "engine/pack/loader.h"
#include "engine/pack/type_text.h"

namespace zhida::pack {
namespace {

constexpr Named<bool> kKinds[] = {{"decision", true}, {"definition", false}};
constexpr Named<bool> kTerms[] = {{"undefined", true}};

// What an undefined term is: unknown, because nobody said what it means.
feel::Expression UndefinedTerm(feel::TypePtr type) {
  auto root = std::make_shared<feel::Expr>();
  root->op = feel::Op::kUnknown;
  root->type = std::move(type);
  root->literal = Value::Unknown(Cause::kVagueRule);
  feel::Expression expression;
  expression.text = "unknown(\"vague_rule\")";
  expression.root = std::move(root);
  return expression;
}

bool ParseDefinition(Loading& loading, int index, const Node& is, const feel::TypePtr& declared,
                     bool decision) {
  feel::Definition& definition = loading.model().definitions[static_cast<size_t>(index)];
  feel::ParseOptions options;
  options.decision = decision;
  options.what = "definition " + definition.name;
  // A declared type says what kind of value is meant; whether it may be null follows from the expression.
  std::optional<feel::Expression> expression = declared == nullptr
                                                   ? loading.Parse(is, std::move(options))
                                                   : loading.ParseAs(is, declared, std::move(options));
  if (!expression) return false;
  const feel::TypePtr& found = expression->root->type;
  definition.type = found->kind == feel::TypeKind::kAny && declared != nullptr ? declared : found;
  definition.expression = *std::move(expression);
  return true;
}

void DeclareNamed(Loading& loading, const Item& item) {
  MappingReader reader(*item.node, loading.diagnostics(), "a definition");
  if (!reader.is_mapping()) return;
  bool decision = false;
  const int index = DeclareDefinition(loading, reader, &decision);
  const Node* is = reader.Optional("is");
  const Node* term = reader.Optional("term");
  const bool undefined = term != nullptr && reader.Enum("term", kTerms, true);
  const Node* type_node = reader.Optional("type");
  const feel::TypePtr type = type_node == nullptr ? nullptr : ParseResultType(*type_node, loading);
  for (const std::string_view key : {"why", "cite", "article", "note"}) reader.OptionalString(key);
  if ((is == nullptr) == !undefined) {
    reader.Error("is", "ZD2504", "a definition needs either \"is\" or \"term: undefined\"",
                 is == nullptr ? "write is: and an expression" : "keep one of the two");
  }
  if (undefined && decision)
    reader.Error("kind", "ZD2505", "an undefined term is no decision", "leave out kind");
  reader.Finish();
  feel::Definition& definition = loading.model().definitions[static_cast<size_t>(index)];
  if (undefined) {
    definition.type = type != nullptr ? type : feel::MakeType(feel::TypeKind::kBoolean);
    definition.expression = UndefinedTerm(definition.type);
  }
  loading.scope().Declare(decision, item.node->Where(), [&loading, index, is, type, decision, undefined] {
    if (undefined) return true;
    return is != nullptr && ParseDefinition(loading, index, *is, type, decision);
  });
}

}  // namespace

int DeclareDefinition(Loading& loading, MappingReader& reader, bool* decision) {
  feel::Definition definition;
  definition.id = ReadId(reader, "id", IdForm::kWord);
  definition.name = ReadName(reader, "name", definition.id, true);
  definition.type = feel::MakeType(feel::TypeKind::kAny);
  *decision = reader.Enum("kind", kKinds, false);
  const int index = static_cast<int>(loading.model().definitions.size());
  loading.names().Declare("definition", definition.id, definition.name, feel::Symbol::Kind::kDefinition,
                          index, reader.node().Where(), loading.diagnostics());
  if (*decision) loading.pack().decisions.push_back(index);
  loading.model().definitions.push_back(std::move(definition));
  return index;
}

void LoadDefinitions(Loading& loading) {
  for (const SourcePack& source : loading.sources()) {
    for (const Item& item : loading.ItemsBelow(source, "definitions")) DeclareNamed(loading, item);
    for (const Item& item : loading.ItemsBelow(source, "tables")) DeclareTable(loading, item);
  }
  loading.scope().ResolveAll();
}

}  // namespace zhida::pack
