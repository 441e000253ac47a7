// Parser: text to typed tree. Names, types, codes, null guards and limits are all checked here, so that an
// expression that parses cannot fail at run time for a reason its author could have been told about.
//
// Reports every mistake it can with line and column inside the pack's file (columns count code points).
// Mistakes in names and types do not end the parse, a mistake in syntax does.
// Not thread-safe as Scope is not.
#ifndef ZHIDA_ENGINE_FEEL_PARSER_H_
#define ZHIDA_ENGINE_FEEL_PARSER_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/feel/ast.h"
#include "engine/feel/scope.h"

namespace zhida::feel {

struct ParseOptions {
  // Where the text starts in its file. Columns of the first line count from there, those of later lines
  // from 1.
  Location origin;
  // The place of a byte offset of the text, where the caller knows it better than that (indented blocks).
  std::function<Location(size_t)> where;
  bool decision = false;  // known() and cause() are allowed
  TypePtr input_type;     // of `?`, which is slot 0 then; null: no `?`
  // Refuse another kind of result (boolean for a clause, number for an amount), and one that may be null
  // unless this one may.
  TypePtr expected;
  std::string what = "expression";  // "clause growth", for messages
  // Extra names bound to the first slots (behind `?`), in order (for `per: {list, as: h}`).
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
