// The predicate graph: every condition of every policy of a closure, as few different things as possible.
//
// Three sorts of nodes, all hash-consed, so that two policies that ask the same question share one node:
//   numbers  scaled whole numbers computed from facts (dates too, as days): 研发费用[2024] - 研发费用[2023];
//            or, where a quotient has been rounded to 34 digits, decimals
//   columns  what conditions look at: a number against cut points, a text against tests, a table's choice, or
//            one condition that only the interpreter can decide
//   nodes    truth: a test of a column, and / or / not / if over nodes, some / every / holds over a list's
//   items
// All three belong either to the subject or to the items of one list fact; the latter are evaluated once an
// item, for all subjects of a block together, and `some`, `every` and counts bring them back to the subject.
// A fifth answer beside true, false, unknown and error is never needed: where a fast path is not certain to
// agree with the interpreter (an overflow, a division by zero, a value with more digits than a column holds)
// it answers kError, here read as "ask the interpreter". Kleene logic then does the rest: a false elsewhere
// absorbs it, and only pairs that stay open are asked.
//
// Built by one thread (GraphBuilder), immutable afterwards, read by any thread.
#ifndef ZHIDA_ENGINE_PLAN_GRAPH_H_
#define ZHIDA_ENGINE_PLAN_GRAPH_H_

#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/feel/interpreter.h"
#include "engine/pack/schema.h"
#include "engine/value/decimal.h"
#include "engine/value/truth.h"

namespace zhida::plan {

using NodeId = int32_t;
using NumberId = int32_t;
using ColumnId = int32_t;
inline constexpr int32_t kNone = -1;

// The dates an expression is read at, besides the as-of date which is fixed for a plan. A policy with an
// event fact is lowered once for each stretch of days on which nothing dated changes, so here the event date
// is always a day, except in conditions left to the interpreter, which read the event fact themselves.
struct Context {
  Date event;
  int event_fact = kNone;  // interpreter only: the event date is this fact's value
  int64_t year = 0;
  friend bool operator==(const Context&, const Context&) = default;
};

// Where values come from: a fact, a member of a structure, or a part of the items of a list. Sources are
// numbered facts first, then parts; the lowering writes a part's source into a tree as if it were a fact.
struct Part {
  int fact = kNone;       // a structure, or a list of them, or a list of plain values
  int member = kNone;     // of the structures; kNone: the items are plain values
  bool of_items = false;  // belongs to the items of the list, else to the subject
  pack::FactTypePtr type;
};

// The period at which a series is read, where it follows from one date; asked once a distinct date.
struct PeriodRule {
  feel::Expression expression;
  int context = 0;
  int date = kNone;  // the source that the expression reads
  PeriodKind kind = PeriodKind::kYear;
};

struct Number {
  enum class Kind : uint8_t {
    kConstant,
    kUnknown,   // a constant that is not known: a parameter that is not in force
    kFact,      // `fact` is a source
    kSeries,    // entry `period` of series `fact`
    kSeriesAt,  // entry of series `fact` at the period that rule `period` gives
    kLift,      // number `a` of the subject, for each item of `list`
    kCount,     // how many items of list fact `fact` satisfy `condition`
    kYear,      // of date `a`
    kMonth,
    kDay,
    kAddMonths,  // date `a` and `period` months
    kAdd,
    kSubtract,
    kMultiply,
    kDivide,  // rounded to 34 digits, as the interpreter divides
    kNegate,
    kMinimum,
    kMaximum,
    kAbsolute,
    kIf,    // condition ? a : b
    kRule,  // likewise, a table's rule: where it is open, equal numbers would do, which is the judge's to see
    kChoice,  // the number that column `column` (a table) chose: constants[choice]
  };
  Kind kind = Kind::kConstant;
  int list = kNone;      // whose items it belongs to; kNone: the subject
  bool decimal = false;  // the value is a decimal, and there is no scale
  bool shared = false;   // several others look at it, or it is dear: worth remembering; set by Finish()
  int scale = 0;         // the value is mantissa * 10^-scale
  int128_t constant = 0;
  int fact = kNone;
  int32_t period = 0;
  NumberId a = kNone;
  NumberId b = kNone;
  NodeId condition = kNone;         // kIf, kRule, kCount
  ColumnId column = kNone;          // kChoice
  std::vector<int128_t> constants;  // kChoice: by choice, at `scale`
};

// A place on a number line: values at or above it (or strictly above it) are on its far side.
struct Cut {
  int128_t value = 0;  // at the column's cut_scale
  bool above = false;
  friend auto operator<=>(const Cut&, const Cut&) = default;
};

// One condition on a number column: the truth on each stretch between cuts; false elsewhere.
struct NumberTest {
  struct Stretch {
    int low = kNone;   // index into cuts, kNone: from the far left
    int high = kNone;  // index into cuts (exclusive), kNone: to the far right
    Truth truth = Truth::kTrue;
  };
  std::vector<Stretch> stretches;
  Truth on_null = Truth::kError;
};

// One condition on a text column, decided once per distinct text.
struct TextTest {
  feel::Expression expression;
  int context = 0;  // index into Graph::contexts
};

struct Column {
  enum class Kind : uint8_t { kNumber, kText, kTable, kExpression };
  Kind kind = Kind::kNumber;
  int list = kNone;  // whose items it belongs to; kNone: the subject

