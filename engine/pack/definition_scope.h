// DefinitionScope: what the names in expressions mean, and the order in which definitions are parsed.
//
// Definitions may refer to each other in any order, but a parser needs the type of whatever it meets. So a
// definition is tried; if it asks for others that are not parsed yet, the try is thrown away, they are parsed
// first, and it is parsed again. That is a loop over a list, not recursion, however long the chain. A circle
// is reported once, whole, and what belongs to it has no type from then on. Chains longer than the
// interpreter follows are refused. Refers to the Loading that owns it. One thread.
#ifndef ZHIDA_ENGINE_PACK_DEFINITION_SCOPE_H_
#define ZHIDA_ENGINE_PACK_DEFINITION_SCOPE_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feel/scope.h"
#include "engine/pack/loader.h"

namespace zhida::pack {

// As many as the interpreter follows.
inline constexpr int kDefinitionChainMax = 64;

class DefinitionScope : public feel::Scope {
 public:
  explicit DefinitionScope(Loading& loading) : loading_(loading) {}

  std::optional<feel::Symbol> Find(std::string_view name) override;
  bool HasName(std::string_view name) const override;
  std::vector<std::string> Names() const override;
  std::optional<int> FindZone(std::string_view id) const override;
  std::vector<std::string> ZoneIds() const override;
  bool HasCode(std::string_view code_list, std::string_view code) const override;
  std::vector<std::string> Codes(std::string_view code_list) const override;
  bool HasCalendar(std::string_view id) const override;

  // Parses all of a definition into model().definitions[its index]; false if it has mistakes, which it
  // reports to the loading's diagnostics.
  using Parse = std::function<bool()>;
  // Definition number model().definitions.size() - 1, which has been added already.
  void Declare(bool decision, const Location& where, Parse parse);
  // Parses all that were declared.
  void ResolveAll();

  // Reports the decisions that `expression`, parsed just now, refers to, each with its byte offset in the
  // text. Decisions may rest on each other: what is known never reaches a clause that way.
  void RefuseDecisions(const feel::Expression& expression, bool in_decision,
                       const std::function<void(size_t, Diagnostic)>& report);

 private:
  enum class State : uint8_t { kNew, kOpen, kGood, kBad };
  struct Entry {
    bool decision = false;
    Location where;
    Parse parse;
    State state = State::kNew;
    int height = 0;  // definitions that it rests on, one above the other
  };

  void Resolve(int definition);
  // Tries `definition`; true if it is settled, else `wanted_` holds what it needs first.
  bool Try(int definition);
  void Settle(int definition, bool good);
  void BreakCircle(const std::vector<int>& circle);

  Loading& loading_;
  std::vector<Entry> entries_;
  std::vector<int> wanted_;  // definitions asked for in this try that are not settled
  std::vector<int> asked_;   // settled ones that were asked for in this try
  bool asked_decision_ = false;
};

}  // namespace zhida::pack

#endif  // ZHIDA_ENGINE_PACK_DEFINITION_SCOPE_H_
