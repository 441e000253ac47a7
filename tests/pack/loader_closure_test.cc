// Packs that use other packs: their order, versions, digest, and the folders they are looked for in.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "engine/pack/version.h"
#include "tests/pack/loader_fixture.h"

namespace zhida::pack {
namespace {

namespace fs = std::filesystem;

constexpr const char* kClosure = R"(
== city/pack.yaml
id: city
version: 2.0.0
title: 市
jurisdiction: 泉州市
kind: firm
uses: [{pack: province, version: ">=1.2, <2"}, {pack: national}]
== city/policies/c.yaml
{id: c, clauses: [{id: k, when: 大企业, article: 一}]}
== city/cases/a.yaml
{id: t, as_of: 2026-01-01, facts: {uscc: X}, expect: {policies: {a: {outcome: eligible}}}}
== province/pack.yaml
id: province
version: 1.10.0
kind: firm
uses: [{pack: national, version: "1"}]
== province/definitions/a.yaml
{id: big, name: 大企业, is: 'staff > 100'}
== province/policies/b.yaml
{id: b, clauses: [{id: k, when: 大企业, article: 一}]}
== national/pack.yaml
id: national
version: 1.0.3
kind: firm
== national/schema.yaml
key: uscc
facts: [{id: uscc, name: 信用代码, type: string}, {id: staff, name: 从业人数, type: integer}]
== national/policies/a.yaml
{id: a, clauses: [{id: k, when: 'staff > 1', article: 一}]}
== national/cases/a.yaml
{id: t, as_of: 2026-01-01, facts: {uscc: X}, expect: {policies: {a: {outcome: eligible}}}}
)";

TEST(LoaderTest, UsedPacksComeFirst) {
  const PackPtr pack = Load(FilesOf(kClosure));
  ASSERT_NE(pack, nullptr);
  EXPECT_EQ(pack->id, "city");
  EXPECT_EQ(pack->version, "2.0.0");
  EXPECT_EQ(pack->uses, (std::vector<std::string>{"national", "province"}));
  std::string policies;
  for (const Policy& policy : pack->policies) policies += policy.id + "@" + policy.where.file + " ";
  EXPECT_EQ(policies, "a@national/policies/a.yaml b@province/policies/b.yaml c@city/policies/c.yaml ");
  ASSERT_EQ(pack->cases.size(), 1u) << "only own cases";
  EXPECT_EQ(pack->cases[0].where.file, "city/cases/a.yaml");
}

TEST(LoaderTest, PacksThatAreAskedForTogetherAreJoined) {
  Files files = FilesOf(kClosure);
  for (auto file = files.begin(); file != files.end();) {
    file = file->first.starts_with("city/") ? files.erase(file) : std::next(file);
  }
  files["island/pack.yaml"] = "id: island\nversion: 1.0.0\ntitle: 岛\nkind: firm\nuses: [{pack: national}]\n";
  files["island/policies/i.yaml"] = "{id: i, clauses: [{id: k, when: 'staff > 1', article: 一}]}\n";
  const PackPtr pack = Load(files);
  ASSERT_NE(pack, nullptr);
  EXPECT_EQ(pack->id, "island+province");
  EXPECT_EQ(pack->version, "1.0.0+1.10.0");
  EXPECT_EQ(pack->title, "岛 + province");
  EXPECT_EQ(pack->uses, std::vector<std::string>{"national"});
  EXPECT_EQ(pack->policies.size(), 3u);
}

TEST(LoaderTest, DigestCoversTheClosureWithoutCasesAndNotes) {
  const Files files = FilesOf(kClosure);
  const std::string digest = Load(files)->digest;
  EXPECT_EQ(digest.size(), std::string("sha256:").size() + 64);
  EXPECT_EQ(Load(files)->digest, digest);
  for (const auto& [path, bytes] : files) {
    Files changed = files;
    changed[path] += "# one more line\n";
    const bool is_case = path.find("/cases/") != std::string::npos;
    EXPECT_EQ(Load(changed)->digest == digest, is_case) << path;
  }
  Files more = files;
  more["city/README.md"] = "for people";
  more["city/cases/b.yaml"] = "{id: u, as_of: 2026-01-01, facts: {uscc: X}, expect: {rejected: true}}";
  EXPECT_EQ(Load(more)->digest, digest);
  more["city/policies/d.yaml"] = "{id: d, clauses: [{id: k, when: 'staff > 1', article: 一}]}";
  EXPECT_NE(Load(more)->digest, digest);
}

TEST(LoaderTest, VersionConditions) {
  struct VersionCase {
    const char* version;
    const char* wanted;
    bool satisfied;
  };
  const VersionCase cases[] = {
      {"1.2.7", "1.2", true},     {"1.3.0", "1.2", false},   {"1.20", "1.2", false},
      {"1", "1.0", true},         {"1.10", ">=1.9", true},   {"1.9", ">=1.10", false},
      {"1.2.0", "==1.2", true},   {"1.2.1", "==1.2", false}, {"1.2", ">=1.2, <2", true},
      {"2.0", ">=1.2,<2", false}, {"1.2", ">1.2", false},    {"1.2", "<=1.2.0", true},
  };
  for (const VersionCase& test : cases) {
    EXPECT_EQ(VersionSatisfies(*ParseVersion(test.version), test.wanted), test.satisfied)
        << test.version << " " << test.wanted;
  }
  for (const char* wrong : {"", "1.", "v1", "1.2.3.4.5", "1.-2", "1 2", "12345678901"})
    EXPECT_FALSE(ParseVersion(wrong)) << wrong;
  EXPECT_FALSE(VersionSatisfies({1}, "~1.2"));
}

class FolderTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::path(testing::TempDir()) / ("zhida_loader_" + std::to_string(::getpid()));
    fs::remove_all(root_);
  }
  void TearDown() override { fs::remove_all(root_); }

  void Write(const Files& files) {
    for (const auto& [path, bytes] : files) {
      fs::create_directories((root_ / path).parent_path());
      std::ofstream(root_ / path) << bytes;
    }
  }
  PackPtr LoadFolders(const std::vector<std::string>& folders, const LoadOptions& options = {}) {
    Diagnostics diagnostics;
    std::vector<std::string> places;
    for (const std::string& folder : folders) places.push_back((root_ / folder).string());
    PackPtr pack = LoadPack(places, options, &diagnostics);
    said_ = diagnostics.Text();
    for (size_t at = 0; (at = said_.find(root_.string(), at)) != std::string::npos;)
      said_.replace(at, root_.string().size(), "ROOT");
    return pack;
  }

  fs::path root_;
  std::string said_;
};

