// The typed tree: what a FEEL expression means once its names and types are known.
//
// The parser builds it, the interpreter walks it, the plan lowers it. Immutable after parsing; any thread.
// Depth is bounded by limits::kExpressionDepthMax for what people nest and by limits::kOperandsMax for
// chains, so that walking it by recursion is safe.
#ifndef ZHIDA_ENGINE_FEEL_AST_H_
#define ZHIDA_ENGINE_FEEL_AST_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "engine/feel/type.h"
#include "engine/value/value.h"

namespace zhida::feel {

enum class Op : uint8_t {
  kLiteral,     // `literal`
  kUnknown,     // unknown(cause): literal holds it
  kFact,        // fact number `index`
  kLocal,       // slot `index`: an iteration variable, `item`, `?`, an entry of a structure literal
  kDefinition,  // definition or decision table number `index`
  kParameter,   // entry `text` of parameter number `index`, in force on the event date
  kZone,        // zone(id) number `index`: list of member codes in force on the event date
  kAsOf,        // as_of, today()
  kYear,        // Y
  kMember,  // member `text` of args[0]: of a structure by id, a component (year, ...), or mapped over a list
  kAnd,     // two or more args, Kleene
  kOr,
  kNot,
  kEqual,  // args[0] = args[1]; two-valued against null
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kInRange,  // args[0] in args[1] .. args[2]; a missing end is a null pointer; flags low_closed, high_closed.
             // Also `between`. Strict in all three.
  kIn,       // bind args[0] to slot `index`, then Kleene or over args[1..], each a boolean test of that slot.
             // A sole test that does not look at `?` is built on args[0] itself, without kIn.
  kInList,   // args[0] equals some element of list args[1] (Kleene or); elements that are ranges are tested
  kIf,       // args: condition, then, else
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kPower,
  kNegate,
  kList,    // list literal
  kStruct,  // structure literal: names[i] = args[i], bound to slot index + i for later entries
  kRange,   // range literal as a value: args low, high (null pointer = unbounded); flags as kInRange
  kFilter,  // args[0][args[1]] with a boolean test; `item` is slot `index`; members of the item are resolved
            // to it
  kIndex,   // args[0][args[1]] with a number, from 1 or from the end
  kFor,     // args: domain 1..n, body; iteration variable i is slot index + i; names: the variables
  kSome,
  kEvery,
  kIterationRange,  // a..b as a domain of for: args low, high
  kCall,            // built-in number `index` (engine/feel/builtins.h) over args, already in parameter order;
                    // `under` has the id of its code list behind them, a string literal
  kInstanceOf,      // args[0] instance of `type_argument`
  kKnown,           // known(args[0]): decisions only
  kCause,           // cause(args[0]): decisions only; the name of the cause, or null when known
};

struct Expr;
using ExprPtr = std::shared_ptr<const Expr>;

// Byte offsets into the expression's text, end exclusive.
struct Span {
  int begin = 0;
  int end = 0;
};

struct Expr {
  Op op = Op::kLiteral;
  TypePtr type;
  Span span;
  std::vector<ExprPtr> args;
  int index = -1;
  bool low_closed = true;
  bool high_closed = true;
  Value literal;
  std::string text;
  std::vector<std::string> names;
  TypePtr type_argument;
};

// One parsed expression with its source, as a definition, a clause or an amount keeps it.
struct Expression {
  std::string text;  // as written
  ExprPtr root;
  int slot_count = 0;  // locals that a frame must offer
};

// Canonical one-line text of a tree with names resolved to indices, for tests and dumps:
// (and (>= fact:3 5) (in-list fact:4 zone:0)).
std::string Dump(const Expr& expr);

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_AST_H_
