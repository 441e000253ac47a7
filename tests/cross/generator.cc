#include "tests/cross/generator.h"

#include <utility>

#include "engine/base/text.h"
#include "engine/value/temporal.h"

namespace zhida::cross {

std::string MadePolicy::Json() const {
  std::string text = "{" + head + "\"clauses\":[";
  for (size_t i = 0; i < clauses.size(); ++i) text += (i == 0 ? "" : ",") + clauses[i].json;
  return text + "]" + tail + "}";
}

std::string MadeRow::Json() const {
  std::string text = "{";
  for (size_t i = 0; i < members.size(); ++i) {
    text += (i == 0 ? "" : ",") + JsonQuote(members[i].first) + ":" + members[i].second;
  }
  return text + "}";
}

std::map<std::string, std::string> MadeCase::Files() const {
  std::map<std::string, std::string> all = files;
  std::string text = "[";
  for (size_t i = 0; i < policies.size(); ++i) text += (i == 0 ? "" : ",\n") + policies[i].Json();
  all["policies/all.json"] = text + "]";
  return all;
}

namespace {

const char* const kSchema = R"json({"kind":"firm","key":"id","facts":[
{"id":"id","name":"代码","type":"string"},
{"id":"n1","name":"人数","type":"integer","commitment":"allowed"},
{"id":"n2","type":"integer","max_age":"P1Y"},
{"id":"nn","type":"integer","nullable":true,"commitment":"allowed"},
{"id":"m1","name":"注册资本","type":"money","unit":"万元"},
{"id":"m2","type":"money","max_age":"P6M","commitment":"allowed"},
{"id":"d1","type":"decimal(2)"},
{"id":"r1","name":"比例 一","type":"ratio","commitment":"allowed"},
{"id":"b1","name":"严重失信","type":"boolean"},
{"id":"b2","type":"boolean","max_age":"P30D","commitment":"allowed"},
{"id":"bn","type":"boolean","nullable":true},
{"id":"t1","name":"成立日期","type":"date"},
{"id":"t2","type":"date","commitment":"allowed"},
{"id":"tn","type":"date","nullable":true},
{"id":"c1","name":"信用等级","type":"code(grade)","max_age":"P1Y"},
{"id":"c2","name":"行业","type":"code(industry)"},
{"id":"c3","name":"区划","type":"code(place)"},
{"id":"cn","type":"code(grade)","nullable":true,"commitment":"allowed"},
{"id":"s1","name":"名称","type":"string"},
{"id":"l1","type":"list of code(grade)"},
{"id":"l2","type":"list of integer","commitment":"allowed"},
{"id":"st","name":"人员","type":"list of struct","members":[{"id":"k","name":"类别","type":"code(grade)"},
{"id":"n","type":"integer"},{"id":"d","type":"date","nullable":true}]},
{"id":"sr","name":"明细","type":"struct","commitment":"allowed","nullable":true,"members":[{"id":"k","type":"code(grade)"},
{"id":"n","name":"数","type":"integer"},{"id":"m","type":"money"},{"id":"b","type":"boolean"},{"id":"d","type":"date","nullable":true}]},
{"id":"y1","name":"研发费用","type":"series(year) of money","commitment":"allowed"},
{"id":"q1","type":"series(quarter) of integer","max_age":"P2Y"}]})json";

const char* const kLists = R"({"lists":[
{"id":"grade","codes":{"A":"优","B":"良","M":"新","C":"中","D":"差"}},
{"id":"industry","tree":"prefix","open":true,"codes":{"C":"制造业","C26":"化学","C2614":"有机","F":"批零","F52":"零售"}},
{"id":"place","tree":"parent","codes":[{"code":"35","name":"福建"},{"code":"3505","name":"泉州","parent":"35"},
{"code":"350521","name":"惠安","parent":"3505"},{"code":"350681","name":"龙海市","parent":"35","to":"2021-01-31"},
{"code":"350604","name":"龙海区","parent":"35","from":"2021-02-01"},{"code":"11","name":"北京"}]}],
"zones":[{"id":"park","of":"place","members":[{"code":"350521","from":"2012-01-01"},{"code":"350604","from":"2023-01-01","to":"2025-06-29"}]}]})";

