#include "tests/cross/firm_maker.h"

#include <cstdint>
#include <string>
#include <vector>

#include "tests/cross/pieces.h"

namespace zhida::cross {

namespace {

class FirmMaker : public Pieces {
 public:
  using Pieces::Pieces;

  MadeRow Row(int index) {
    MadeRow row;
    row.members.emplace_back("id", "\"firm" + std::to_string(index) + "\"");
    if (random_.OneIn(4)) row.members.emplace_back("@date", "\"" + Day() + "\"");
    const int missing = random_.OneIn(3) ? 40 : 8;
    for (const char* name : {"n1", "n2", "nn", "m1", "m2", "d1", "r1", "b1", "b2", "bn", "t1", "t2",
                             "tn", "c1", "c2", "c3", "cn", "s1", "l1", "l2", "st", "sr", "y1", "q1"}) {
      const std::string fact = name;
      if (random_.Percent(missing)) continue;
      const bool nullable = fact == "nn" || fact == "bn" || fact == "tn" || fact == "cn" || fact == "sr";
      if (random_.OneIn(nullable ? 4 : 30)) {
        row.members.emplace_back(fact, "null");
      } else {
        row.members.emplace_back(fact, FactValue(fact));
      }
      if (random_.OneIn(10)) {
        row.members.emplace_back(
            fact + "@state", "\"" +
                                 (nullable && random_.OneIn(5)
                                      ? std::string("absent")
                                      : random_.Pick({"known", "committed", "committed", "committed",
                                                      "missing", "stale", "conflict", "not_authorised"})) +
                                 "\"");
      }
      if (random_.OneIn(10)) row.members.emplace_back(fact + "@date", "\"" + Day() + "\"");
    }
    return row;
  }

 private:
  std::string IntegerValue() {
    return random_.OneIn(40) ? "9223372036854775807000"
           : random_.OneIn(20)
               ? "-5"
               : std::to_string(random_.Pick(std::vector<int64_t>{0, 1, 2, 3, 4, 5, 6, 9, 10, 11, 12, 99, 100,
                                                                  101, 999, 1000, 1001, 50000}));
  }
  std::string MoneyValue() {
    return random_.Pick({"0", "5", "10.00", "9.99", "10.01", "100", "99.99", "1000", "50000.00", "50000.01",
                         "0.01", "499999.99", "600000", "8333333.33"});
  }
  std::string CodeValue(const std::string& fact) {
    if (fact == "c2")
      return "\"" + random_.Pick({"C", "C26", "C2614", "C2613", "F52", "F5211", "C13"}).substr(0, 5) + "\"";
    if (fact == "c3") return "\"" + random_.Pick({"35", "3505", "350521", "350681", "350604", "11"}) + "\"";
    return Grade();
  }
  std::string ListValue(const std::string& fact) {
    std::string text = "[";
    const int64_t items = random_.Between(0, 3);
    for (int64_t i = 0; i < items; ++i) {
      if (i > 0) text += ",";
      if (random_.OneIn(9)) {
        text += "null";
      } else if (fact == "l1") {
        text += Grade();
      } else if (fact == "l2") {
        text += std::to_string(random_.Between(3, 12));
      } else {
        text += "{";
        const char* separator = "";
        if (!random_.OneIn(8)) text += "\"k\":" + Grade(), separator = ",";
        if (!random_.OneIn(8))
          text += std::string(separator) + "\"n\":" + std::to_string(random_.Between(0, 12)), separator = ",";
        if (!random_.OneIn(4))
          text += std::string(separator) + "\"d\":" + (random_.OneIn(4) ? "null" : "\"" + Day() + "\"");
        text += "}";
      }
    }
    return text + "]";
  }
  std::string SeriesValue(const std::string& fact) {
    std::string text = "{";
    const char* separator = "";
    for (const char* period : {"2022", "2023", "2024", "2025"}) {
      if (random_.OneIn(6)) continue;
      const std::string key =
          fact == "q1" ? std::string(period).substr(0, 4) + random_.Pick({"Q1", "Q3", "Q4"}) : period;
      text += std::string(separator) + "\"" + key + "\":" +
              (random_.OneIn(12) ? "null"
               : fact == "q1"    ? IntegerValueSmall()
                                 : MoneyValue());
      separator = ",";
    }
    return text + "}";
  }
  std::string IntegerValueSmall() { return std::to_string(random_.Between(0, 12)); }
  std::string FactValue(const std::string& fact) {
    switch (fact[0]) {
      case 'n':
        return IntegerValue();
      case 'm':
        return MoneyValue();
      case 'd':
        return random_.Pick({"0.03", "1.5", "0.3", "10", "9.99", "-1.25", "100"});
      case 'r':
        return random_.Pick({"0.03", "0.05", "0.1", "0.0299999", "0.300000000001", "1", "0"});
      case 'b':
        return random_.Pick({"true", "false"});
      case 't':
        return "\"" + Day() + "\"";
      case 'c':
        return CodeValue(fact);
      case 'l':
        return ListValue(fact);
      case 'y':
      case 'q':
        return SeriesValue(fact);
      default:
        break;
    }
    if (fact == "st") return ListValue(fact);
    if (fact == "sr") {
      std::string text = "{\"k\":" + Grade();
      if (!random_.OneIn(8)) text += ",\"n\":" + IntegerValue();
      if (!random_.OneIn(8)) text += ",\"m\":" + MoneyValue();
      if (!random_.OneIn(8)) text += ",\"b\":" + random_.Pick({"true", "false"});
      if (!random_.OneIn(8))
        text += ",\"d\":" + (random_.OneIn(3) ? std::string("null") : "\"" + Day() + "\"");
      return text + "}";
    }
    return "\"" + random_.Pick({"泉州科技公司", "泉州贸易有限公司", "abc", "7", "12", ""}) + "\"";
  }
};

}  // namespace

MadeRow MakeFirm(int index, Random* random) { return FirmMaker(random).Row(index); }

}  // namespace zhida::cross
