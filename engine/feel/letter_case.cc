#include "engine/feel/letter_case.h"

#include <array>
#include <cstddef>
#include <cstdint>

#include "engine/base/text.h"

namespace zhida::feel {
namespace {

// Capitals from `first` to `last`, every `step`-th code point, whose small letters lie `distance` further on.
struct CaseRange {
  char32_t first;
  char32_t last;
  char32_t step;
  char32_t distance;
};

constexpr std::array kRanges = {
    CaseRange{U'A', U'Z', 1, 32},     CaseRange{0x00C0, 0x00D6, 1, 32}, CaseRange{0x00D8, 0x00DE, 1, 32},
    CaseRange{0x0100, 0x012E, 2, 1},  CaseRange{0x0132, 0x0136, 2, 1},  CaseRange{0x0139, 0x0147, 2, 1},
    CaseRange{0x014A, 0x0176, 2, 1},  CaseRange{0x0179, 0x017D, 2, 1},  CaseRange{0x0386, 0x0386, 1, 38},
    CaseRange{0x0388, 0x038A, 1, 37}, CaseRange{0x038C, 0x038C, 1, 64}, CaseRange{0x038E, 0x038F, 1, 63},
    CaseRange{0x0391, 0x03A1, 1, 32}, CaseRange{0x03A3, 0x03AB, 1, 32}, CaseRange{0x0400, 0x040F, 1, 80},
    CaseRange{0x0410, 0x042F, 1, 32}, CaseRange{0x0460, 0x0480, 2, 1},  CaseRange{0x048A, 0x04BE, 2, 1},
    CaseRange{0x04D0, 0x052E, 2, 1},  CaseRange{0x1E00, 0x1E94, 2, 1},  CaseRange{0x1EA0, 0x1EFE, 2, 1},
    CaseRange{0xFF21, 0xFF3A, 1, 32},
};

constexpr char32_t kSmallSigma = 0x03C3;
constexpr char32_t kFinalSigma = 0x03C2;
constexpr char32_t kCapitalSigma = 0x03A3;

char32_t ToLower(char32_t point) {
  for (const CaseRange& range : kRanges) {
    if (point < range.first || point > range.last) continue;
    return (point - range.first) % range.step == 0 ? point + range.distance : point;
  }
  return point == 0x0178 ? 0x00FF : point;  // Ÿ lies apart from its small letter
}

char32_t ToUpper(char32_t point) {
  if (point == 0x00FF) return 0x0178;
  if (point == kFinalSigma || point == kSmallSigma) return kCapitalSigma;
  for (const CaseRange& range : kRanges) {
    if (point < range.first + range.distance || point > range.last + range.distance) continue;
    if ((point - range.first - range.distance) % range.step == 0) return point - range.distance;
  }
  return point;
}

std::string Mapped(std::string_view text, char32_t (*map)(char32_t)) {
  std::string out;
  out.reserve(text.size());
  for (size_t offset = 0; offset < text.size();) AppendUtf8(map(NextCodePoint(text, &offset)), &out);
  return out;
}

}  // namespace

std::string UpperCase(std::string_view text) { return Mapped(text, ToUpper); }

std::string LowerCase(std::string_view text) { return Mapped(text, ToLower); }

}  // namespace zhida::feel
