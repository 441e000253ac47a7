// Diagnostics: the one-line text, the order, the count of errors.
#include "engine/base/diagnostic.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace zhida {
namespace {

TEST(DiagnosticTest, TextSaysWhatWhereHow) {
  const Diagnostic diagnostic{"ZD3104",
                              Severity::kError,
                              {"awards.yaml", 12, 9},
                              "cap 5000 is below floor 8000",
                              "raise the cap or lower the floor"};
  EXPECT_EQ(diagnostic.Text(),
            "ZD3104 awards.yaml:12:9: cap 5000 is below floor 8000; raise the cap or lower the floor");
}

TEST(DiagnosticTest, TextLeavesOutWhatIsNotKnown) {
  const auto text = [](Location where, std::string mend) {
    return Diagnostic{"ZD1001", Severity::kError, std::move(where), "no such file", std::move(mend)}.Text();
  };
  EXPECT_EQ(text({"a.yaml", 0, 0}, ""), "ZD1001 a.yaml: no such file");
  EXPECT_EQ(text({"a.yaml", 3, 0}, ""), "ZD1001 a.yaml:3: no such file");
  EXPECT_EQ(text({"", 3, 4}, ""), "ZD1001 3:4: no such file");
  EXPECT_EQ(text({"", 0, 0}, ""), "ZD1001 no such file");
  EXPECT_EQ(text({"", 0, 0}, "check the path"), "ZD1001 no such file; check the path");
  EXPECT_EQ(text({"", 0, 0}, "; did you mean x?"), "ZD1001 no such file; did you mean x?");
}

TEST(DiagnosticTest, TextMarksWarningsAndStaysOneLine) {
  const Diagnostic diagnostic{
      "ZD1002", Severity::kWarning, {"a\nb", 1, 2}, "tab\tand\rreturn\x01", "one\nline"};
  EXPECT_EQ(diagnostic.Text(), "ZD1002 a\\nb:1:2: warning: tab\\tand\\rreturn?; one\\nline");
}

TEST(DiagnosticsTest, CountsErrorsOnly) {
  Diagnostics diagnostics;
  EXPECT_TRUE(diagnostics.ok());
  EXPECT_EQ(diagnostics.Text(), "");
  diagnostics.Warning("ZD2001", {"a", 1, 1}, "w", "");
  EXPECT_TRUE(diagnostics.ok());
  diagnostics.Error("ZD2002", {"a", 1, 1}, "e", "");
  diagnostics.Add({"ZD2003", Severity::kError, {"a", 1, 1}, "e", ""});
  EXPECT_FALSE(diagnostics.ok());
  EXPECT_EQ(diagnostics.error_count(), 2u);
  EXPECT_EQ(diagnostics.all().size(), 3u);
}

TEST(DiagnosticsTest, TextIsInFileLineColumnOrder) {
  Diagnostics diagnostics;
  diagnostics.Error("ZD1", {"b", 1, 1}, "four", "");
  diagnostics.Error("ZD1", {"a", 10, 1}, "three", "");
  diagnostics.Error("ZD1", {"a", 9, 20}, "two", "");
  diagnostics.Error("ZD1", {"a", 9, 3}, "one", "");
  EXPECT_EQ(diagnostics.Text(), "ZD1 a:9:3: one\nZD1 a:9:20: two\nZD1 a:10:1: three\nZD1 b:1:1: four\n");
  EXPECT_EQ(diagnostics.all()[0].what, "four");  // Text() changes nothing
}

TEST(DiagnosticsTest, SortDropsExactRepeats) {
  Diagnostics diagnostics;
  for (int i = 0; i < 3; ++i) {
    diagnostics.Error("ZD2", {"a", 1, 1}, "same", "");
    diagnostics.Error("ZD1", {"a", 1, 1}, "other", "");
    diagnostics.Warning("ZD2", {"a", 1, 1}, "same", "");
  }
  EXPECT_EQ(diagnostics.error_count(), 6u);
  diagnostics.Sort();
  EXPECT_EQ(diagnostics.all().size(), 3u);
  EXPECT_EQ(diagnostics.error_count(), 2u);
  EXPECT_EQ(diagnostics.Text(), "ZD1 a:1:1: other\nZD2 a:1:1: same\nZD2 a:1:1: warning: same\n");
}

}  // namespace
}  // namespace zhida
