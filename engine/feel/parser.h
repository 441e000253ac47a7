// Parser: text to typed tree. Names, types, codes, null guards and limits are all checked here, so that an
// expression that parses cannot fail at run time for a reason its author could have been told about.
//
// Reports every mistake it can with line and column inside the pack's file (columns count code points).
// Not thread-safe as Scope is not.
#ifndef ZHIDA_ENGINE_FEEL_PARSER_H_
#define ZHIDA_ENGINE_FEEL_PARSER_H_

#include <optional>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/feel/ast.h"
#include "engine/feel/scope.h"

namespace zhida::feel {

struct ParseOptions {
  Location origin;              // where the text starts in its file
  bool decision = false;        // known() and cause() are allowed
  TypePtr input_type;           // of `?` in unary tests; null: no `?`
  TypePtr expected;             // refuse another kind of result (boolean for a clause, number for an amount)
  std::string what = "expression";  // "clause growth", for messages
  // Extra names bound to the first slots, in order (for `per: {list, as: h}`).
  std::vector<Member> locals;
};

// nullopt when `diagnostics` gained an error.
std::optional<Expression> ParseExpression(std::string_view text, Scope& scope, const ParseOptions& options,
                                          Diagnostics* diagnostics);

// A decision table cell: `-`, or unary tests over `?` which is slot 0. The result's root is boolean;
// for `-` and for an empty cell the root is null.
std::optional<Expression> ParseUnaryTests(std::string_view text, Scope& scope, const ParseOptions& options,
                                          Diagnostics* diagnostics);

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_PARSER_H_
