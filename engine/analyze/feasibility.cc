#include "engine/analyze/feasibility.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "engine/feel/ast.h"

namespace zhida::analyze {

using plan::Column;
using plan::ColumnId;
using plan::kNone;
using plan::Node;
using plan::NodeId;
using plan::Number;
using plan::TextAnswers;

namespace {

// Branches tried before a search gives up and says kPerhaps.
constexpr int kBranchesMax = 20'000;
constexpr size_t kWordBits = 64;

std::vector<uint64_t> NoPlaces(size_t count) {
  return std::vector<uint64_t>((count + kWordBits - 1) / kWordBits, 0);
}
void Set(std::vector<uint64_t>* places, size_t at) {
  (*places)[at / kWordBits] |= uint64_t{1} << (at % kWordBits);
}

// What a test makes of a text, where all that it asks is which of some texts it is. Collects those texts.
bool AsksOnlyWhich(const feel::Expr& expr, std::set<std::string>* texts) {
  switch (expr.op) {
    case feel::Op::kLiteral:
      if (expr.literal.kind() == ValueKind::kString) texts->insert(expr.literal.string());
      return true;
    case feel::Op::kFact:
    case feel::Op::kLocal:
      return true;
    case feel::Op::kEqual:
    case feel::Op::kNotEqual:
    case feel::Op::kIn:
    case feel::Op::kAnd:
    case feel::Op::kOr:
    case feel::Op::kNot:
      return std::all_of(expr.args.begin(), expr.args.end(),
                         [&](const feel::ExprPtr& arg) { return AsksOnlyWhich(*arg, texts); });
    default:
      return false;
  }
}

}  // namespace

Feasibility::Feasibility(const plan::Plan& plan) : plan_(plan), texts_(plan), local_(texts_.MakeLocal()) {}

const pack::FactType& Feasibility::TypeOf(int source) const {
  const plan::Graph& graph = plan_.graph;
  if (source < graph.fact_count) return *plan_.pack->schema.facts[static_cast<size_t>(source)].type;
  return *graph.parts[static_cast<size_t>(source - graph.fact_count)].type;
}

bool Feasibility::MayBeNull(int source) const {
  const plan::Graph& graph = plan_.graph;
  if (source < graph.fact_count) return plan_.pack->schema.facts[static_cast<size_t>(source)].nullable;
  const plan::Part& part = graph.parts[static_cast<size_t>(source - graph.fact_count)];
  if (part.member == kNone) return false;
  const pack::FactType& owner = *plan_.pack->schema.facts[static_cast<size_t>(part.fact)].type;
  const pack::FactType& structure = owner.kind == pack::FactKind::kList ? *owner.element : owner;
  return structure.members[static_cast<size_t>(part.member)].nullable;
}

const Feasibility::Line& Feasibility::LineOf(ColumnId id) {
  const auto known = lines_.find(id);
  if (known != lines_.end()) return known->second;
  const Column& column = plan_.graph.columns[static_cast<size_t>(id)];
  Line line;
  switch (column.kind) {
    case Column::Kind::kNumber:
      line = NumberLine(column);
      break;
    case Column::Kind::kText:
      line = TextLine(id, column);
      break;
    case Column::Kind::kTable:
      line = TableLine(column);
      break;
    case Column::Kind::kExpression:
      line.free = true;
      break;
  }
  return lines_.emplace(id, std::move(line)).first->second;
}

// Place i lies between cut i - 1 and cut i; one more is "there is none".
Feasibility::Line Feasibility::NumberLine(const Column& column) const {
  const size_t cuts = column.cuts.size();
  const size_t count = cuts + 2;
  const Number& number = plan_.graph.numbers[static_cast<size_t>(column.number)];
  const bool plain = column.divisor == kNone && number.kind == Number::Kind::kFact;
  const bool boolean = plain && TypeOf(number.fact).kind == pack::FactKind::kBoolean;
  const bool null = !plain || MayBeNull(number.fact);
  Line line;
  line.possible = NoPlaces(count);
  for (size_t place = 0; place < count; ++place) {
    // A boolean is 0 or 1.
    const bool beyond = boolean && ((place == 0 && cuts > 0 && column.cuts[0].value <= 0) ||
                                    (place > 0 && place <= cuts && column.cuts[place - 1].value > 1));
    if (!beyond && (place <= cuts || null)) Set(&line.possible, place);
  }
  for (const plan::NumberTest& test : column.number_tests) {
    Places yes = NoPlaces(count);
    Places no = NoPlaces(count);
    Places open = NoPlaces(count);
    const auto put = [&](size_t place, Truth truth) {
      if (truth == Truth::kTrue || truth == Truth::kError) Set(&yes, place);
      if (truth == Truth::kFalse || truth == Truth::kError) Set(&no, place);
      if (truth == Truth::kUnknown) Set(&open, place);
    };
    for (size_t place = 0; place <= cuts; ++place) {
      Truth truth = Truth::kFalse;
      for (const plan::NumberTest::Stretch& stretch : test.stretches) {
        const bool after_low = stretch.low == kNone || place > static_cast<size_t>(stretch.low);
        const bool before_high = stretch.high == kNone || place <= static_cast<size_t>(stretch.high);
        if (after_low && before_high) truth = stretch.truth;
      }
      put(place, truth);
    }
    // A comparison with null is an error, which is neither; nobody has to be asked.
    if (test.on_null != Truth::kError) put(cuts + 1, test.on_null);
    line.yes.push_back(std::move(yes));
    line.no.push_back(std::move(no));
    line.open.push_back(std::move(open));
  }
  return line;
}

// A place a text that may occur: each code of a closed list, or each text that tests name and one that they
// do not; and one for "there is none".
Feasibility::Line Feasibility::TextLine(ColumnId id, const Column& column) {
  Line line;
  std::set<std::string> texts;
  const pack::FactType& type = TypeOf(column.fact);
  if (type.kind == pack::FactKind::kCode) {
    const feel::CodeList* list = plan_.pack->model.FindCodeList(type.code_list);
    line.free = list == nullptr || list->open;
    if (!line.free) {
      for (const feel::Code& code : list->codes()) texts.insert(code.code);
    }
  } else {
    line.free = !std::all_of(
        column.text_tests.begin(), column.text_tests.end(),
        [&](const plan::TextTest& test) { return AsksOnlyWhich(*test.expression.root, &texts); });
    std::string other = "~";
    while (texts.count(other) > 0) other += '~';
    texts.insert(other);
  }
  if (line.free) return line;
  const size_t tests = column.text_tests.size();
  const size_t count = texts.size() + 1;
  line.possible = NoPlaces(count);
  line.yes.assign(tests, NoPlaces(count));
  line.no.assign(tests, NoPlaces(count));
  line.open.assign(tests, NoPlaces(count));
  size_t place = 0;
  const auto put = [&](const TextAnswers& answers) {
    Set(&line.possible, place);
    for (size_t test = 0; test < tests; ++test) {
      const Truth truth = answers.truths[test];
      if (truth == Truth::kTrue || truth == Truth::kError) Set(&line.yes[test], place);
      if (truth == Truth::kFalse || truth == Truth::kError) Set(&line.no[test], place);
      if (truth == Truth::kUnknown) Set(&line.open[test], place);
    }
    ++place;
  };
  for (const std::string& text : texts) put(texts_.Find(id, text, &local_));
  if (MayBeNull(column.fact)) put(texts_.OfNull(id));
  return line;
}

Feasibility::Line Feasibility::TableLine(const Column& column) const {
  const size_t count = column.choices.size();
  Line line;
  line.possible = NoPlaces(count);
  for (size_t place = 0; place < count; ++place) Set(&line.possible, place);
  for (const std::vector<Truth>& truths : column.choice_tests) {
    Places yes = NoPlaces(count);
    Places no = NoPlaces(count);
    Places open = NoPlaces(count);
    for (size_t place = 0; place < count; ++place) {
      if (truths[place] == Truth::kTrue || truths[place] == Truth::kError) Set(&yes, place);
      if (truths[place] == Truth::kFalse || truths[place] == Truth::kError) Set(&no, place);
      if (truths[place] == Truth::kUnknown) Set(&open, place);
    }
    line.yes.push_back(std::move(yes));
    line.no.push_back(std::move(no));
    line.open.push_back(std::move(open));
  }
  return line;
}

class Feasibility::Search {
 public:
  Search(Feasibility& owner, Vague vague, int* branches)
      : owner_(owner), nodes_(owner.plan_.graph.nodes), vague_(vague), branches_(branches) {}

