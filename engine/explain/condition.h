// A condition taken apart as far as and, or, not and named conditions go; what is left are its atoms.
//
// Definitions are looked into, tables and quantifiers are not. Parts refer to the pack, which must outlive
// them. Pure; any thread. Recursion is bounded as the typed tree's own depth is (engine/feel/ast.h).
#ifndef ZHIDA_ENGINE_EXPLAIN_CONDITION_H_
#define ZHIDA_ENGINE_EXPLAIN_CONDITION_H_

#include <string>
#include <vector>

#include "engine/feel/interpreter.h"
#include "engine/feel/model.h"

namespace zhida::explain {

// An expression, or a part of one, with the text that it stands in.
struct Part {
  feel::ExprPtr root;
  int slot_count = 0;
  const std::string* source = nullptr;
};

Part PartOf(const feel::Expression& expression);
Part PartOf(const Part& whole, const feel::ExprPtr& root);

enum class Shape : uint8_t { kAll, kAny, kNot, kNamed, kAtom };

// The shape of a condition, and what it is made of; nothing for an atom.
Shape ShapeOf(const feel::Model& model, const Part& part, std::vector<Part>* parts);

Value Evaluate(feel::Interpreter& interpreter, const Part& part);
// As the author wrote it, on one line; the name where the part is a named thing.
std::string TextOf(const feel::Model& model, const Part& part);

// What the part looks at, directly or through definitions and tables.
struct Looks {
  std::vector<int> facts;  // ascending, as are the next two
  std::vector<int> parameters;
  std::vector<int> zones;
  bool trees = false;  // code trees
  bool as_of = false;
  bool year = false;
  bool definitions = false;
  bool knowledge = false;  // whether something is known, which more knowledge may turn round

  // Something in force on the event date.
  bool dated() const { return trees || !parameters.empty() || !zones.empty(); }
};
Looks LooksOf(const feel::Model& model, const Part& part);

}  // namespace zhida::explain

#endif  // ZHIDA_ENGINE_EXPLAIN_CONDITION_H_