  // kNumber: number, or number / divisor.
  NumberId number = kNone;
  NumberId divisor = kNone;
  int cut_scale = 0;
  std::vector<Cut> cuts;  // ascending
  std::vector<NumberTest> number_tests;

  // kText.
  int fact = kNone;  // a source
  std::vector<TextTest> text_tests;

  // kTable: a decision table with one hit and constant outputs. Choice i is choices[i].
  int definition = kNone;
  feel::HitPolicy hit = feel::HitPolicy::kFirst;
  std::vector<NodeId> allowed;                   // must be true where known; else ask
  std::vector<NodeId> rules;                     // truth of each rule
  std::vector<int> rule_choice;                  // what each rule chooses
  int default_choice = kNone;                    // kNone never occurs: "no default" is the choice null
  std::vector<Value> choices;                    // distinct output values; a value may be unknown
  std::vector<std::vector<Truth>> choice_tests;  // test -> choice -> truth

  // kExpression: one boolean condition for the interpreter; test 0.
  feel::Expression expression;
  int context = 0;

  std::vector<int> facts;  // all facts it depends on, ascending; items have no promises of their own
};

struct Node {
  enum class Kind : uint8_t { kConstant, kTest, kAnd, kOr, kNot, kIf, kLater, kSome, kEvery, kHolds, kLift };
  Kind kind = Kind::kConstant;
  int list = kNone;                  // whose items it belongs to; kNone: the subject, or a constant
  int over = kNone;                  // kSome, kEvery, kHolds: the list fact
  Truth constant = Truth::kUnknown;  // kConstant
  ColumnId column = kNone;           // kTest
  int test = 0;
  std::vector<NodeId>
      parts;     // kAnd, kOr (ascending, no repeats), kIf (condition, then, else), one for the others
  int cost = 1;  // rough work for a block; interpreted conditions cost most
  // Set by the builder: all facts it depends on, ascending; and whether the readings differ on it whatever
  // they are.
  std::vector<int> facts;
  bool later = false;
};

struct Graph {
  int fact_count = 0;
  std::vector<Part> parts;  // source fact_count + i
  std::vector<PeriodRule> period_rules;
  std::vector<Context> contexts;
  std::vector<Number> numbers;
  std::vector<Column> columns;
  std::vector<Node> nodes;

  // Text form, for tests and `zhida check --plan`: one line a column, one a node that is not a test.
  std::string Dump(const feel::Model& model) const;
  std::string SourceText(int source, const feel::Model& model) const;
  std::string NumberText(NumberId number, const feel::Model& model) const;
  std::string NodeText(NodeId node, const feel::Model& model) const;
};

// Makes nodes, each only once, and applies the rewrites that are safe in three values: flattening, repeats,
// constants, double negation. `x and not x` is not rewritten (it is unknown when x is), nor is `x or not x`.
//
// Where parts of a node belong to the subject and others to items, the former are lifted to the items.
class GraphBuilder {
 public:
  explicit GraphBuilder(int fact_count) { graph_.fact_count = fact_count; }

