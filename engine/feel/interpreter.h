// Interpreter: one expression, one subject. It defines the answer; every faster engine is held against it.
//
// Reads the typed tree as the parser built it. An interpreter is cheap to make, is bound to one subject, one
// reading and one policy's dates, remembers the definitions it has evaluated, and serves one thread.
// An expression, and each definition by itself, takes at most limits::kStepsMax steps; beyond that its value
// is an error. So a value never hangs on what was evaluated before it or on whether a trace is set. Source:
// docs/semantics.md.
#ifndef ZHIDA_ENGINE_FEEL_INTERPRETER_H_
#define ZHIDA_ENGINE_FEEL_INTERPRETER_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "engine/feel/model.h"

namespace zhida::feel {

// Without or with committed values and later supplies; docs/semantics.md, section "Outcomes".
enum class Reading : uint8_t { kVerified, kPromised };

// The facts of one subject. Unknown values carry their cause; a committed value is unknown(missing) when
// Verified.
class FactSource {
 public:
  virtual ~FactSource() = default;
  virtual Value Get(int fact, Reading reading) const = 0;
};

// The dates an expression is read at. `event` is the event date; a policy without one uses the as-of date.
// It may be unknown, and then every dated thing (parameters, zones, code trees) is unknown too.
struct Dates {
  Date as_of;
  Value event;       // a date, or unknown
  int64_t year = 0;  // Y
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
  Interpreter(Interpreter&&) noexcept = default;

  Value Evaluate(const Expression& expression);
  // With the first slots bound to `locals`.
  Value Evaluate(const Expression& expression, const std::vector<Value>& locals);
  Value EvaluateDefinition(int definition);
  // Pretends that a definition has been evaluated: asks what an expression would be if a table chose `value`.
  void Preset(int definition, Value value);

  // While a trace is set, definitions are remembered within one call of Evaluate only, so that each call puts
  // into the trace all that it depends on. Null ends tracing.
  void set_trace(Trace* trace) { trace_ = trace; }
  const Model& model() const { return model_; }
  const Dates& dates() const { return dates_; }
  Reading reading() const { return reading_; }

 private:
  friend class Evaluation;
  // A definition's value, and how many definitions lie nested below it.
  struct Memo {
    Value value;
    int height = 0;
  };

  void Begin();
  std::vector<Value>& FrameAt(int depth);

  const Model& model_;
  const FactSource& facts_;
  Reading reading_;
  Dates dates_;
  Trace* trace_ = nullptr;
  bool too_deep_ = false;  // the evaluation under way met too many nested definitions
  std::vector<std::optional<Memo>> definitions_;
  std::vector<std::optional<Value>> zones_;
  // Slots of the bodies under way, one frame for each depth of definitions, and argument lists of calls; both
  // are kept for reuse. Frames stay where they are while deeper ones are made.
  std::vector<std::unique_ptr<std::vector<Value>>> frames_;
  std::vector<std::vector<Value>> spare_arguments_;
};

}  // namespace zhida::feel

#endif  // ZHIDA_ENGINE_FEEL_INTERPRETER_H_
