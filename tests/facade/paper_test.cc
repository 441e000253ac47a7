// A paper shares among its pairs what conditions come to; what it says of each is what its explanation says.

#include "engine/facade/paper.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "engine/facade/screen.h"

namespace zhida::facade {
namespace {

// As a person would write them: much, little and next to nothing known.
constexpr const char* kFirms[] = {
    R"({"uscc":"91350500YYYY000127","登记状态":"active","登记地":"350521101","纳税地":"350521101",)"
    R"("从业人数":120,"营业收入":{"2024":5200,"2023":4100},"研发费用":{"2024":260,"2023":150},)"
    R"("严重失信":false,"经营异常":false,"成立日期":"2015-04-01","登记行业":"C3471","税务行业":"C3471"})",
    R"({"uscc":"91350500YYYY000127","登记状态":"active","登记地":"350582","从业人数":15})",
    R"({"uscc":"91350500YYYY000127"})"};

std::shared_ptr<const Engine> QuanzhouEngine() {
  Diagnostics diagnostics;
  const auto pack = pack::LoadPack({ZHIDA_SOURCE_DIR "/rules/quanzhou"}, {}, &diagnostics);
  EXPECT_TRUE(pack) << diagnostics.Text();
  return std::make_shared<const Engine>(pack, *Date::Parse("2025-06-30"), 1);
}

// The members that an explanation has in common with the pair of a paper.
std::string_view PairOf(std::string_view explanation) {
  const size_t begin = explanation.find("\"policy\":");
  const size_t end = explanation.rfind(",\"warnings\":[");
  return explanation.substr(begin, (end == explanation.npos ? explanation.size() - 1 : end) - begin);
}

TEST(Paper, SaysOfEachPairWhatItsExplanationSays) {
  const auto engine = QuanzhouEngine();
  for (const char* firm : kFirms) {
    Diagnostics diagnostics;
    const auto paper = PaperJson(*engine, firm, {}, &diagnostics);
    ASSERT_TRUE(paper) << diagnostics.Text();
    int told = 0;
    for (const pack::Policy& policy : engine->pack().policies) {
      const auto explanation = engine->Explain(firm, policy.id, {}, &diagnostics);
      ASSERT_TRUE(explanation) << diagnostics.Text();
      // Those that are refused are counted, and told where they are near.
      if (explanation->find("\"outcome\":\"ineligible\"") != std::string::npos) continue;
      ++told;
      const std::string pair = "{" + std::string(PairOf(*explanation)) + "}";
      EXPECT_NE(paper->find(pair), std::string::npos) << firm << "\n" << policy.id << "\n" << pair;
    }
    EXPECT_GT(told, 3) << firm;
  }
}

// A pack that others use has no facts to judge anybody by.
TEST(Paper, RefusesAPackAboutNoSubject) {
  Diagnostics diagnostics;
  const auto pack = pack::LoadPack({ZHIDA_SOURCE_DIR "/rules/china"}, {}, &diagnostics);
  ASSERT_TRUE(pack) << diagnostics.Text();
  const auto engine = std::make_shared<const Engine>(pack, *Date::Parse("2025-06-30"), 1);
  const auto refused = [](const Diagnostics& said) {
    return said.all().size() == 1 && said.all()[0].code == "ZD6014" &&
           said.all()[0].what == "pack china is about no subject";
  };
  Diagnostics of_paper, of_match, of_screen;
  EXPECT_FALSE(PaperJson(*engine, kFirms[0], {}, &of_paper));
  EXPECT_TRUE(refused(of_paper)) << of_paper.Text();
  EXPECT_FALSE(engine->Match(kFirms[0], {}, &of_match));
  EXPECT_TRUE(refused(of_match)) << of_match.Text();
  EXPECT_FALSE(Screen::OpenNdjson(engine, {"nowhere"}, {}, &of_screen));
  EXPECT_TRUE(refused(of_screen)) << of_screen.Text();
}

}  // namespace
}  // namespace zhida::facade
