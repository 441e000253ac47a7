// Files that appear whole or not at all, and are never changed.
#include "engine/payment/output_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/base/digest.h"
#include "tests/payment/fixture.h"

namespace zhida::payment {
namespace {

using testing::HasSubstr;

TEST(OutputFile, TakesItsNameOnlyWhenItIsWhole) {
  const ScratchFolder folder;
  Diagnostics diagnostics;
  OutputFile file(folder / "a.xml", diagnostics);
  EXPECT_TRUE(file.Write("一"));
  EXPECT_TRUE(file.Finish());
  EXPECT_FALSE(std::filesystem::exists(folder / "a.xml"));
  EXPECT_TRUE(file.Publish());
  EXPECT_EQ(ReadFile(folder / "a.xml"), "一");
  EXPECT_FALSE(std::filesystem::exists(folder / "a.xml.part"));
  EXPECT_EQ(file.digest(), "sha256:" + Sha256Hex("一"));
  EXPECT_EQ(*DigestOfFile(folder / "a.xml", diagnostics), file.digest());
  EXPECT_EQ(file.byte_count(), 3);
}

TEST(OutputFile, LeavesNothingBehindWhenItIsDropped) {
  const ScratchFolder folder;
  Diagnostics diagnostics;
  {
    OutputFile file(folder / "a.xml", diagnostics);
    EXPECT_TRUE(file.Write("x"));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(OutputFile, NeverChangesAFileThatIsThere) {
  const ScratchFolder folder;
  Diagnostics diagnostics;
  for (int i = 0; i < 2; ++i) {  // the same bytes again are fine
    OutputFile file(folder / "a.xml", diagnostics);
    EXPECT_TRUE(file.Write("one") && file.Finish() && file.Publish()) << diagnostics.Text();
  }
  OutputFile file(folder / "a.xml", diagnostics);
  EXPECT_TRUE(file.Write("two") && file.Finish());
  EXPECT_FALSE(file.Publish());
  EXPECT_THAT(diagnostics.Text(), HasSubstr("ZD8111"));
  EXPECT_EQ(ReadFile(folder / "a.xml"), "one");
}

TEST(OutputFile, SaysWhyItCannotBeWritten) {
  const ScratchFolder folder;
  Diagnostics diagnostics;
  OutputFile missing(folder / "no/a.xml", diagnostics);
  EXPECT_FALSE(missing.Write("x"));
  EXPECT_FALSE(missing.Finish());
  EXPECT_THAT(diagnostics.Text(), AllOf(HasSubstr("ZD8110"), HasSubstr("No such file or directory")));

  Diagnostics full;
  std::filesystem::create_symlink("/dev/full", folder / "b.xml.part");
  OutputFile link(folder / "b.xml", full);
  EXPECT_FALSE(link.Write("x"));
  EXPECT_THAT(full.Text(), HasSubstr("ZD8110"));
}

}  // namespace
}  // namespace zhida::payment
