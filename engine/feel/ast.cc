#include "engine/feel/ast.h"

#include <string>
#include <string_view>
#include <utility>

#include "engine/base/text.h"
#include "engine/feel/builtins.h"

namespace zhida::feel {
namespace {

// The head of a node: what stands after "(", or the whole of a leaf.
std::string_view OpText(Op op) {
  switch (op) {
    case Op::kLiteral: return "literal";
    case Op::kUnknown: return "unknown";
    case Op::kFact: return "fact";
    case Op::kLocal: return "local";
    case Op::kDefinition: return "def";
    case Op::kParameter: return "param";
    case Op::kZone: return "zone";
    case Op::kAsOf: return "as_of";
    case Op::kYear: return "Y";
    case Op::kMember: return "member";
    case Op::kAnd: return "and";
    case Op::kOr: return "or";
    case Op::kNot: return "not";
    case Op::kEqual: return "=";
    case Op::kNotEqual: return "!=";
    case Op::kLess: return "<";
    case Op::kLessEqual: return "<=";
    case Op::kGreater: return ">";
    case Op::kGreaterEqual: return ">=";
    case Op::kInRange: return "in-range";
    case Op::kIn: return "in";
    case Op::kInList: return "in-list";
    case Op::kIf: return "if";
    case Op::kAdd: return "+";
    case Op::kSubtract: return "-";
    case Op::kMultiply: return "*";
    case Op::kDivide: return "/";
    case Op::kPower: return "**";
    case Op::kNegate: return "neg";
    case Op::kList: return "list";
    case Op::kStruct: return "struct";
    case Op::kRange: return "range";
    case Op::kFilter: return "filter";
    case Op::kIndex: return "index";
    case Op::kFor: return "for";
    case Op::kSome: return "some";
    case Op::kEvery: return "every";
    case Op::kIterationRange: return "to";
    case Op::kCall: return "call";
    case Op::kInstanceOf: return "instance-of";
    case Op::kKnown: return "known";
    case Op::kCause: return "cause";
  }
  return "literal";
}

class Dumper {
 public:
  void Node(const Expr& expr) {
    switch (expr.op) {
      case Op::kLiteral:
        out_ += expr.literal.ToText();
        return;
      case Op::kUnknown:
        Open(expr);
        out_ += ' ';
        out_ += expr.literal.is_unknown() ? CauseName(expr.literal.cause()) : "?";
        break;
      case Op::kFact:
      case Op::kLocal:
      case Op::kDefinition:
      case Op::kZone:
        Indexed(expr);
        return;
      case Op::kParameter:
        Indexed(expr);
        out_ += '.' + expr.text;
        return;
      case Op::kAsOf:
      case Op::kYear:
        out_ += OpText(expr.op);
        return;
      case Op::kMember:
        Open(expr);
        Argument(expr, 0);
        out_ += ' ' + JsonQuote(expr.text);
        break;
      case Op::kInRange:
        Open(expr);
        Argument(expr, 0);
        Ends(expr, 1);
        break;
      case Op::kRange:
        Open(expr);
        Ends(expr, 0);
        break;
      case Op::kFor:
      case Op::kSome:
      case Op::kEvery:
      case Op::kStruct:
        Open(expr);
        Bound(expr);
        break;
      case Op::kIn:
      case Op::kFilter:
        Open(expr);
        out_ += " local:" + std::to_string(expr.index);
        Arguments(expr, 0);
        break;
      case Op::kCall:
        Open(expr);
        out_ += ' ' + JsonQuote(Builtins()[static_cast<size_t>(expr.index)].name);
        Arguments(expr, 0);
        break;
      case Op::kInstanceOf:
        Open(expr);
        Arguments(expr, 0);
        out_ += ' ' + JsonQuote(TypeText(*expr.type_argument));
        break;
      default:
        Open(expr);
        Arguments(expr, 0);
        break;
    }
    out_ += ')';
  }

  std::string Take() { return std::move(out_); }

 private:
  void Open(const Expr& expr) {
    out_ += '(';
    out_ += OpText(expr.op);
  }

  void Indexed(const Expr& expr) {
    out_ += OpText(expr.op);
    out_ += ':' + std::to_string(expr.index);
  }

  void Argument(const Expr& expr, size_t i) {
    out_ += ' ';
    Node(*expr.args[i]);
  }

  void Arguments(const Expr& expr, size_t first) {
    for (size_t i = first; i < expr.args.size(); ++i) Argument(expr, i);
  }

  // ` [1 .. 5)`; an end that is missing leaves its place empty.
  void Ends(const Expr& expr, size_t first) {
    const ExprPtr& low = expr.args[first];
    const ExprPtr& high = expr.args[first + 1];
    out_ += expr.low_closed ? " [" : " (";
    if (low != nullptr) {
      Node(*low);
      out_ += ' ';
    }
    out_ += "..";
    if (high != nullptr) Argument(expr, first + 1);
    out_ += expr.high_closed ? ']' : ')';
  }

  // ` local:2 domain local:3 domain body`, and of a structure ` local:2 "name" value local:3 "name" value`.
  void Bound(const Expr& expr) {
    for (size_t i = 0; i < expr.names.size(); ++i) {
      out_ += " local:" + std::to_string(expr.index + static_cast<int>(i));
      if (expr.op == Op::kStruct) out_ += ' ' + JsonQuote(expr.names[i]);
      Argument(expr, i);
    }
    Arguments(expr, expr.names.size());
  }

  std::string out_;
};

}  // namespace

std::string Dump(const Expr& expr) {
  Dumper dumper;
  dumper.Node(expr);
  return dumper.Take();
}

}  // namespace zhida::feel
