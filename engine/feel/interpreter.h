// Interpreter: one expression, one subject. It defines the answer; every faster engine is held against it.
//
// Reads the typed tree as the parser built it. An interpreter is cheap to make, is bound to one subject, one
// reading and one policy's dates, remembers the definitions it has evaluated, and serves one thread.
// An evaluation takes at most limits::kStepsMax steps; beyond that it yields an error value.
// Source: docs/semantics.md.
#ifndef ZHIDA_ENGINE_FEEL_INTERPRETER_H_
#define ZHIDA_ENGINE_FEEL_INTERPRETER_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "engine/feel/model.h"

namespace zhida::feel {

// Without or with committed values and later supplies; docs/semantics.md, section "Outcomes".
enum class Reading : uint8_t { kVerified, kPromised };

// The facts of one subject. Unknown values carry their cause; a committed value is unknown(missing) when Verified.
class FactSource {
 public:
  virtual ~FactSource() = default;
  virtual Value Get(int fact, Reading reading) const = 0;
};

// The dates an expression is read at. `event` is the event date; a policy without one uses the as-of date.
// It may be unknown, and then every dated thing (parameters, zones, code trees) is unknown too.
struct Dates {
  Date as_of;
  Value event;        // a date, or unknown
  int64_t year = 0;   // Y
};

// What an evaluation read, in order of first reading. For explanations.
struct Trace {
  struct FactRead {
    int fact;
    Value value;
  };
  struct ParameterRead {
    int parameter;
    int version;  // -1: none in force
  };
  std::vector<FactRead> facts;
  std::vector<ParameterRead> parameters;
};

class Interpreter {
 public:
  // All references must outlive the interpreter.
  Interpreter(const Model& model, const FactSource& facts, Reading reading, Dates dates);

  Value Evaluate(const Expression& expression);
  // With the first slots bound to `locals`.
  Value Evaluate(const Expression& expression, const std::vector<Value>& locals);
  Value EvaluateDefinition(int definition);

  void set_trace(Trace* trace) { trace_ = trace; }
  const Model& model() const { return model_; }
  const Dates& dates() const { return dates_; }
  Reading reading() const { return reading_; }

 private:
  friend class Evaluation;
  const Model& model_;
  const FactSource& facts_;
  Reading reading_;
  Dates dates_;
  Trace* trace_ = nullptr;
  size_t steps_ = 0;
  std::vector<std::optional<Value>> definitions_;  // memo; while tracing it is not used
};


}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_INTERPRETER_H_