  bool Satisfiable(const std::vector<Goal>& goals) {
    State state;
    return Add(goals, &state) && Solve(std::move(state));
  }

 private:
  // Of the items of one list: what some must be, each for itself, and what all must be.
  struct Items {
    std::vector<Goal> some;
    std::vector<Goal> all;
  };
  struct State {
    std::map<ColumnId, Places> places;
    std::map<std::pair<ColumnId, int>, bool> decided;     // tests of free columns
    std::vector<std::vector<std::vector<Goal>>> choices;  // of each choice one branch, all of its goals
    std::map<int, Items> items;
  };

  const Node& At(NodeId id) const { return nodes_[static_cast<size_t>(id)]; }

  // False if the goals contradict what is settled.
  bool Add(std::vector<Goal> goals, State* state) {
    while (!goals.empty()) {
      const Goal goal = goals.back();
      goals.pop_back();
      const Node& node = At(goal.node);
      switch (node.kind) {
        case Node::Kind::kConstant:
          if (node.constant == Truth::kUnknown && vague_ == Vague::kUndecided) return false;
          if (node.constant == (goal.truth ? Truth::kFalse : Truth::kTrue)) return false;
          break;
        case Node::Kind::kTest:
          if (!AddTest(node, goal.truth, state)) return false;
          break;
        case Node::Kind::kNot:
          goals.push_back({node.parts[0], !goal.truth});
          break;
        case Node::Kind::kAnd:
        case Node::Kind::kOr:
          if ((node.kind == Node::Kind::kAnd) == goal.truth) {
            for (const NodeId part : node.parts) goals.push_back({part, goal.truth});
          } else {
            std::vector<std::vector<Goal>> branches;
            for (const NodeId part : node.parts) branches.push_back({{part, goal.truth}});
            state->choices.push_back(std::move(branches));
          }
          break;
        case Node::Kind::kIf:
          state->choices.push_back({{{node.parts[0], true}, {node.parts[1], goal.truth}},
                                    {{node.parts[0], false}, {node.parts[2], goal.truth}}});
          break;
        case Node::Kind::kLater:
          // What may come later counts as true while it is not known.
          if (!goal.truth) goals.push_back({node.parts[0], false});
          break;
        case Node::Kind::kSome:
        case Node::Kind::kHolds:
        case Node::Kind::kEvery: {
          Items& items = state->items[node.over];
          const bool every = node.kind == Node::Kind::kEvery;
          (every == goal.truth ? items.all : items.some).push_back({node.parts[0], goal.truth});
          break;
        }
        case Node::Kind::kLift:
          break;  // the subject's own, seen from an item: taken for possible
      }
    }
    return true;
  }

