// Model: what the names in expressions stand for. A closure of packs owns one; it never changes after
// loading. Any thread may read it.
#ifndef ZHIDA_ENGINE_FEEL_MODEL_H_
#define ZHIDA_ENGINE_FEEL_MODEL_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/feel/ast.h"
#include "engine/feel/calendar.h"

namespace zhida::feel {

// Decision tables. Cells and outputs are parsed; a cell whose root is null is `-`.
enum class HitPolicy : uint8_t {
  kUnique,
  kAny,
  kPriority,
  kFirst,
  kRuleOrder,
  kOutputOrder,
  kCollect,
  kCollectSum,
  kCollectMin,
  kCollectMax,
  kCollectCount,
};
std::optional<HitPolicy> HitPolicyFromName(
    std::string_view name);  // U A P F R O C C+ C< C> C#, and long names
std::string_view HitPolicyName(HitPolicy hit);

struct TableInput {
  std::string label;
  Expression value;
  Expression allowed;  // unary tests over slot 0; root null when any value will do
};

struct TableOutput {
  std::string id;
  std::string name;
  TypePtr type;
  std::vector<Value> values;  // allowed values, best first (the priority of P and O)
  Expression default_value;   // root null when there is none
};

struct TableRule {
  std::vector<Expression> cells;    // one an input; `?` is slot 0
  std::vector<Expression> outputs;  // one an output
  std::string note;
};

struct Table {
  HitPolicy hit = HitPolicy::kUnique;
  std::vector<TableInput> inputs;
  std::vector<TableOutput> outputs;
  std::vector<TableRule> rules;
};

// A named expression, or a decision table, or a declared but undefined term.
struct Definition {
  std::string id;
  std::string name;
  TypePtr type;
  Expression expression;  // root null for a table
  std::shared_ptr<const Table> table;
};

struct ParameterVersion {
  Period in_force;
  std::vector<Value> values;  // in the order of Parameter::entries
  std::string citation;
};

// A dated constant, or a group of them that change together.
struct Parameter {
  std::string id;
  std::string name;
  std::vector<Member> entries;
  std::vector<ParameterVersion> versions;  // no two overlap; ascending
  const ParameterVersion* InForce(Date day) const;
};

struct Code {
  std::string code;
  std::string name;
  std::string parent;  // "" at the top
  Period in_force;
};

// A code list is flat, or a tree by prefix ("C26" lies under "C"), or a tree by its parent column.
// An open list accepts codes below a listed one (only for prefix trees).
class CodeList {
 public:
  enum class Shape : uint8_t { kFlat, kPrefix, kParent };
  std::string id;
  std::string name;
  Shape shape = Shape::kFlat;
  bool open = false;

  void Add(Code code);                    // several rows for one code are its successive periods
  bool Has(std::string_view code) const;  // on any day
  // True, false, or unknown when `code` is listed but not in force on `day` (stale), or when it is itself a
  // proper ancestor of `ancestor` and so too coarse to tell (missing); error when code or ancestor is not in
  // the list on any day. Reflexive. `ancestor` need not be in force, what lies between it and the code must
  // be. *cause is set where the answer is unknown.
  Truth Under(std::string_view code, std::string_view ancestor, Date day, Cause* cause = nullptr) const;
  const std::vector<Code>& codes() const { return codes_; }
  // The listed row (the last of several), or the nearest listed ancestor's in an open list; null if there is
  // none.
  const Code* Find(std::string_view code) const;

 private:
  const std::vector<int>* RowsOf(std::string_view code) const;
  bool HasAncestor(const Code* code, std::string_view ancestor, Date day) const;

  std::vector<Code> codes_;
  std::unordered_map<std::string, std::vector<int>> rows_;  // code -> rows
};

struct ZoneMember {
  std::string code;
  Period in_force;
};

// A functional zone: codes of one list that belong to it for a time.
struct Zone {
  std::string id;
  std::string name;
  std::string code_list;
  std::vector<ZoneMember> members;
  std::vector<std::string> MembersOn(Date day) const;
};

struct FactType {
  std::string id;
  std::string name;
  TypePtr type;
};

struct Model {
  std::vector<FactType> facts;
  std::vector<Definition> definitions;
  std::vector<Parameter> parameters;
  std::vector<CodeList> code_lists;
  std::vector<Zone> zones;
  std::vector<Calendar> calendars;

  const CodeList* FindCodeList(std::string_view id) const;
  const Calendar* FindCalendar(std::string_view id) const;
};

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_MODEL_H_
