// ArrowShape: the schema of an Arrow column as far as the fact reader understands it.
// Value types; immutable once parsed; any thread.
// Source: Arrow C data interface, "Data type description - format strings".
#ifndef ZHIDA_ENGINE_FACTS_ARROW_TYPE_H_
#define ZHIDA_ENGINE_FACTS_ARROW_TYPE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "engine/facts/arrow_abi.h"

namespace zhida::facts {

enum class Physical : uint8_t {
  kNull,
  kBool,
  kInt8,
  kUint8,
  kInt16,
  kUint16,
  kInt32,
  kUint32,
  kInt64,
  kUint64,
  kFloat32,
  kFloat64,
  kDecimal128,
  kDate32,
  kDate64,
  kTimestamp,
  kText,
  kLargeText,
  kTextView,
  kList,
  kLargeList,
  kStruct,
  kOther,  // a type that no fact is read from
};

struct ArrowType {
  Physical physical = Physical::kOther;
  int scale = 0;                 // kDecimal128: the value is the stored integer times 10^-scale
  int64_t ticks_per_second = 1;  // kTimestamp
  bool has_zone = false;         // kTimestamp: counted in UTC and meant on a clock `zone_seconds` ahead of it
  bool zone_is_fixed = true;     // false for Asia/Shanghai and the like, whose clock needs tables
  int32_t zone_seconds = 0;

  bool is_integer() const { return physical >= Physical::kInt8 && physical <= Physical::kUint64; }
  bool is_float() const { return physical == Physical::kFloat32 || physical == Physical::kFloat64; }
  bool is_text() const { return physical >= Physical::kText && physical <= Physical::kTextView; }
  bool is_list() const { return physical == Physical::kList || physical == Physical::kLargeList; }
};

ArrowType ParseArrowFormat(std::string_view format);
// "utf8", "decimal128(38, 2)", "interval months": how people call the type.
std::string ArrowFormatText(std::string_view format);

struct ArrowShape {
  std::string name;
  std::string text;  // for messages: "dictionary of utf8"
  bool dictionary = false;
  ArrowType type;   // of the values
  ArrowType index;  // `dictionary`: of what is stored in their place
  std::vector<ArrowShape> children;
};

// Nesting beyond limits::kTreeDepthMax comes back as kOther.
ArrowShape ParseArrowSchema(const ArrowSchema& schema, int depth = 0);

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_ARROW_TYPE_H_