  bool AddTest(const Node& node, bool truth, State* state) {
    const Line& line = owner_.LineOf(node.column);
    const size_t test = static_cast<size_t>(node.test);
    if (line.free) {
      return state->decided.emplace(std::pair(node.column, node.test), truth).first->second == truth;
    }
    Places& places = state->places.emplace(node.column, line.possible).first->second;
    const Places& wanted = truth ? line.yes[test] : line.no[test];
    uint64_t any = 0;
    for (size_t i = 0; i < places.size(); ++i) {
      places[i] &= vague_ == Vague::kEither ? wanted[i] | line.open[test][i] : wanted[i];
      any |= places[i];
    }
    return any != 0;
  }

  bool Solve(State state) {
    if (++*branches_ > kBranchesMax) return true;
    if (state.choices.empty()) {
      // Any item may serve as the one that must be so; all the others may be missing.
      return std::all_of(state.items.begin(), state.items.end(), [&](const auto& list) {
        return std::all_of(list.second.some.begin(), list.second.some.end(), [&](const Goal& goal) {
          std::vector<Goal> goals = list.second.all;
          goals.push_back(goal);
          return Search(owner_, vague_, branches_).Satisfiable(goals);
        });
      });
    }
    const auto fewest = std::min_element(state.choices.begin(), state.choices.end(),
                                         [](const auto& a, const auto& b) { return a.size() < b.size(); });
    const std::vector<std::vector<Goal>> branches = std::move(*fewest);
    state.choices.erase(fewest);
    for (const std::vector<Goal>& goals : branches) {
      State branch = state;
      if (Add(goals, &branch) && Solve(std::move(branch))) return true;
    }
    return false;
  }

  Feasibility& owner_;
  const std::vector<Node>& nodes_;
  Vague vague_;
  int* branches_;
};

Feasible Feasibility::Check(const std::vector<Goal>& goals, Vague vague) {
  int branches = 0;
  return Search(*this, vague, &branches).Satisfiable(goals) ? Feasible::kPerhaps : Feasible::kNever;
}

bool Feasibility::Implies(NodeId a, NodeId b) {
  if (a == b) return true;
  const Node& narrow = plan_.graph.nodes[static_cast<size_t>(a)];
  const Node& wide = plan_.graph.nodes[static_cast<size_t>(b)];
  if (narrow.kind != Node::Kind::kTest || wide.kind != Node::Kind::kTest || narrow.column != wide.column) {
    return false;
  }
  const Line& line = LineOf(narrow.column);
  if (line.free) return false;
  const size_t test = static_cast<size_t>(wide.test);
  for (size_t i = 0; i < line.possible.size(); ++i) {
    // A place in yes and in no is for the interpreter to decide.
    const uint64_t surely = line.yes[test][i] & ~line.no[test][i];
    if ((line.possible[i] & line.yes[static_cast<size_t>(narrow.test)][i] & ~surely) != 0) return false;
  }
  return true;
}

}  // namespace zhida::analyze
