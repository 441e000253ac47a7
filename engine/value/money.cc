#include "engine/value/money.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace zhida {
namespace {

constexpr int kFenPerYuanPower = 2;

struct NamedUnit {
  std::string_view name;
  int fen_power;
};
constexpr NamedUnit kUnits[] = {{"分", 0},   {"角", 1},   {"元", 2},     {"百元", 4},
                                {"千元", 5}, {"万元", 6}, {"百万元", 8}, {"亿元", 10}};

}  // namespace

std::optional<MoneyUnit> MoneyUnitFromName(std::string_view name) {
  for (const NamedUnit& unit : kUnits) {
    if (unit.name == name) return MoneyUnit{unit.fen_power};
  }
  return std::nullopt;
}

std::optional<int64_t> ToFen(const Decimal& yuan, const MoneyRounding& rounding) {
  const std::optional<Decimal> rounded =
      yuan.Rounded(kFenPerYuanPower - rounding.unit.fen_power, rounding.mode);
  if (!rounded) return std::nullopt;
  const std::optional<int128_t> fen = rounded->ToScaled(kFenPerYuanPower);
  if (!fen) return std::nullopt;
  const int64_t narrow = static_cast<int64_t>(*fen);
  if (narrow != *fen) return std::nullopt;
  return narrow;
}

Decimal FenToYuan(int64_t fen) {
  // 64 bits have 19 digits at most, so this always holds.
  return *Decimal::FromScaled(fen, kFenPerYuanPower);
}

std::string FenText(int64_t fen) {
  // The magnitude in unsigned bits, because the most negative number has no positive twin.
  const uint64_t magnitude = fen < 0 ? 0 - static_cast<uint64_t>(fen) : static_cast<uint64_t>(fen);
  const std::string yuan = std::to_string(magnitude / 100);
  std::string text = fen < 0 ? "-" : "";
  for (size_t i = 0; i < yuan.size(); ++i) {
    if (i > 0 && (yuan.size() - i) % 3 == 0) text += ',';
    text += yuan[i];
  }
  text += '.';
  text += static_cast<char>('0' + magnitude / 10 % 10);
  text += static_cast<char>('0' + magnitude % 10);
  return text;
}

}  // namespace zhida
