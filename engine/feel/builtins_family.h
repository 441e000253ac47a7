// What the families of built-in functions share: typing of arguments, access to arguments, accounts.
//
// Private to builtins*.cc. Pure; any thread.
#ifndef ZHIDA_ENGINE_FEEL_BUILTINS_FAMILY_H_
#define ZHIDA_ENGINE_FEEL_BUILTINS_FAMILY_H_

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feel/builtins.h"
#include "engine/feel/operators.h"

namespace zhida::feel {

using Types = std::vector<TypePtr>;
using Args = std::vector<Value>;

// The families, each in a file of its own.
void AddNumberBuiltins(std::vector<Builtin>* all);
void AddAggregateBuiltins(std::vector<Builtin>* all);
void AddStringBuiltins(std::vector<Builtin>* all);
void AddListBuiltins(std::vector<Builtin>* all);
void AddDateBuiltins(std::vector<Builtin>* all);
void AddCalendarBuiltins(std::vector<Builtin>* all);
void AddPackBuiltins(std::vector<Builtin>* all);

// Typing. Each says in *problem what is wrong, once, and then yields false or null.

// Argument `i`, where it is given, is of one of these kinds: `list contains needs a list first, not a
// number`.
bool Wants(std::string_view function, const Types& args, size_t i, std::initializer_list<TypeKind> kinds,
           std::string* problem);
// Argument `i` of a function that takes null elsewhere cannot be null itself.
bool WantsValue(std::string_view function, const Types& args, size_t i, std::string* problem);
// The common type of arguments that are items, or of the elements of a sole list argument.
TypePtr ItemType(std::string_view function, const Types& args, std::string* problem);
// The type of the elements of list argument `i`.
TypePtr ElementType(std::string_view function, const Types& args, size_t i, std::string* problem);
// "a number", "an error": for messages.
std::string WithArticle(std::string_view noun);

// A function's name as a template argument, so that a plain signature needs no body of its own.
template <size_t kSize>
struct FunctionName {
  char text[kSize];
  constexpr FunctionName(const char (&name)[kSize]) {
    for (size_t i = 0; i < kSize; ++i) text[i] = name[i];
  }
};

// name(kinds...) -> result, all of them required unless the parser was told otherwise.
template <FunctionName kName, TypeKind kResult, TypeKind... kParameters>
TypePtr Plain(const Types& args, std::string* problem) {
  constexpr TypeKind kKinds[] = {kParameters..., TypeKind::kAny};
  for (size_t i = 0; i < args.size() && i < sizeof...(kParameters); ++i) {
    if (!Wants(kName.text, args, i, {kKinds[i]}, problem)) return nullptr;
  }
  return MakeType(kResult);
}

// Bodies.

// The items that a variadic function was given, one by one or as one list.
const std::vector<Value>& ItemsOf(const Args& args);
Value NumberOr(const std::optional<Decimal>& number, const char* error);
// The whole number in argument `i`, or nullopt.
std::optional<int64_t> WholeAt(const Args& args, size_t i);
// Index of a position that counts from 1, or from the end if it is negative; nullopt outside a list of
// `size`.
std::optional<size_t> IndexOf(int64_t position, size_t size);
// False, with the account at zero, when fewer than `steps` are left.
bool TakeSteps(const CallContext& context, size_t steps);
// A string of that many bytes may be built.
bool AffordBytes(const CallContext& context, size_t bytes);

inline constexpr const char* kIndexOutOfRange = "index out of range";
inline constexpr const char* kOutOfRange = "number out of range";
inline constexpr const char* kNotWhole = "a whole number is needed";
inline constexpr const char* kNullItem = "null among the items of a list";

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_BUILTINS_FAMILY_H_
