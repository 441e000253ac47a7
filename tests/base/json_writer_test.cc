#include "engine/base/json_writer.h"

#include <gtest/gtest.h>

namespace zhida {
namespace {

TEST(JsonWriter, PutsCommasAndQuotes) {
  JsonWriter json;
  json.BeginObject().Key("a").String("\"甲\"").Key(std::string_view("b\n")).BeginArray().Int(-1).Null();
  json.BeginObject().EndObject().EndArray().OptionalString("c", "").OptionalString("d", "e");
  EXPECT_EQ(json.EndObject().text(), R"({"a":"\"甲\"","b\n":[-1,null,{}],"d":"e"})");
}

TEST(JsonWriter, TakesPartsAsTheyAre) {
  JsonWriter json;
  json.BeginArray().Raw(R"({"a":)").Part("1").Part(R"(,"b":2)").Key("c").Bool(true).EndObject().Raw("3");
  EXPECT_EQ(json.EndArray().Take(), R"([{"a":1,"b":2,"c":true},3])");
}

TEST(JsonWriter, GrowsAsItIsWrittenAndBeginsAnewWhenTaken) {
  JsonWriter json;
  for (int round = 0; round < 2; ++round) {
    if (round == 1) json.Reserve(100'000);
    std::string expected = "[";
    json.BeginArray();
    for (int i = 0; i < 5'000; ++i) {
      json.String("一二三");
      expected += (i == 0 ? "\"一二三\"" : ",\"一二三\"");
    }
    json.EndArray();
    EXPECT_EQ(json.Take(), expected + "]");
    json = JsonWriter();
  }
}

}  // namespace
}  // namespace zhida
