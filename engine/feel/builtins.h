// Built-in functions: their names, parameters, result types and bodies, one table for parser and interpreter.
// Pure; any thread.
#ifndef ZHIDA_ENGINE_FEEL_BUILTINS_H_
#define ZHIDA_ENGINE_FEEL_BUILTINS_H_

#include <functional>
#include <string_view>
#include <vector>

#include "engine/feel/model.h"

namespace zhida::feel {

struct Dates;

// What a body may look at besides its arguments.
struct CallContext {
  const Model& model;
  const Dates& dates;
};

// `args` are neither unknown nor error and, unless the function says otherwise, not null; bodies need not check.
using BuiltinBody = Value (*)(const std::vector<Value>& args, const CallContext& context);

struct Builtin {
  std::string_view name;                         // "years and months duration"
  std::vector<std::string_view> parameters;      // names, for named arguments; optional ones end in "?"
  bool variadic = false;                         // max(1, 2, 3) as well as max([1, 2, 3])
  bool takes_null = false;                       // null arguments are handed to the body
  bool reads_elements = true;                    // an unknown inside a list argument makes the result unknown
  // The result's type from the arguments' types, or null after setting *problem.
  TypePtr (*result)(const std::vector<TypePtr>& args, std::string* problem) = nullptr;
  BuiltinBody body = nullptr;
};

const std::vector<Builtin>& Builtins();
int FindBuiltin(std::string_view name);  // index into Builtins(), or -1

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_BUILTINS_H_
