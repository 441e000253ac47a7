// Built-in functions: their names, parameters, result types and bodies, one table for parser and interpreter.
//
// Whoever calls a body keeps the rules that the fields below state; then bodies see only what they can use.
// `under` is written with two arguments; the parser adds a third, the literal id of the code list of the
// first. Pure; any thread. Source: docs/semantics.md, section 3; DMN 1.5 section 10.3.4.
#ifndef ZHIDA_ENGINE_FEEL_BUILTINS_H_
#define ZHIDA_ENGINE_FEEL_BUILTINS_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feel/model.h"

namespace zhida::feel {

struct Dates;

// The error of an evaluation that outran its steps.
inline constexpr const char* kTooManySteps = "too many steps";

// What a body may look at besides its arguments.
struct CallContext {
  const Model& model;
  const Dates& dates;
  // Steps that the evaluation may still take; what works longer than its arguments are long takes from them
  // and yields an error when they are used up. Null: limits::kStepsMax for this call.
  size_t* steps_left = nullptr;
};

// `args` are neither unknown nor error and, unless the function says otherwise, not null; bodies need not
// check.
using BuiltinBody = Value (*)(const std::vector<Value>& args, const CallContext& context);

struct Builtin {
  std::string_view name;                     // "years and months duration"
  std::vector<std::string_view> parameters;  // names, for named arguments; optional ones end in "?"
  // The last parameter may be repeated: append(list, a, b), and max(1, 2, 3) as well as max([1, 2, 3]).
  bool variadic = false;
  bool takes_null = false;     // null arguments are handed to the body
  bool reads_elements = true;  // an unknown inside a list argument makes the result unknown
  bool reads_event =
      false;  // an event date that is unknown or null counts as one more argument, null as error
  // The argument at this position may be a list; then the function is the `or` of itself over the elements,
  // -1: none.
  int or_over = -1;
  // Arguments from this position on are only put into the resulting list, where an unknown may stand; -1:
  // none.
  int moved_from = -1;
  // The result's type from the arguments' types, or null after setting *problem.
  TypePtr (*result)(const std::vector<TypePtr>& args, std::string* problem) = nullptr;
  BuiltinBody body = nullptr;
};

const std::vector<Builtin>& Builtins();
int FindBuiltin(std::string_view name);  // index into Builtins(), or -1

// Calls built-in `index` by the rules above: strict in unknown and error, null refused where it is not taken.
Value CallBuiltin(int index, const std::vector<Value>& args, const CallContext& context);

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_BUILTINS_H_
