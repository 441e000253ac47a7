// Money: whole fen (1/100 yuan) in int64. Expressions compute yuan as Decimal; fen appear here only.
#ifndef ZHIDA_ENGINE_VALUE_MONEY_H_
#define ZHIDA_ENGINE_VALUE_MONEY_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "engine/value/decimal.h"

namespace zhida {

// Units in which a fact or a rounding step may be stated. The value is the power of ten of one unit in fen:
// 分 0, 角 1, 元 2, 百元 4, 千元 5, 万元 6, 百万元 8, 亿元 10.
struct MoneyUnit {
  int fen_power = 2;
};
std::optional<MoneyUnit> MoneyUnitFromName(std::string_view name);

// How an amount is rounded: to a whole number of `unit`, as named.
struct MoneyRounding {
  MoneyUnit unit{0};
  Rounding mode = Rounding::kHalfUp;
};

// Yuan to fen after rounding; nullopt when out of int64.
std::optional<int64_t> ToFen(const Decimal& yuan, const MoneyRounding& rounding);
Decimal FenToYuan(int64_t fen);
// "66,000.00" for people.
std::string FenText(int64_t fen);

}  // namespace zhida

#endif  // ZHIDA_ENGINE_VALUE_MONEY_H_