const char* const kParams =
    R"([{"id":"p","name":"奖补","entries":{"rate":"比率","cap":"上限","bar":"门槛","day":"起始日"},"versions":[
{"from":"2020-01-01","to":"2024-12-31","values":{"rate":"5%","cap":500000,"bar":10,"day":"2020-07-01"}},
{"from":"2025-01-01","to":"2026-12-31","values":{"rate":"6%","cap":"60万","bar":11,"day":"2025-03-01"}}]}])";

class Maker {
 public:
  Maker(uint64_t seed, const MakeOptions& options) : random_(seed), options_(options) { made_.seed = seed; }

  MadeCase Run() {
    made_.as_of =
        random_.Pick({"2025-06-30", "2025-06-30", "2024-12-31", "2025-01-01", "2027-03-01", "2024-02-29"});
    made_.files["pack.json"] =
        R"({"id":"made","version":"1.0.0","title":"made","kind":"firm","status":"sample"})";
    made_.files["schema.json"] = kSchema;
    made_.files["lists/index.json"] = kLists;
    made_.files["params/p.json"] = kParams;
    MakeTables();
    MakeDefinitions();
    if (random_.OneIn(3)) MakeModifiers();
    for (int i = 0; i < options_.policies; ++i) made_.policies.push_back(Policy(i));
    for (int i = 0; i < options_.rows; ++i) made_.rows.push_back(Row(i));
    return std::move(made_);
  }

 private:
  // --- Small pieces ---
  std::string Number() {
    const int64_t n = random_.Pick(std::vector<int64_t>{0, 1, 2, 5, 10, 11, 100, 1000, 50000});
    return std::to_string(n + (random_.OneIn(6) ? random_.Between(-1, 1) : 0));
  }
  std::string Decimals() {
    return random_.Pick({"0.03", "0.05", "0.1", "0.299", "0.3", "1", "1.5", "0", "0.0333333"});
  }
  std::string Day() {
    return random_.Pick({"2020-01-01", "2024-02-29", "2024-12-31", "2025-01-01", "2025-06-29", "2025-06-30",
                         "2025-07-01", "2022-06-30", "2021-01-31"});
  }
  std::string DayLiteral() { return random_.OneIn(3) ? "date(\"" + Day() + "\")" : "@\"" + Day() + "\""; }
  std::string Grade() { return "\"" + random_.Pick({"A", "B", "M", "C", "D"}) + "\""; }
  std::string IndustryCode() { return random_.Pick({"C", "C26", "C2614", "F", "F52"}); }
  std::string Order() { return random_.Pick({"<", "<=", ">", ">=", "=", "!="}); }
  std::string Comma(int n, std::string (Maker::*make)()) {
    std::string text;
    for (int i = 0; i < n; ++i) text += (i == 0 ? "" : ", ") + (this->*make)();
    return text;
  }

