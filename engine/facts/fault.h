// Fault: why a value, a row or a column of facts cannot be read, and the codes of all such findings.
//
// Readers return false and leave the fault of the first thing that is wrong; whoever knows the place adds it.
// Value types; any thread.
#ifndef ZHIDA_ENGINE_FACTS_FAULT_H_
#define ZHIDA_ENGINE_FACTS_FAULT_H_

#include <string>
#include <utility>

namespace zhida::facts {

struct Fault {
  const char* code = "";
  std::string reason;  // what is wrong; how to mend it

  // For `return fault->Set(...)` in functions that answer whether all is well.
  bool Set(const char* new_code, std::string new_reason) {
    code = new_code;
    reason = std::move(new_reason);
    return false;
  }
  // Says where inside a value the fault lies, from the inside outwards.
  bool Within(const std::string& place) {
    reason = place + ": " + reason;
    return false;
  }
};

// A row that is rejected.
inline constexpr char kNotUtf8[] = "ZD4001";
inline constexpr char kBadSyntax[] = "ZD4002";
inline constexpr char kLineTooLong[] = "ZD4003";
inline constexpr char kNotAnObject[] = "ZD4004";
inline constexpr char kKeyTwice[] = "ZD4005";
inline constexpr char kIdAndName[] = "ZD4006";
inline constexpr char kNoSubject[] = "ZD4007";
inline constexpr char kTooDeep[] = "ZD4008";
inline constexpr char kWrongType[] = "ZD4010";
inline constexpr char kTooFine[] = "ZD4011";
inline constexpr char kOutOfRange[] = "ZD4012";
inline constexpr char kBadDate[] = "ZD4013";
inline constexpr char kNotMidnight[] = "ZD4014";
inline constexpr char kNotInCodeList[] = "ZD4015";
inline constexpr char kTextTooLong[] = "ZD4016";
inline constexpr char kTooManyItems[] = "ZD4017";
inline constexpr char kBadPeriod[] = "ZD4018";
inline constexpr char kPeriodTwice[] = "ZD4019";
inline constexpr char kBadState[] = "ZD4020";
inline constexpr char kContradiction[] = "ZD4021";
inline constexpr char kNotFinite[] = "ZD4022";
inline constexpr char kBadArray[] = "ZD4023";
// An Arrow input that is refused or broken as a whole.
inline constexpr char kColumnRefused[] = "ZD4110";
inline constexpr char kBadSchema[] = "ZD4111";
inline constexpr char kColumnTwice[] = "ZD4112";
inline constexpr char kNoKeyColumn[] = "ZD4113";
inline constexpr char kStreamFailed[] = "ZD4114";

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_FAULT_H_