  int AddContext(const Context& context);
  int AddPart(Part part);              // its source
  int AddPeriodRule(PeriodRule rule);  // its number

  NumberId Constant(int128_t value, int scale);
  NumberId UnknownNumber();
  NumberId Fact(int fact, int scale);
  NumberId SeriesEntry(int fact, int32_t period, int scale);
  NumberId SeriesAt(int fact, int period_rule, int scale);
  NumberId Count(int list, NodeId condition);
  NumberId DatePart(Number::Kind kind, NumberId date);
  NumberId AddMonths(NumberId date, int32_t months);
  NumberId Lift(NumberId number, int list);
  NumberId Arithmetic(Number::Kind kind, NumberId a,
                      NumberId b);  // scales are worked out here
  NumberId NumberIf(NodeId condition, NumberId a, NumberId b, Number::Kind kind = Number::Kind::kIf);
  NumberId NumberChoice(ColumnId table, std::vector<int128_t> constants, int scale);

  ColumnId NumberColumn(NumberId number, NumberId divisor);
  // The truth of `column` by stretches of the number line. Bounds are decimals; an absent one is open.
  struct Stretch {
    bool has_low = false;
    bool has_high = false;
    bool low_closed = true;
    bool high_closed = false;
    Decimal low;
    Decimal high;
    Truth truth = Truth::kTrue;
  };
  NodeId TestNumber(ColumnId column, const std::vector<Stretch>& stretches, Truth on_null);

  ColumnId TextColumn(int fact);
  NodeId TestText(ColumnId column, const feel::Expression& expression, int context);

  ColumnId TableColumn(Column table, int context);              // one a definition and context
  ColumnId FindTableColumn(int definition, int context) const;  // kNone if not made yet
  NodeId TestChoice(ColumnId column, std::vector<Truth> truths);

  NodeId TestExpression(const feel::Expression& expression, int context, std::vector<int> facts);

  NodeId Constant(Truth truth);
  NodeId And(std::vector<NodeId> parts);
  NodeId Or(std::vector<NodeId> parts);
  NodeId Not(NodeId part);
  NodeId If(NodeId condition, NodeId then, NodeId otherwise);
  NodeId Later(NodeId part);  // unknown counts as true: 容缺 in the Promised reading
  NodeId Quantified(bool some, int list, NodeId part);
  // As `some`, but unknown where the part is unknown of any item: what a function of the list does.
  NodeId Holds(int list, NodeId part);
  NodeId LiftNode(NodeId node, int list);

  const Graph& graph() const { return graph_; }
  const std::vector<int>& NumberFacts(NumberId number);
  const std::vector<int>& NodeFacts(NodeId node) const {
    return graph_.nodes[static_cast<size_t>(node)].facts;
  }
  // Sorts cut points and hands the graph over; the builder is empty afterwards.
  Graph Finish();

 private:
  static std::string Key(std::initializer_list<int128_t> parts);
  static std::vector<int> Merged(const std::vector<int>& a, const std::vector<int>& b);
  NumberId InternNumber(Number number);
  NodeId InternNode(Node node);
  int ListOfSource(int source) const;  // to whose items it belongs, or kNone
  int FactOf(int source) const;
  int ListOf(std::initializer_list<NumberId> numbers, std::initializer_list<NodeId> nodes) const;
  NodeId Combine(Node::Kind kind, std::vector<NodeId> parts);
  int CutIndex(Column& column, const Cut& cut);

  Graph graph_;
  std::unordered_map<std::string, int> numbers_;
  std::unordered_map<std::string, int> columns_;
  std::unordered_map<std::string, int> tests_;
  std::unordered_map<std::string, int> nodes_;
  std::unordered_map<std::string, int> contexts_;
  std::map<std::pair<int, int>, int> parts_;  // fact, member
  std::unordered_map<std::string, int> period_rules_;
  std::vector<std::unordered_map<std::string, int>> cut_index_;  // by column
  std::unordered_map<int, std::vector<int>> number_facts_;
};

}  // namespace zhida::plan

#endif  // ZHIDA_ENGINE_PLAN_GRAPH_H_
