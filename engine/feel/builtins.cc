#include "engine/feel/builtins.h"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "engine/feel/builtins_family.h"
#include "engine/feel/kind_text.h"

namespace zhida::feel {
namespace {

std::vector<Builtin> MakeBuiltins() {
  std::vector<Builtin> all;
  AddNumberBuiltins(&all);
  AddAggregateBuiltins(&all);
  AddStringBuiltins(&all);
  AddListBuiltins(&all);
  AddDateBuiltins(&all);
  AddCalendarBuiltins(&all);
  AddPackBuiltins(&all);
  return all;
}

// What an argument is called that may be anything.
std::string_view KindNoun(TypeKind kind) { return kind == TypeKind::kAny ? "value" : KindText(kind); }

std::string Position(size_t i) {
  constexpr std::array<std::string_view, 5> kOrdinals = {"first", "second", "third", "fourth", "fifth"};
  return i < kOrdinals.size() ? std::string(kOrdinals[i]) : "as argument " + std::to_string(i + 1);
}

constexpr size_t kBytesPerStep = 64;

}  // namespace

const std::vector<Builtin>& Builtins() {
  static const std::vector<Builtin> all = MakeBuiltins();
  return all;
}

int FindBuiltin(std::string_view name) {
  static const std::unordered_map<std::string_view, int> indices = [] {
    std::unordered_map<std::string_view, int> map;
    for (const Builtin& builtin : Builtins()) map.emplace(builtin.name, static_cast<int>(map.size()));
    return map;
  }();
  const auto found = indices.find(name);
  return found == indices.end() ? -1 : found->second;
}

std::string WithArticle(std::string_view noun) {
  if (noun == "null") return std::string(noun);
  const bool vowel = std::string_view("aeiou").find(noun.front()) != std::string_view::npos;
  return (vowel ? "an " : "a ") + std::string(noun);
}

bool Wants(std::string_view function, const Types& args, size_t i, std::initializer_list<TypeKind> kinds,
           std::string* problem) {
  if (i >= args.size() || args[i]->kind == TypeKind::kAny) return true;
  std::string wanted;
  for (const TypeKind kind : kinds) {
    if (args[i]->kind == kind) return true;
    if (kind == TypeKind::kNull) continue;  // taken, but no advice
    wanted += (wanted.empty() ? "" : " or ") + WithArticle(KindNoun(kind));
  }
  *problem = std::string(function) + " needs " + wanted + " " + Position(i) + ", not " +
             WithArticle(TypeText(*args[i]));
  return false;
}

bool WantsValue(std::string_view function, const Types& args, size_t i, std::string* problem) {
  if (i >= args.size() || !args[i]->nullable) return true;
  *problem = std::string(function) + " needs a value that cannot be null " + Position(i) +
             "; test it with != null first";
  return false;
}

TypePtr ElementType(std::string_view function, const Types& args, size_t i, std::string* problem) {
  if (!Wants(function, args, i, {TypeKind::kList}, problem)) return nullptr;
  return i < args.size() && args[i]->kind == TypeKind::kList ? args[i]->element : MakeType(TypeKind::kAny);
}

TypePtr ItemType(std::string_view function, const Types& args, std::string* problem) {
  if (args.empty()) {
    *problem = std::string(function) + " needs a list";
    return nullptr;
  }
  if (args.size() == 1 && args[0]->kind == TypeKind::kList) return args[0]->element;
  TypePtr common = args[0];
  for (const TypePtr& type : args) {
    const TypePtr wider = CommonType(common, type);
    if (wider == nullptr) {
      *problem = std::string(function) + " needs values of one type, not " + WithArticle(TypeText(*common)) +
                 " and " + WithArticle(TypeText(*type));
      return nullptr;
    }
    common = wider;
  }
  return common;
}

const std::vector<Value>& ItemsOf(const Args& args) {
  return args.size() == 1 && args[0].kind() == ValueKind::kList ? args[0].list() : args;
}

Value NumberOr(const std::optional<Decimal>& number, const char* error) {
  return number ? Value::Number(*number) : Value::Error(error);
}

std::optional<int64_t> WholeAt(const Args& args, size_t i) {
  return args[i].kind() == ValueKind::kNumber ? args[i].number().ToInt64() : std::nullopt;
}

std::optional<size_t> IndexOf(int64_t position, size_t size) {
  const int64_t count = static_cast<int64_t>(size);
  const int64_t index = position < 0 ? count + position : position - 1;
  if (position == 0 || index < 0 || index >= count) return std::nullopt;
  return static_cast<size_t>(index);
}

bool TakeSteps(const CallContext& context, size_t steps) {
  if (context.steps_left == nullptr) return steps <= limits::kStepsMax;
  if (steps > *context.steps_left) {
    *context.steps_left = 0;
    return false;
  }
  *context.steps_left -= steps;
  return true;
}

bool AffordBytes(const CallContext& context, size_t bytes) {
  return TakeSteps(context, bytes / kBytesPerStep);
}

}  // namespace zhida::feel
