#include "engine/pack/constant.h"

#include <algorithm>
#include <string>

#include "engine/base/text.h"
#include "engine/value/money.h"

namespace zhida::pack {
namespace {

constexpr int kFenPerYuanPower = 2;

bool IsNumeral(char c) { return (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '+'; }

// The power of ten that a unit stands for.
std::optional<int> PowerOf(std::string_view unit) {
  if (unit.empty()) return 0;
  if (unit == "%") return -2;
  if (unit == "万") return 4;
  if (unit == "亿") return 8;
  const std::optional<MoneyUnit> money = MoneyUnitFromName(unit);
  if (!money) return std::nullopt;
  return money->fen_power - kFenPerYuanPower;
}

bool BeginsLikeNumber(std::string_view text) {
  if (text.starts_with('-') || text.starts_with('+')) text.remove_prefix(1);
  if (text.starts_with('.')) text.remove_prefix(1);
  return !text.empty() && text[0] >= '0' && text[0] <= '9';
}

std::optional<Value> DateOrQuantity(std::string_view text) {
  if (const std::optional<Date> date = Date::Parse(text)) return Value::OfDate(*date);
  if (const std::optional<Decimal> quantity = ParseQuantity(text)) return Value::Number(*quantity);
  return std::nullopt;
}

}  // namespace

std::optional<Decimal> ParseQuantity(std::string_view text) {
  const auto unit_begin = std::find_if_not(text.begin(), text.end(), IsNumeral);
  const std::string_view digits = text.substr(0, static_cast<size_t>(unit_begin - text.begin()));
  const std::optional<int> power = PowerOf(TrimAscii(text.substr(digits.size())));
  // Without a unit the number may have an exponent of its own.
  if (!power) return Decimal::Parse(text);
  if (*power == 0) return Decimal::Parse(digits);
  return Decimal::Parse(std::string(digits) + "e" + std::to_string(*power));
}

std::optional<Value> ReadConstant(const Node& node, std::string_view label, Diagnostics& diagnostics) {
  if (!node.is_scalar()) {
    diagnostics.Error(
        "ZD2017", node.Where(),
        std::string(label) + " must be a single value, found " + std::string(KindName(node.kind())),
        "write a number, a date, true, false or a text");
    return std::nullopt;
  }
  const std::string_view text = node.text();
  if (node.quoted()) {
    const bool json = node.file().ends_with(".json");
    const bool bare_number = Decimal::Parse(text).has_value();
    if (json && !bare_number) {
      if (std::optional<Value> value = DateOrQuantity(text)) return value;
    }
    return Value::String(std::string(text));
  }
  if (text == "true" || text == "false") return Value::Boolean(text == "true");
  if (std::optional<Value> value = DateOrQuantity(text)) return value;
  if (BeginsLikeNumber(text)) {
    diagnostics.Error(
        "ZD2017", node.Where(),
        std::string(label) + " begins like a number, but " + JsonQuote(text) + " is none",
        "write it like 0.06, 6%, 600万元 or 2025-09-30, without separators; put a text in quotes");
    return std::nullopt;
  }
  return Value::String(std::string(text));
}

}  // namespace zhida::pack
