#include "engine/feel/ast.h"

#include <iterator>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/text.h"
#include "engine/feel/builtins.h"
#include "engine/feel/signs.h"

namespace zhida::feel {
namespace {

// The head of a node: what stands after "(", or the whole of a leaf.
std::string_view OpText(Op op) {
  switch (op) {
    case Op::kLiteral:
      return "literal";
    case Op::kUnknown:
      return "unknown";
    case Op::kFact:
      return "fact";
    case Op::kLocal:
      return "local";
    case Op::kDefinition:
      return "def";
    case Op::kParameter:
      return "param";
    case Op::kZone:
      return "zone";
    case Op::kAsOf:
      return "as_of";
    case Op::kYear:
      return "Y";
    case Op::kMember:
      return "member";
    case Op::kAnd:
      return "and";
    case Op::kOr:
      return "or";
    case Op::kNot:
      return "not";
    case Op::kEqual:
    case Op::kNotEqual:
    case Op::kLess:
    case Op::kLessEqual:
    case Op::kGreater:
    case Op::kGreaterEqual:
      return SignOf(op);
    case Op::kInRange:
      return "in-range";
    case Op::kIn:
      return "in";
    case Op::kInList:
      return "in-list";
    case Op::kIf:
      return "if";
    case Op::kAdd:
    case Op::kSubtract:
    case Op::kMultiply:
    case Op::kDivide:
    case Op::kPower:
      return SignOf(op);
    case Op::kNegate:
      return "neg";
    case Op::kList:
      return "list";
    case Op::kStruct:
      return "struct";
    case Op::kRange:
      return "range";
    case Op::kFilter:
      return "filter";
    case Op::kIndex:
      return "index";
    case Op::kFor:
      return "for";
    case Op::kSome:
      return "some";
    case Op::kEvery:
      return "every";
    case Op::kIterationRange:
      return "to";
    case Op::kCall:
      return "call";
    case Op::kInstanceOf:
      return "instance-of";
    case Op::kKnown:
      return "known";
    case Op::kCause:
      return "cause";
  }
  return "literal";
}

// Chains such as a + b + c lean to one side as deep as they are long, so the tree is walked with a stack of
// its own: what is still to be written, the next on top.
class Dumper {
 public:
  std::string Whole(const Expr& expr) {
    todo_.push_back({&expr, ""});
    while (!todo_.empty()) {
      Piece piece = std::move(todo_.back());
      todo_.pop_back();
      if (piece.node == nullptr) {
        out_ += piece.text;
        continue;
      }
      Node(*piece.node);
      todo_.insert(todo_.end(), std::make_move_iterator(pieces_.rbegin()),
                   std::make_move_iterator(pieces_.rend()));
      pieces_.clear();
    }
    return std::move(out_);
  }

 private:
  // A node, or text when that is null.
  struct Piece {
    const Expr* node;
    std::string text;
  };

  void Node(const Expr& expr) {
    switch (expr.op) {
      case Op::kLiteral:
        return Text(expr.literal.ToText());
      case Op::kFact:
      case Op::kLocal:
      case Op::kDefinition:
      case Op::kZone:
        return Text(Indexed(expr));
      case Op::kParameter:
        return Text(Indexed(expr) + '.' + expr.text);
      case Op::kAsOf:
      case Op::kYear:
        return Text(std::string(OpText(expr.op)));
      default:
        Text('(' + std::string(OpText(expr.op)));
        Inside(expr);
        Text(")");
    }
  }

  void Inside(const Expr& expr) {
    switch (expr.op) {
      case Op::kUnknown:
        return Text(' ' + std::string(expr.literal.is_unknown() ? CauseName(expr.literal.cause()) : "?"));
      case Op::kMember:
        Arguments(expr, 0);
        return Text(' ' + JsonQuote(expr.text));
      case Op::kInRange:
        Argument(expr, 0);
        return Ends(expr, 1);
      case Op::kRange:
        return Ends(expr, 0);
      case Op::kFor:
      case Op::kSome:
      case Op::kEvery:
      case Op::kStruct:
        return Bound(expr);
      case Op::kIn:
      case Op::kFilter:
        Text(" local:" + std::to_string(expr.index));
        return Arguments(expr, 0);
      case Op::kCall:
        Text(' ' + JsonQuote(Builtins()[static_cast<size_t>(expr.index)].name));
        return Arguments(expr, 0);
      case Op::kInstanceOf:
        Arguments(expr, 0);
        return Text(' ' + JsonQuote(TypeText(*expr.type_argument)));
      default:
        return Arguments(expr, 0);
    }
  }

  static std::string Indexed(const Expr& expr) {
    return std::string(OpText(expr.op)) + ':' + std::to_string(expr.index);
  }

  void Text(std::string text) { pieces_.push_back({nullptr, std::move(text)}); }

  void Argument(const Expr& expr, size_t i) {
    Text(" ");
    pieces_.push_back({expr.args[i].get(), ""});
  }

  void Arguments(const Expr& expr, size_t first) {
    for (size_t i = first; i < expr.args.size(); ++i) Argument(expr, i);
  }

  // ` [1 .. 5)`; an end that is missing leaves its place empty.
  void Ends(const Expr& expr, size_t first) {
    Text(expr.low_closed ? " [" : " (");
    if (expr.args[first] != nullptr) {
      pieces_.push_back({expr.args[first].get(), ""});
      Text(" ");
    }
    Text("..");
    if (expr.args[first + 1] != nullptr) Argument(expr, first + 1);
    Text(expr.high_closed ? "]" : ")");
  }

  // ` local:2 domain local:3 domain body`, and of a structure ` local:2 "name" value local:3 "name" value`.
  void Bound(const Expr& expr) {
    for (size_t i = 0; i < expr.names.size(); ++i) {
      Text(" local:" + std::to_string(expr.index + static_cast<int>(i)));
      if (expr.op == Op::kStruct) Text(' ' + JsonQuote(expr.names[i]));
      Argument(expr, i);
    }
    Arguments(expr, expr.names.size());
  }

  std::vector<Piece> todo_;
  std::vector<Piece> pieces_;  // of the node at hand, in order
  std::string out_;
};

}  // namespace

std::string Dump(const Expr& expr) { return Dumper().Whole(expr); }

}  // namespace zhida::feel