  // --- Numbers ---
  std::string NumberTerm(int depth) {
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

  // --- Conditions ---
  std::string NumberCondition(int depth) {
    const std::string left = NumberTerm(depth > 1 ? 1 : 0);
    switch (random_.Below(8)) {
      case 0:
        return left + " in [" + Number() + ".." + std::to_string(random_.Between(11, 2000)) + "]";
      case 1:
        return left + " between " + Number() + " and " + std::to_string(random_.Between(10, 60000));
      case 2:
        return left + " in (" + Number() + ", " + random_.Pick({"< 3", ">= 1000", "[5..10)", "(5..10]"}) +
               ")";
      case 3:
        return left + " in [" + Comma(3, &Maker::Number) + "]";
      case 4:
        return left + " " + Order() + " " + NumberTerm(0);
      case 5:
        return Number() + " " + Order() + " " + left;
      default:
        return left + " " + Order() + " " + Number();
    }
  }
  std::string RatioCondition() {
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
  std::string DateCondition() {
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
  std::string CodeCondition() {
    switch (random_.Below(11)) {
      case 0:
        return "c1 = " + Grade();
      case 1:
        return "信用等级 != " + Grade();
      case 2:
        return "c1 in (" + Comma(2, &Maker::Grade) + ")";
      case 3:
        return "not(c1 in [" + Comma(2, &Maker::Grade) + "])";
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
  std::string TextCondition() {
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
  std::string BooleanCondition() {
    return random_.Pick(
        {"b1", "严重失信", "not(b1)", "b2", "b2 = true", "b1 != b2", "not(b1 or b2)", "b1 = false"});
  }
  std::string NullCondition() {
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
  std::string ItemCondition(const std::string& x, int depth) {
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
        return k + " in (" + Comma(2, &Maker::Grade) + ")";
      case 2:
        return k + " != " + Grade();
      case 3:
        return "(" + d + " != null and " + d + " " + Order() + " " + DayLiteral() + ")";
      case 4:
        return "(" + d + " != null and as_of < " + d + " + duration(\"" +
               random_.Pick({"P1Y", "P6M", "P30D"}) + "\"))";
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
  std::string StructCondition() {
    const std::string test = random_.Pick(std::vector<std::string>{
        "sr.n " + Order() + " " + Number(), "明细.数 " + Order() + " n1",
        "sr.k in (" + Comma(2, &Maker::Grade) + ")", "sr.b", "sr.m * " + Decimals() + " > m2",
        "sr.n / 明细.m " + Order() + " " + Decimals(), "sr.d != null and sr.d < " + DayLiteral(),
        "sr.k = c1"});
    return "sr != null and " + test;
  }
  std::string ListCondition() {
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
        return "some x in l1 satisfies x in (" + Comma(2, &Maker::Grade) + ") and not(x = c1)";
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
  std::string TableCondition() {
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
  std::string Condition(int depth) {
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

  // --- Tables and definitions ---
  std::string Cells(const std::vector<std::string>& cells, const std::string& output) {
    std::string text = R"({"when":[)";
    for (size_t i = 0; i < cells.size(); ++i) text += (i == 0 ? "" : ",") + JsonQuote(cells[i]);
    return text + "],\"then\":[" + JsonQuote(output) + "]}";
  }
  std::string NumberCell() {
    return random_.Pick({"-", ">= 100", "< 100", "[10..100)", ">= 10", "not(5)", "0,1,2", "> 1000", "-"});
  }
  std::string GradeCell() { return random_.Pick({"-", "\"A\",\"B\"", "\"D\"", "not(\"D\")", "\"M\"", "-"}); }
  std::string Table(const std::string& id, const std::string& name, const std::string& hit,
                    const std::vector<const char*>& outputs, const std::string& values,
                    const std::string& fallback) {
    std::string text =
        "{\"id\":\"" + id + "\",\"name\":\"" + name + "\",\"hit\":\"" + hit +
        R"(","inputs":[{"label":"n","is":"n1"},{"label":"g","is":"c1"},{"label":"m","is":"m2"}],"outputs":[{"id":"out")" +
        (values.empty() ? "" : ",\"values\":" + values) + "}]";
    if (!fallback.empty()) text += ",\"default\":" + JsonQuote(fallback);
    text += ",\"rules\":[";
    const int rules = static_cast<int>(random_.Between(1, 5));
    for (int i = 0; i < rules; ++i) {
      text += (i == 0 ? "" : ",") +
              Cells({NumberCell(), GradeCell(), NumberCell()},
                    outputs[static_cast<size_t>(random_.Below(static_cast<int64_t>(outputs.size())))]);
    }
    return text + "]}";
  }
  void MakeTables() {
    const std::vector<const char*> sizes{"\"large\"", "\"small\"", "\"micro\""};
    const std::vector<const char*> scores{"4", "8", "20", "0.5"};
    made_.files["tables/size.json"] =
        Table("size", "规模", "F", sizes, "", random_.OneIn(3) ? "unknown(\"vague_rule\")" : "\"micro\"");
    made_.files["tables/score.json"] =
        Table("score", "得分", random_.Pick({"F", "F", "C#"}), {"4", "8", "20", "0.5"}, "", "0");
    made_.files["tables/unique.json"] =
        Table("uni", "唯一", random_.Pick({"U", "P"}), {"\"x\"", "\"y\""}, R"(["x","y"])", "");
    made_.files["tables/any.json"] =
        Table("any_of", "任意", random_.Pick({"A", "F", "P"}), {"\"a\"", "\"b\""}, R"(["a","b"])", "");
    made_.files["tables/sum.json"] = Table("total", "总分", random_.Pick({"C+", "C<", "C>"}), scores, "", "");
    made_.files["tables/steps.json"] =
        Table("steps", "阶梯", "F", {"m2 * 0.5", "n1 * 100 + 1", "m1 / 3", "n1", "7"}, "",
              random_.Pick({"n1", "7", "m2 - 1", "unknown(\"vague_rule\")"}));
  }
  void MakeDefinitions() {
    std::string text =
        R"json([{"id":"inc","name":"增量","is":"at(研发费用, Y - 1) - at(研发费用, Y - 2)"},)json"
        R"({"id":"vague","name":"模糊","term":"undefined","why":"no definition","type":"boolean"},)";
    // Definitions before these two must not refer to them, so they are made of plain facts.
    text +=
        R"({"id":"clean","name":"干净","is":)" + JsonQuote("not(严重失信) and 信用等级 != " + Grade()) + "},";
    text += R"({"id":"growth","name":"增长","is":)" +
            JsonQuote(random_.Pick({"增量 > 0", "增量 >= 10000", "at(研发费用, Y - 1) > m2"})) + "}]";
    made_.files["definitions/all.json"] = text;
  }

  // By department, since policies may be taken away.
  void MakeModifiers() {
    made_.files["settlement.json"] =
        R"({"modifiers":[{"id":"a","department":"工信局","raise":)" +
        JsonQuote(
            random_.Pick({"0.1", "if 信用等级 = \"A\" then 0.1 else if 信用等级 = \"B\" then 0.05 else 0",
                          "if b2 then r1 else 0", "n1 / n2", "奖补.比率"})) +
        R"(},{"id":"b","department":")" + random_.Pick({"工信局", "科技局"}) + R"(","raise":)" +
        JsonQuote(random_.Pick({"0.05", "r1 - 0.2"})) + "}]}";
  }

  // --- Policies ---
  std::string Clause(const std::string& id, int depth, bool top, bool inside_none) {
    std::string text = "{\"id\":\"" + id + "\",\"article\":\"第一条\"";
    if (top && random_.OneIn(6)) text += ",\"scope\":true";
    if (!inside_none && random_.OneIn(7)) text += ",\"later\":\"allowed\"";
    if (depth > 0 && random_.OneIn(5)) {
      const std::string form = random_.Pick({"all", "any", "none"});
      text += ",\"" + form + "\":[";
      const int64_t parts = random_.Between(1, 3);
      for (int64_t i = 0; i < parts; ++i) {
        text += (i == 0 ? "" : ",") +
                Clause(id + "_" + std::to_string(i), depth - 1, false, inside_none || form == "none");
      }
      return text + "]}";
    }
    return text + ",\"when\":" + JsonQuote(Condition(2)) + "}";
  }
  std::string Amount() {
    switch (random_.Below(8)) {
      case 0:
        return "增量 * 奖补.比率";
      case 1:
        return "m2 * " + Decimals();
      case 2:
        return "min(n1 * 1000, 奖补.上限)";
      case 3:
        return "50000";
      case 4:
        return "if n1 >= 10 then 20000 else 10000.005";
      case 5:
        return random_.Pick({"得分 * 1000", "阶梯", "阶梯 * 2", "if sr != null then sr.m * 3 else 1"});
      case 6:
        return random_.Pick(
            {"m1 / 3", "m2 * n1 / n2", "min(m1 / 7, m2) + 1", "m1 * 奖补.比率 / (1 - 奖补.比率)"});
      default:
        return NumberTerm(1);
    }
  }
  MadePolicy Policy(int index) {
    MadePolicy policy;
    policy.id = "p" + std::to_string(index);
    policy.head =
        "\"id\":\"" + policy.id + R"(","title":"made","basis":{"document":"made","status":"sample"},)";
    if (random_.OneIn(3)) {
      const std::string from = random_.Pick({"2020-01-01", "2024-12-31", "2025-01-01", "2025-06-30"});
      const std::string to = random_.Pick({"2024-12-31", "2025-06-30", "2026-12-31"});
      policy.head += "\"valid\":{\"from\":\"" + from + "\"";
      if (from <= to && random_.OneIn(2)) policy.head += ",\"to\":\"" + to + "\"";
      policy.head += "},";
    }
    if (random_.OneIn(8)) policy.head += R"("window":{"from":"2025-01-01","to":"2025-06-30"},)";
    if (random_.OneIn(4)) policy.head += "\"event\":\"" + random_.Pick({"t1", "t2", "tn"}) + "\",";
    if (random_.OneIn(6)) policy.head += R"("year":2025,)";
    if (random_.OneIn(2))
      policy.head += "\"department\":\"" + random_.Pick({"工信局", "科技局", "市局"}) + "\",";
    const int64_t clauses = random_.Between(random_.OneIn(20) ? 0 : 1, 4);
    for (int64_t i = 0; i < clauses; ++i)
      policy.clauses.push_back({Clause("k" + std::to_string(i), 2, true, false)});
    if (random_.Percent(20)) return policy;
    bool per = false;
    if (random_.Percent(20)) {
      per = true;
      policy.tail =
          ",\"per\":{\"list\":\"st\",\"as\":\"h\",\"where\":" + JsonQuote(ItemCondition("h.", 1)) +
          ",\"amount\":" +
          JsonQuote(random_.Pick({"h.n * 1000.5", "h.n / 12 * m2", "if h.n > n1 then h.n * 奖补.比率 else 5",
                                  "h.n - 3", "min(h.n * 100, m1)", "100"})) +
          "}";
    } else {
      policy.tail = ",\"amount\":" + JsonQuote(Amount());
    }
    if (random_.OneIn(2))
      policy.tail += ",\"cap\":" + random_.Pick({"\"100000\"", "\"奖补.上限\"", "\"500.5\"",
                                                 per ? "\"h.n * 300\"" : "\"m2 / 3\"", "\"m2\""});
    if (random_.OneIn(4)) policy.tail += ",\"floor\":" + random_.Pick({"\"1\"", "\"100.25\"", "\"n1\""});
    if (random_.OneIn(2)) {
      policy.tail += ",\"round\":{\"to\":\"" + random_.Pick({"分", "元", "百元", "万元"}) + "\",\"mode\":\"" +
                     random_.Pick({"half_up", "half_even", "half_down", "up", "down", "ceiling", "floor"}) +
                     "\"}";
    }
    return policy;
  }

  // --- Firms ---
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

  Random random_;
  MakeOptions options_;
  MadeCase made_;
};

}  // namespace

MadeCase Make(uint64_t seed, const MakeOptions& options) { return Maker(seed, options).Run(); }

}  // namespace zhida::cross
