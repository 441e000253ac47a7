#include "engine/facts/arrow_type.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include "engine/base/limits.h"

namespace zhida::facts {
namespace {

struct Named {
  std::string_view format;
  Physical physical;
  std::string_view text;
};
constexpr Named kFormats[] = {
    {"n", Physical::kNull, "null"},
    {"b", Physical::kBool, "bool"},
    {"c", Physical::kInt8, "int8"},
    {"C", Physical::kUint8, "uint8"},
    {"s", Physical::kInt16, "int16"},
    {"S", Physical::kUint16, "uint16"},
    {"i", Physical::kInt32, "int32"},
    {"I", Physical::kUint32, "uint32"},
    {"l", Physical::kInt64, "int64"},
    {"L", Physical::kUint64, "uint64"},
    {"e", Physical::kOther, "float16"},
    {"f", Physical::kFloat32, "float32"},
    {"g", Physical::kFloat64, "float64"},
    {"z", Physical::kOther, "binary"},
    {"Z", Physical::kOther, "large binary"},
    {"vz", Physical::kOther, "binary view"},
    {"u", Physical::kText, "utf8"},
    {"U", Physical::kLargeText, "large utf8"},
    {"vu", Physical::kTextView, "utf8 view"},
    {"tdD", Physical::kDate32, "date32"},
    {"tdm", Physical::kDate64, "date64"},
    {"tts", Physical::kOther, "time of day"},
    {"ttm", Physical::kOther, "time of day"},
    {"ttu", Physical::kOther, "time of day"},
    {"ttn", Physical::kOther, "time of day"},
    {"tDs", Physical::kOther, "duration"},
    {"tDm", Physical::kOther, "duration"},
    {"tDu", Physical::kOther, "duration"},
    {"tDn", Physical::kOther, "duration"},
    {"tiM", Physical::kOther, "interval months"},
    {"tiD", Physical::kOther, "interval days"},
    {"tin", Physical::kOther, "interval months, days and nanoseconds"},
    {"+l", Physical::kList, "list"},
    {"+L", Physical::kLargeList, "large list"},
    {"+vl", Physical::kOther, "list view"},
    {"+vL", Physical::kOther, "large list view"},
    {"+s", Physical::kStruct, "struct"},
    {"+m", Physical::kOther, "map"},
    {"+r", Physical::kOther, "run-end encoded"},
};

const Named* FindFormat(std::string_view format) {
  for (const Named& named : kFormats) {
    if (named.format == format) return &named;
  }
  return nullptr;
}

std::optional<int> ParseInt(std::string_view text) {
  int value = 0;
  const char* const end = text.data() + text.size();
  const std::from_chars_result result = std::from_chars(text.data(), end, value);
  if (text.empty() || result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

// precision,scale[,width]
ArrowType ParseDecimal(std::string_view parameters) {
  const size_t first = parameters.find(',');
  if (first == std::string_view::npos) return {};
  const std::string_view rest = parameters.substr(first + 1);
  const size_t second = std::min(rest.find(','), rest.size());
  const std::optional<int> precision = ParseInt(parameters.substr(0, first));
  const std::optional<int> scale = ParseInt(rest.substr(0, second));
  if (!precision || !scale || *precision < 1 || *precision > 38 || *scale < -1'000 || *scale > 1'000)
    return {};
  if (second != rest.size() && rest.substr(second + 1) != "128") return {};
  ArrowType type;
  type.physical = Physical::kDecimal128;
  type.scale = *scale;
  return type;
}

// UTC by its names, or +hh:mm.
std::optional<int32_t> FixedZoneSeconds(std::string_view zone) {
  for (const std::string_view utc : {"UTC", "Etc/UTC", "GMT", "Etc/GMT", "Z", "Zulu"}) {
    if (zone == utc) return 0;
  }
  if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return std::nullopt;
  const std::optional<int> hours = ParseInt(zone.substr(1, 2));
  const std::optional<int> minutes = ParseInt(zone.substr(4, 2));
  if (!hours || !minutes || *hours < 0 || *hours > 18 || *minutes < 0 || *minutes > 59) return std::nullopt;
  const int32_t seconds = *hours * 3'600 + *minutes * 60;
  return zone[0] == '-' ? -seconds : seconds;
}

// The unit's letter, a colon, the zone.
ArrowType ParseTimestamp(std::string_view parameters) {
  constexpr std::string_view kUnits = "smun";
  constexpr int64_t kTicks[] = {1, 1'000, 1'000'000, 1'000'000'000};
  if (parameters.size() < 2 || parameters[1] != ':') return {};
  const size_t unit = kUnits.find(parameters[0]);
  if (unit == std::string_view::npos) return {};
  ArrowType type;
  type.physical = Physical::kTimestamp;
  type.ticks_per_second = kTicks[unit];
  const std::string_view zone = parameters.substr(2);
  if (zone.empty()) return type;
  const std::optional<int32_t> seconds = FixedZoneSeconds(zone);
  type.has_zone = true;
  type.zone_is_fixed = seconds.has_value();
  type.zone_seconds = seconds.value_or(0);
  return type;
}

}  // namespace

ArrowType ParseArrowFormat(std::string_view format) {
  if (const Named* named = FindFormat(format)) {
    ArrowType type;
    type.physical = named->physical;
    return type;
  }
  if (format.starts_with("d:")) return ParseDecimal(format.substr(2));
  if (format.starts_with("ts")) return ParseTimestamp(format.substr(2));
  return {};
}

std::string ArrowFormatText(std::string_view format) {
  if (const Named* named = FindFormat(format)) return std::string(named->text);
  if (format.starts_with("d:")) {
    const ArrowType type = ParseArrowFormat(format);
    return (type.physical == Physical::kDecimal128 ? "decimal128(" : "decimal(") +
           std::string(format.substr(2)) + ")";
  }
  if (format.starts_with("ts") && format.size() >= 4) {
    const std::string_view zone = format.substr(4);
    return zone.empty() ? "timestamp without zone" : "timestamp in the zone " + std::string(zone);
  }
  if (format.starts_with("w:")) return "fixed-size binary";
  if (format.starts_with("+w:")) return "fixed-size list";
  if (format.starts_with("+u")) return "union";
  return "type " + std::string(format);
}

ArrowShape ParseArrowSchema(const ArrowSchema& schema, int depth) {
  ArrowShape shape;
  shape.name = schema.name == nullptr ? "" : schema.name;
  const std::string_view format = schema.format == nullptr ? "" : schema.format;
  shape.type = ParseArrowFormat(format);
  shape.text = ArrowFormatText(format);
  if (schema.dictionary != nullptr && depth < limits::kTreeDepthMax) {
    const ArrowShape values = ParseArrowSchema(*schema.dictionary, depth + 1);
    shape.dictionary = true;
    shape.index = shape.type;
    shape.type = values.type;
    shape.text = "dictionary of " + values.text;
    // A dictionary of a dictionary, of lists or of structures has no use for facts.
    if (!shape.index.is_integer() || values.dictionary || shape.type.physical >= Physical::kList)
      shape.type = {};
    return shape;
  }
  if (depth >= limits::kTreeDepthMax) shape.type = {};
  if (shape.type.physical < Physical::kList || shape.type.physical == Physical::kOther) return shape;
  for (int64_t i = 0; i < schema.n_children; ++i) {
    shape.children.push_back(ParseArrowSchema(*schema.children[i], depth + 1));
  }
  if (shape.type.is_list() && shape.children.size() != 1) shape.type = {};
  return shape;
}

}  // namespace zhida::facts
