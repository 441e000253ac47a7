// Comparisons and arithmetic by their signs: how people write them, and what they turn into when their sides
// are swapped or the whole is denied.
//
// Pure; any thread. The texts have static storage.
// Source: DMN 1.5 section 10.3.1.2.
#ifndef ZHIDA_ENGINE_FEEL_SIGNS_H_
#define ZHIDA_ENGINE_FEEL_SIGNS_H_

#include <string_view>

#include "engine/feel/ast.h"

namespace zhida::feel {

constexpr bool IsComparison(Op op) { return op >= Op::kEqual && op <= Op::kGreaterEqual; }

// "<", "**"; empty for what has no sign.
constexpr std::string_view SignOf(Op op) {
  switch (op) {
    case Op::kEqual:
      return "=";
    case Op::kNotEqual:
      return "!=";
    case Op::kLess:
      return "<";
    case Op::kLessEqual:
      return "<=";
    case Op::kGreater:
      return ">";
    case Op::kGreaterEqual:
      return ">=";
    case Op::kAdd:
      return "+";
    case Op::kSubtract:
      return "-";
    case Op::kMultiply:
      return "*";
    case Op::kDivide:
      return "/";
    case Op::kPower:
      return "**";
    default:
      return "";
  }
}

// a < b is b > a. Anything else than a comparison stays as it is.
constexpr Op Mirrored(Op op) {
  switch (op) {
    case Op::kLess:
      return Op::kGreater;
    case Op::kLessEqual:
      return Op::kGreaterEqual;
    case Op::kGreater:
      return Op::kLess;
    case Op::kGreaterEqual:
      return Op::kLessEqual;
    default:
      return op;
  }
}

// Where a < b is false, a >= b is true. Anything else than a comparison stays as it is.
constexpr Op Opposite(Op op) {
  switch (op) {
    case Op::kEqual:
      return Op::kNotEqual;
    case Op::kNotEqual:
      return Op::kEqual;
    case Op::kLess:
      return Op::kGreaterEqual;
    case Op::kLessEqual:
      return Op::kGreater;
    case Op::kGreater:
      return Op::kLessEqual;
    case Op::kGreaterEqual:
      return Op::kLess;
    default:
      return op;
  }
}

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_SIGNS_H_
