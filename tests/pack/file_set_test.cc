#include "engine/pack/file_set.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/base/digest.h"
#include "engine/base/limits.h"

namespace zhida::pack {
namespace {

namespace fs = std::filesystem;

// A folder of its own for each test, which is the current one while the test runs, so that messages are the
// same wherever it runs.
class FileSetTest : public ::testing::Test {
 protected:
  void SetUp() override {
    before_ = fs::current_path();
    std::string name = (fs::temp_directory_path() / "zhida_file_set_XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    root_ = name;
    fs::current_path(root_);
  }
  void TearDown() override {
    fs::current_path(before_);
    fs::remove_all(root_);
  }

  static void Write(const std::string& path, const std::string& bytes) {
    if (fs::path(path).has_parent_path()) fs::create_directories(fs::path(path).parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
  }

  // The paths, or the findings.
  static std::string Load(const std::string& folder, size_t bytes_max = 0) {
    Diagnostics diagnostics;
    const auto set = FileSet::FromFolder(folder, diagnostics, bytes_max);
    EXPECT_EQ(set.has_value(), diagnostics.ok());
    return set ? Paths(*set) : diagnostics.Text();
  }

  static std::string Load(std::map<std::string, std::string> files) {
    Diagnostics diagnostics;
    const auto set = FileSet::FromMemory("memory", std::move(files), diagnostics);
    EXPECT_EQ(set.has_value(), diagnostics.ok());
    return set ? Paths(*set) : diagnostics.Text();
  }

  static std::string Paths(const FileSet& set) {
    std::string out;
    for (const FileSet::File& file : set.files()) out += file.path + " ";
    return out;
  }

 private:
  fs::path before_;
  fs::path root_;
};

TEST_F(FileSetTest, TakesEveryFileInPathOrder) {
  Write("fj/pack.yaml", "id: fj\n");
  Write("fj/policies/b.yaml", "b");
  Write("fj/policies/a.yaml", std::string("a\0\xFF", 3));
  Write("fj/policies-old.yaml", "");
  Write("fj/说明/读我.md", "x");
  Diagnostics diagnostics;
  const auto set = FileSet::FromFolder("fj/", diagnostics);
  ASSERT_TRUE(set) << diagnostics.Text();
  EXPECT_EQ(Paths(*set), "pack.yaml policies-old.yaml policies/a.yaml policies/b.yaml 说明/读我.md ");
  EXPECT_EQ(set->name(), "fj");
  EXPECT_EQ(set->pack_file().bytes, "id: fj\n");
  EXPECT_EQ(set->Find("policies/a.yaml")->bytes, std::string("a\0\xFF", 3));
  EXPECT_EQ(set->Find("policies"), nullptr);
  EXPECT_EQ(set->byte_count(), 12u);
  const auto below = set->Below("policies", {".yaml", ".json"});
  ASSERT_EQ(below.size(), 2u);
  EXPECT_EQ(below[0]->path, "policies/a.yaml");
  EXPECT_TRUE(set->Below("policies", {".csv"}).empty());
}

TEST_F(FileSetTest, LeavesOutHiddenFilesAndBackups) {
  Write("fj/pack.json", "{}");
  for (const char* name : {".git/config", ".a.yaml.swp", "a.yaml~", "#a.yaml#", "a.yaml.bak", "a.yaml.orig",
                           "a.swp", "b~/a.yaml"}) {
    Write(std::string("fj/") + name, "x");
  }
  fs::create_symlink("nobody@nowhere", "fj/.#a.yaml");  // the lock that Emacs leaves
  EXPECT_EQ(Load("fj"), "pack.json ");
  EXPECT_EQ(Load({{"pack.json", "{}"}, {".git/config", "x"}, {"b~/a.yaml", "x"}, {"a.bak", "x"}}),
            "pack.json ");
}

TEST_F(FileSetTest, ReportsAMissingFolder) {
  EXPECT_EQ(Load("packs/fujan"),
            "ZD1050 packs/fujan: there is no such folder; give the folder that holds pack.yaml\n");
  Write("packs/fujian/pack.yaml", "x");
  EXPECT_EQ(Load("packs/fujan"), "ZD1050 packs/fujan: there is no such folder; did you mean packs/fujian?\n");
  EXPECT_EQ(Load("pakcs"), "ZD1050 pakcs: there is no such folder; did you mean packs?\n");
  EXPECT_EQ(Load(""), "ZD1050 there is no such folder; give the folder that holds pack.yaml\n");
  EXPECT_EQ(
      Load("packs/fujian/pack.yaml"),
      "ZD1050 packs/fujian/pack.yaml: this is a file, not a folder; give the folder that holds pack.yaml\n");
}

TEST_F(FileSetTest, SaysWhatAFolderHoldsThatIsNoPack) {
  fs::create_directories("empty");
  EXPECT_EQ(Load("empty"),
            "ZD1052 empty: this is no pack: it has no pack.yaml or pack.json, found nothing; give the "
            "folder that holds pack.yaml\n");
  Write("near/policies/a.yaml", "x");
  Write("near/policies/b.yaml", "x");
  Write("near/pack.yml", "x");
  EXPECT_EQ(Load("near"),
            "ZD1052 near: this is no pack: it has no pack.yaml or pack.json, found pack.yml, policies/; "
            "rename pack.yml to pack.yaml\n");
  Write("above/one/pack.yaml", "x");
  EXPECT_EQ(Load("above"),
            "ZD1052 above: this is no pack: it has no pack.yaml or pack.json, found one/; did you mean "
            "above/one?\n");
  for (int i = 10; i < 25; ++i) Write("many/f" + std::to_string(i), "x");
  EXPECT_EQ(Load("many"),
            "ZD1052 many: this is no pack: it has no pack.yaml or pack.json, found f10, f11, f12, f13, "
            "f14, f15, f16, f17 and 7 more; give the folder that holds pack.yaml\n");
  Write("both/pack.yaml", "x");
  Write("both/pack.json", "x");
  EXPECT_EQ(Load("both"), "ZD1053 both: the pack has both pack.yaml and pack.json; keep one of the two\n");
  EXPECT_EQ(Load(std::map<std::string, std::string>{}),
            "ZD1052 memory: this is no pack: it has no pack.yaml or pack.json, found nothing; give the "
            "folder that holds "
            "pack.yaml\n");
}

TEST_F(FileSetTest, RefusesLinksAndSpecialFiles) {
  Write("fj/pack.yaml", "x");
  Write("outside/secret.yaml", "x");
  fs::create_symlink("../outside/secret.yaml", "fj/a.yaml");
  fs::create_directory_symlink("../outside", "fj/policies");
  ASSERT_EQ(mkfifo("fj/pipe", 0600), 0);
  EXPECT_EQ(Load("fj"),
            "ZD1056 fj/a.yaml: a pack holds no symbolic links; put the file itself there\n"
            "ZD1056 fj/pipe: a pack holds only plain files and folders; move it out of the pack\n"
            "ZD1056 fj/policies: a pack holds no symbolic links; put the file itself there\n");
  // The folder itself may be reached by a link, as `packs/current` often is.
  Write("v2/pack.yaml", "x");
  fs::create_directory_symlink("v2", "current");
  EXPECT_EQ(Load("current"), "pack.yaml ");
}

TEST_F(FileSetTest, RefusesPathsThatLeaveThePack) {
  EXPECT_EQ(Load({{"pack.yaml", "x"},
                  {"../a", "x"},
                  {"/etc/a", "x"},
                  {"a//b", "x"},
                  {"a/./b", "x"},
                  {"a\\b", "x"},
                  {"", "x"},
                  {"a\nb", "x"},
                  {"\xFF", "x"}}),
            "ZD1055 memory: the path has an empty part: \"a//b\"; name files like policies/a.yaml\n"
            "ZD1055 memory: the path has the part \".\": \"a/./b\"; name files like policies/a.yaml\n"
            "ZD1055 memory: the path has the part \"..\": \"../a\"; name files like policies/a.yaml\n"
            "ZD1055 memory: the path holds a backslash: \"a\\\\b\"; name files like policies/a.yaml\n"
            "ZD1055 memory: the path holds a control character: \"a\\nb\"; name files like policies/a.yaml\n"
            "ZD1055 memory: the path is empty: \"\"; name files like policies/a.yaml\n"
            "ZD1055 memory: the path is not UTF-8: \"\xEF\xBF\xBD\"; name files like policies/a.yaml\n"
            "ZD1055 memory: the path is not relative: \"/etc/a\"; name files like policies/a.yaml\n");
  Write("fj/pack.yaml", "x");
  Write("fj/a\\b", "x");
  EXPECT_EQ(Load("fj"), "ZD1055 fj/a\\b: the path holds a backslash; rename it\n");
}

TEST_F(FileSetTest, BoundsThePackBeforeReadingIt) {
  Write("fj/pack.yaml", "x");
  Write("fj/big.csv", "");
  fs::resize_file("fj/big.csv", limits::kPackBytesMax);  // a hole: takes no space
  EXPECT_EQ(Load("fj"),
            "ZD1054 fj: the pack has more bytes than kPackBytesMax = 536870912; move what is no policy "
            "elsewhere, or "
            "split it into several packs\n");
  fs::resize_file("fj/big.csv", 99);
  EXPECT_EQ(Load("fj", 100), "big.csv pack.yaml ");
  EXPECT_EQ(Load("fj", 99),
            "ZD1054 fj: the pack has more bytes than kPackBytesMax = 99; move what is no policy elsewhere, "
            "or split it "
            "into several packs\n");
}

TEST_F(FileSetTest, ReportsAFileThatCannotBeRead) {
  Write("fj/pack.yaml", "x");
  Write("fj/a.yaml", "x");
  fs::permissions("fj/a.yaml", fs::perms::none);
  // Root reads everything, so it becomes nobody for as long as it takes.
  const uid_t user = geteuid();
  fs::permissions(".", fs::perms::all);
  if (user == 0) {
    ASSERT_EQ(seteuid(65534), 0);
  }
  const std::string findings = Load("fj");
  ASSERT_EQ(seteuid(user), 0);
  EXPECT_EQ(findings,
            "ZD1051 fj/a.yaml: the file cannot be read: Permission denied; check its permissions\n");
}

TEST_F(FileSetTest, DigestsPathsLengthsAndBytes) {
  Diagnostics diagnostics;
  const auto digest = [&](std::map<std::string, std::string> files) {
    return FileSet::FromMemory("memory", std::move(files), diagnostics)->Digest();
  };
  const std::string manifest("a.yaml\0002\nhipack.yaml\0003\nid:", 26);
  EXPECT_EQ(digest({{"pack.yaml", "id:"}, {"a.yaml", "hi"}}), "sha256:" + Sha256Hex(manifest));
  // What looks alike when it is only strung together differs.
  EXPECT_NE(digest({{"pack.yaml", "ab"}, {"q", "c"}}), digest({{"pack.yaml", "a"}, {"q", "bc"}}));
  EXPECT_NE(digest({{"pack.yaml", ""}, {"qa", ""}}), digest({{"pack.yaml", ""}, {"q", "a"}}));

  Write("fj/pack.yaml", "id:");
  Write("fj/a.yaml", "hi");
  Write("fj/.hidden", "x");
  EXPECT_EQ(FileSet::FromFolder("fj", diagnostics)->Digest(), "sha256:" + Sha256Hex(manifest));
  EXPECT_TRUE(diagnostics.ok()) << diagnostics.Text();
}

}  // namespace
}  // namespace zhida::pack
