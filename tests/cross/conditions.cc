#include "tests/cross/conditions.h"

#include <vector>

namespace zhida::cross {

std::string Conditions::NumberTerm(int depth) {
  switch (random_.Below(depth > 0 ? 16 : 7)) {
    case 0:
      return random_.OneIn(2) ? "n1" : "人数";
    case 1:
      return "n2";
    case 2:
      return random_.OneIn(2) ? "m1" : "注册资本";
    case 3:
      return "m2";
    case 4:
      return "d1";
    case 5:
      return "at(研发费用, Y - " + std::to_string(random_.Between(0, 2)) + ")";
    case 6:
      return "at(q1, \"" + random_.Pick({"2025Q1", "2024Q4", "2024Q3"}) + "\")";
    case 7:
      return "(" + NumberTerm(depth - 1) + " + " + NumberTerm(depth - 1) + ")";
    case 8:
      return "(" + NumberTerm(depth - 1) + " - " + NumberTerm(depth - 1) + ")";
    case 9:
      return "(" + NumberTerm(depth - 1) + " * " + Decimals() + ")";
    case 10:
      return random_.Pick({"min(", "max("}) + NumberTerm(depth - 1) + ", " + NumberTerm(depth - 1) + ")";
    case 11:
      return "(if " + Condition(depth - 1) + " then " + NumberTerm(depth - 1) + " else " +
             NumberTerm(depth - 1) + ")";
    case 12:
      return "abs(" + NumberTerm(depth - 1) + ")";
    case 13:
      return "(" + NumberTerm(depth - 1) + " / " + random_.Pick({"2", "4", "3", "100"}) + ")";
    case 14:
      return "奖补.门槛";
    default:
      return random_.Pick({"count(st)", "count(st[item.n > 5])", "sum(l2)", "count(l1)", "floor(d1)", "-n1",
                           "round half up(m2, 0)", "得分", "增量", "t1.year", "t2.month", "m1 / n2",
                           "m2 / 7 * n1", "(t1 + duration(\"P1M\")).day", "阶梯",
                           "sum(for q in [\"2025Q1\", \"2024Q4\"] return at(q1, q))",
                           "(if sr = null then 0 else sr.n + sr.m)"});
  }
}

std::string Conditions::NumberCondition(int depth) {
  const std::string left = NumberTerm(depth > 1 ? 1 : 0);
  switch (random_.Below(8)) {
    case 0:
      return left + " in [" + Number() + ".." + std::to_string(random_.Between(11, 2000)) + "]";
    case 1:
      return left + " between " + Number() + " and " + std::to_string(random_.Between(10, 60000));
    case 2:
      return left + " in (" + Number() + ", " + random_.Pick({"< 3", ">= 1000", "[5..10)", "(5..10]"}) + ")";
    case 3:
      return left + " in [" + Comma(3, &Conditions::Number) + "]";
    case 4:
      return left + " " + Order() + " " + NumberTerm(0);
    case 5:
      return Number() + " " + Order() + " " + left;
    default:
      return left + " " + Order() + " " + Number();
  }
}

std::string Conditions::RatioCondition() {
  switch (random_.Below(4)) {
    case 0:
      return "r1 " + Order() + " " + Decimals();
    case 1:
      return "n2 / n1 " + Order() + " " + Decimals();
    case 2:
      return "比例 一 in [" + random_.Pick({"0.03..0.1", "0..0.05", "0.05..1"}) + "]";
    default:
      return NumberTerm(0) + " / " + NumberTerm(0) + " " + Order() + " " + Decimals();
  }
}

std::string Conditions::DateCondition() {
  const std::string fact = random_.Pick({"t1", "成立日期", "t2"});
  switch (random_.Below(9)) {
    case 0:
      return fact + " " + Order() + " " + DayLiteral();
    case 1:
      return "as_of - " + fact + " >= duration(\"P" + random_.Pick({"365", "1", "30", "0"}) + "D\")";
    case 2:
      return fact + " + duration(\"" + random_.Pick({"P1Y", "P6M", "P1M", "P12M"}) + "\") <= today()";
    case 3:
      return "years and months duration(" + fact + ", as_of) >= duration(\"P" +
             random_.Pick({"1Y", "3Y", "18M"}) + "\")";
    case 4:
      return fact + ".year " + Order() + " Y - " + std::to_string(random_.Between(0, 3));
    case 5:
      return "t1 < t2";
    case 6:
      return "t2 - t1 > duration(\"P100D\")";
    case 7:
      return fact + " >= 奖补.起始日";
    default:
      return fact + " in [" + DayLiteral() + ".." + DayLiteral() + ")";
  }
}

std::string Conditions::CodeCondition() {
  switch (random_.Below(11)) {
    case 0:
      return "c1 = " + Grade();
    case 1:
      return "信用等级 != " + Grade();
    case 2:
      return "c1 in (" + Comma(2, &Conditions::Grade) + ")";
    case 3:
      return "not(c1 in [" + Comma(2, &Conditions::Grade) + "])";
    case 4:
      return "under(行业, \"" + IndustryCode() + "\")";
    case 5:
      return "under(c2, [\"" + IndustryCode() + "\", \"" + IndustryCode() + "\"])";
    case 6:
      return "under(区划, \"" + random_.Pick({"35", "3505", "350521", "11"}) + "\")";
    case 7:
      return "under(c3, zone(\"park\"))";
    case 8:
      return "starts with(行业, \"" + random_.Pick({"C", "C2", "F"}) + "\")";
    case 9:
      return "c2 in (\"C26\", \"F52\")";
    default:
      return "string length(c2) " + Order() + " " + std::to_string(random_.Between(1, 5));
  }
}

std::string Conditions::TextCondition() {
  switch (random_.Below(5)) {
    case 0:
      return "contains(名称, \"" + random_.Pick({"科技", "公司", "a"}) + "\")";
    case 1:
      return "matches(s1, \"" +
             random_.Pick({"^泉州.*公司$", "[0-9]+", "科技|贸易", "^$", "公司$", "州.*[技易]"}) + "\")";
    case 2:
      return random_.Pick({"s1 = \"泉州科技公司\"", "s1 != \"\"", "starts with(s1, \"泉州\")"});
    case 3:
      return "number(s1) > 5";  // an error for most firms
    default:
      return "string length(s1) > " + std::to_string(random_.Between(0, 8));
  }
}

std::string Conditions::BooleanCondition() {
  return random_.Pick(
      {"b1", "严重失信", "not(b1)", "b2", "b2 = true", "b1 != b2", "not(b1 or b2)", "b1 = false"});
}

std::string Conditions::NullCondition() {
  switch (random_.Below(10)) {
    case 0:
      return "nn = null";
    case 1:
      return "nn != null and nn " + Order() + " " + Number();
    case 2:
      return "nn = null or nn > " + Number();
    case 3:
      return "nn in (null, 5)";
    case 4:
      return "nn = " + Number();
    case 5:
      return "tn != null and tn < " + DayLiteral();
    case 6:
      return "cn = " + Grade();
    case 7:
      return "cn != " + Grade();
    case 8:
      return "bn = true";
    default:
      return "if tn = null then " + BooleanCondition() + " else tn >= " + DayLiteral();
  }
}

// On the members of an item: of `x.` in a quantifier, bare in a filter.
std::string Conditions::ItemCondition(const std::string& x, int depth) {
  const std::string k = x.empty() ? "类别" : x + "k";
  const std::string n = x.empty() ? "item.n" : x + "n";
  const std::string d = x.empty() ? "item.d" : x + "d";
  if (depth > 0 && random_.Percent(50)) {
    const std::string left = ItemCondition(x, depth - 1);
    const std::string right = ItemCondition(x, depth - 1);
    switch (random_.Below(4)) {
      case 0:
        return "(" + left + " or " + right + ")";
      case 1:
        return "not(" + left + ")";
      case 2:
        return "(if " + left + " then " + right + " else " + BooleanCondition() + ")";
      default:
        return "(" + left + " and " + right + ")";
    }
  }
  switch (random_.Below(14)) {
    case 0:
      return n + " " + Order() + " " + Number();
    case 1:
      return k + " in (" + Comma(2, &Conditions::Grade) + ")";
    case 2:
      return k + " != " + Grade();
    case 3:
      return "(" + d + " != null and " + d + " " + Order() + " " + DayLiteral() + ")";
    case 4:
      return "(" + d + " != null and as_of < " + d + " + duration(\"" + random_.Pick({"P1Y", "P6M", "P30D"}) +
             "\"))";
    case 5:
      return n + " " + Order() + " n1";
    case 6:
      return n + " * " + Decimals() + " >= " + NumberTerm(0);
    case 7:
      return n + " / " + random_.Pick({"3", "n2", "m1"}) + " " + Order() + " " + Decimals();
    case 8:
      return n + " / 3 + 1 > " + Decimals();
    case 9:
      return "(" + d + " != null and " + d + ".year = Y and " + d + ".month < n2)";
    case 10:
      return n + " >= 奖补.门槛";
    case 11:  // in a filter it would be a position
      return x.empty() ? n + " > 3" : BooleanCondition();
    case 12:
      return k + " = c1";
    default:
      return "string length(" + k + ") > " + std::to_string(random_.Between(0, 1));
  }
}

std::string Conditions::StructCondition() {
  const std::string test = random_.Pick(std::vector<std::string>{
      "sr.n " + Order() + " " + Number(), "明细.数 " + Order() + " n1",
      "sr.k in (" + Comma(2, &Conditions::Grade) + ")", "sr.b", "sr.m * " + Decimals() + " > m2",
      "sr.n / 明细.m " + Order() + " " + Decimals(), "sr.d != null and sr.d < " + DayLiteral(), "sr.k = c1"});
  return "sr != null and " + test;
}

std::string Conditions::ListCondition() {
  switch (random_.Below(18)) {
    case 9:
    case 10:
    case 11:
      return random_.Pick({"some", "every"}) + " x in 人员 satisfies " + ItemCondition("x.", 2);
    case 12:
    case 13:
      return "count(人员[" + ItemCondition("", 1) + "]) " + Order() + " " +
             random_.Pick({"1", "2", "n1", "n2 / 2"});
    case 14:
      return random_.Pick({"some", "every"}) + " q in [\"2025Q1\", \"2024Q4\"] satisfies at(q1, q) " +
             Order() + " " + Number();
    case 15:
      return "some x in l1 satisfies x in (" + Comma(2, &Conditions::Grade) + ") and not(x = c1)";
    case 16:
      return random_.Pick({"some", "every"}) + " x in l2 satisfies x " + Order() + " n1";
    case 17:
      return "at(q1, string(t1.year) + \"Q1\") " + Order() + " " + Number();
    case 0:
      return "list contains(l1, " + Grade() + ")";
    case 1:
      return "some x in st satisfies x.n > " + Number();
    case 2:
      return "every x in st satisfies x.k = " + Grade();
    case 3:
      return "count(l2) " + Order() + " " + std::to_string(random_.Between(0, 3));
    case 4:
      return Grade() + " in l1";
    case 5:
      return "some x in l2 satisfies x in [5..10]";
    case 6:
      return "count(人员[类别 = " + Grade() + "]) >= 1";
    case 7:
      return "some x in 人员 satisfies x.d != null and x.d < " + DayLiteral();
    default:
      return "n1 in l2";
  }
}

std::string Conditions::TableCondition() {
  switch (random_.Below(7)) {
    case 0:
      return "规模 = " + random_.Pick({"\"large\"", "\"small\"", "\"micro\""});
    case 1:
      return "规模 in (\"small\", \"micro\")";
    case 2:
      return "规模 != \"large\"";
    case 3:
      return "得分 " + Order() + " " + random_.Pick({"4", "8", "12", "20"});
    case 4:
      return "唯一 != null and 唯一 = \"x\"";
    case 5:
      return "总分 != null and 总分 >= " + random_.Pick({"4", "10", "16"});
    default:
      return "任意 = null or 任意 != \"b\"";
  }
}

std::string Conditions::Condition(int depth) {
  if (depth > 0 && random_.Percent(45)) {
    switch (random_.Below(5)) {
      case 0:
        return "(" + Condition(depth - 1) + " and " + Condition(depth - 1) + ")";
      case 1:
        return "(" + Condition(depth - 1) + " or " + Condition(depth - 1) + ")";
      case 2:
        return "not(" + Condition(depth - 1) + ")";
      case 3:
        return "(if " + Condition(depth - 1) + " then " + Condition(depth - 1) + " else " +
               Condition(depth - 1) + ")";
      default:
        return "(" + Condition(depth - 1) + " or " + Condition(depth - 1) + " and " + Condition(depth - 1) +
               ")";
    }
  }
  switch (random_.Below(20)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return NumberCondition(depth);
    case 4:
    case 5:
      return RatioCondition();
    case 6:
    case 7:
      return DateCondition();
    case 8:
    case 9:
    case 10:
      return CodeCondition();
    case 11:
      return TextCondition();
    case 12:
    case 13:
      return BooleanCondition();
    case 14:
    case 15:
      return "(" + NullCondition() + ")";
    case 16:
      return "(" + (random_.OneIn(4) ? StructCondition() : ListCondition()) + ")";
    case 17:
      return "(" + TableCondition() + ")";
    case 18:
      return random_.Pick({"干净", "增长", "模糊", "干净"});
    default:
      return NumberTerm(0) + " >= 奖补." + random_.Pick({"门槛", "bar", "上限"});
  }
}

}  // namespace zhida::cross