TEST_F(FolderTest, FindsUsedPacksBesideThePack) {
  Write(FilesOf(kClosure));
  const PackPtr pack = LoadFolders({"city/"});
  ASSERT_NE(pack, nullptr) << said_;
  EXPECT_EQ(pack->digest, Load(FilesOf(kClosure))->digest) << "the same from memory and from a folder";
  EXPECT_EQ(pack->policies[0].where.file, "national/policies/a.yaml") << "absolute paths are cut in messages";
  EXPECT_EQ(LoadFolders({"city", "city", "province"})->cases.size(), 1u);
}

TEST_F(FolderTest, RelativeFoldersStayAsGiven) {
  Write(FilesOf(kClosure));
  const fs::path before = fs::current_path();
  fs::current_path(root_);
  Diagnostics diagnostics;
  const PackPtr pack = LoadPack({"./city"}, {}, &diagnostics);
  fs::current_path(root_ / "city");
  const PackPtr inside = LoadPack({"."}, {}, &diagnostics);
  fs::current_path(before);
  ASSERT_TRUE(diagnostics.ok()) << diagnostics.Text();
  EXPECT_EQ(pack->policies[2].where.file, "city/policies/c.yaml");
  EXPECT_EQ(inside->policies[2].where.file, "policies/c.yaml");
  EXPECT_EQ(inside->policies[0].where.file, "../national/policies/a.yaml");
}

TEST_F(FolderTest, LooksAlongTheSearchPath) {
  Write(FilesOf(kClosure));
  fs::create_directories(root_ / "packs");
  fs::rename(root_ / "national", root_ / "packs" / "national");
  EXPECT_EQ(LoadFolders({"city"}), nullptr);
  EXPECT_EQ(said_,
            "ZD2033 city/pack.yaml:6:55: there is no pack \"national\"; looked for in ROOT; put its folder "
            "there, or name "
            "its place in the search path\n")
      << "and nothing about the names that the pack would have brought";
  LoadOptions options;
  options.search_path = {(root_ / "packs").string()};
  EXPECT_NE(LoadFolders({"city"}, options), nullptr) << said_;
}

TEST_F(FolderTest, SaysWhatIsWrongWithFolders) {
  Write(FilesOf(kClosure));
  fs::rename(root_ / "national", root_ / "natoinal");
  EXPECT_EQ(LoadFolders({"city"}), nullptr);
  EXPECT_NE(said_.find("did you mean \"natoinal\"?"), std::string::npos) << said_;
  EXPECT_EQ(LoadFolders({"ctiy"}), nullptr);
  EXPECT_EQ(said_, "ZD1050 ROOT/ctiy: there is no such folder; did you mean ROOT/city?\n");
  EXPECT_EQ(LoadFolders({}), nullptr);
  EXPECT_EQ(said_, "ZD2037 no pack is given; name a folder that holds pack.yaml\n");
  Write({{"national/pack.yaml", "id: other\nversion: 1.0.3\nkind: firm\n"}});
  EXPECT_EQ(LoadFolders({"city"}), nullptr);
  EXPECT_EQ(said_,
            "ZD2036 national/pack.yaml:1:5: the folder ROOT/national holds the pack \"other\", but is used "
            "as \"national\" at "
            "city/pack.yaml:6:55; give pack and folder the same name\n");
}

TEST_F(FolderTest, BytesAreBoundedOverTheClosure) {
  Write(FilesOf(kClosure));
  LoadOptions options;
  options.bytes_max = 500;
  EXPECT_EQ(LoadFolders({"city"}, options), nullptr);
  EXPECT_NE(said_.find("ZD1054"), std::string::npos) << said_;
}

}  // namespace
}  // namespace zhida::pack
