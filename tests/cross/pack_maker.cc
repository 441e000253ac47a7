#include "tests/cross/pack_maker.h"

#include <cstdint>
#include <string>
#include <vector>

#include "engine/base/text.h"
#include "tests/cross/conditions.h"

namespace zhida::cross {

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

class PackMaker : public Conditions {
 public:
  PackMaker(Random* random, MadeCase* made) : Conditions(random), made_(*made) {}

  void Make(int policies) {
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
    for (int i = 0; i < policies; ++i) made_.policies.push_back(Policy(i));
  }

 private:
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

  MadeCase& made_;
};

}  // namespace

void MakePack(int policies, Random* random, MadeCase* made) { PackMaker(random, made).Make(policies); }

}  // namespace zhida::cross
