#include "engine/pack/closure.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "engine/base/limits.h"
#include "engine/base/text.h"
#include "engine/pack/ids.h"
#include "engine/pack/json_reader.h"
#include "engine/pack/yaml_reader.h"

namespace zhida::pack {
namespace {

namespace fs = std::filesystem;

std::string LastPart(const std::string& folder) {
  const fs::path path(folder);
  return path.has_filename() ? path.filename().string() : path.parent_path().filename().string();
}

// A folder as people write it, without `./`, `a/../b` and a slash at the end.
std::string PlainFolder(const std::string& folder) {
  std::string plain = fs::path(folder).lexically_normal().string();
  while (plain.size() > 1 && plain.ends_with('/')) plain.pop_back();
  return plain.empty() ? "." : plain;
}

// Long absolute paths say little in messages: there the folder's own name stands.
std::string LabelOf(const std::string& folder) {
  if (folder == ".") return "";
  return (fs::path(folder).is_absolute() ? LastPart(folder) : folder) + "/";
}

constexpr Named<bool> kStatuses[] = {{"sample", false}, {"official", true}};

PackUse ReadUse(const Node& node, Diagnostics& diagnostics) {
  MappingReader reader(node, diagnostics, "an item of \"uses\"");
  PackUse use;
  use.where = node.Where();
  use.pack = ReadId(reader, "pack", IdForm::kDashed);
  if (const Node* pack = node.Find("pack")) use.where = pack->Where();
  use.version = reader.OptionalString("version").value_or("");
  use.version_where = use.where;
  if (const Node* version = node.Find("version")) use.version_where = version->Where();
  if (!use.version.empty() && !VersionSatisfies({0}, use.version)) {
    reader.Error("version", "ZD2031", JsonQuote(use.version) + " is no condition on a version",
                 "write \">=1.2\", \"==1.2.0\" or \"1.2\"");
    use.version.clear();
  }
  reader.Finish();
  return use;
}

void ReadPackFile(SourcePack& source, Diagnostics& diagnostics) {
  const FileSet::File& file = source.files.pack_file();
  source.where = {source.FileLabel(file.path)};
  source.kind_where = source.where;
  const std::unique_ptr<const Tree> tree = ReadTree(source, file, diagnostics);
  if (tree == nullptr) return;
  MappingReader reader(tree->root(), diagnostics, "pack.yaml");
  source.id = ReadId(reader, "id", IdForm::kDashed);
  if (const Node* id = tree->root().Find("id")) source.where = id->Where();
  source.version = reader.RequiredString("version");
  if (!source.version.empty() && !ParseVersion(source.version)) {
    reader.Error("version", "ZD2030", JsonQuote(source.version) + " is no version", "write it like 1.0.0");
  }
  source.title = reader.OptionalString("title").value_or(source.id);
  source.jurisdiction = reader.OptionalString("jurisdiction").value_or("");
  source.kind = ReadId(reader, "kind", IdForm::kDashed);
  if (const Node* kind = tree->root().Find("kind")) source.kind_where = kind->Where();
  source.official = reader.Enum("status", kStatuses, false);
  for (const Node* use : reader.List("uses")) source.uses.push_back(ReadUse(*use, diagnostics));
  reader.Finish();
}

// Opens packs, each once, until everything that is used is there, and puts them into order.
class Opener {
 public:
  explicit Opener(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}
  virtual ~Opener() = default;

  // nullptr after a report. A pack whose pack.yaml cannot be read goes by the name of its folder.
  SourcePack* Add(FileSet files, const std::string& folder, const std::string& label, bool asked) {
    SourcePack source{folder, label, std::move(files), asked, "", "", "", "", "", false, {}, {}, {}};
    ReadPackFile(source, diagnostics_);
    if (source.id.empty()) source.id = LastPart(folder);
    for (const SourcePack& other : packs_) {
      if (other.id != source.id) continue;
      diagnostics_.Error(
          "ZD2032", source.where,
          "the pack id " + JsonQuote(source.id) + " is already used at " + PlaceText(other.where),
          "load only one of the two packs, or rename one");
      whole_ = false;
      return nullptr;
    }
    packs_.push_back(std::move(source));
    return &packs_.back();
  }

  SourcePack* Find(const std::string& id) {
    const auto found =
        std::find_if(packs_.begin(), packs_.end(), [&id](const SourcePack& pack) { return pack.id == id; });
    return found == packs_.end() ? nullptr : &*found;
  }

  Closure InOrder() {
    OpenUsed();
    for (const SourcePack& pack : packs_) CheckUses(pack);
    state_.assign(packs_.size(), State::kNew);
    for (size_t i = 0; i < packs_.size(); ++i) {
      if (packs_[i].asked) Visit(i);
    }
    Closure closure;
    closure.whole = whole_;
    for (const size_t i : order_) closure.packs.push_back(std::move(packs_[i]));
    return closure;
  }

 protected:
  // Opens the pack that `use` of packs()[user] names; reports if it is not there.
  virtual void Open(size_t user, const PackUse& use) = 0;

  Diagnostics& diagnostics() { return diagnostics_; }
  std::vector<SourcePack>& packs() { return packs_; }
  void NotWhole() { whole_ = false; }

 private:
  enum class State : uint8_t { kNew, kOpen, kDone };

  void OpenUsed() {
    std::set<std::string> missing;
    for (size_t i = 0; i < packs_.size(); ++i) {
      // A copy, because opening a pack moves the others.
      const std::vector<PackUse> uses = packs_[i].uses;
      for (const PackUse& use : uses) {
        if (use.pack.empty() || Find(use.pack) != nullptr || missing.count(use.pack) > 0) continue;
        if (packs_.size() >= kClosurePacksMax) {
          diagnostics_.Error(
              "ZD2016", use.where,
              "more packs are used than kClosurePacksMax = " + std::to_string(kClosurePacksMax),
              "join some of them");
          whole_ = false;
          return;
        }
        Open(i, use);
        if (Find(use.pack) == nullptr) missing.insert(use.pack);
      }
    }
    whole_ = whole_ && missing.empty();
  }

  void CheckUses(const SourcePack& user) {
    for (const PackUse& use : user.uses) {
      const SourcePack* used = Find(use.pack);
      const std::optional<Version> version = used == nullptr ? std::nullopt : ParseVersion(used->version);
      if (use.version.empty() || !version || VersionSatisfies(*version, use.version).value_or(true)) continue;
      diagnostics_.Error(
          "ZD2034", use.version_where,
          "pack " + use.pack + " has version " + used->version + ", but " + user.id + " needs " + use.version,
          "get a fitting version of " + use.pack + ", or change the condition");
    }
  }

  void Visit(size_t i) {
    state_[i] = State::kOpen;
    path_.push_back(i);
    for (const PackUse& use : packs_[i].uses) {
      const SourcePack* used = Find(use.pack);
      if (used == nullptr) continue;
      const auto next = static_cast<size_t>(used - packs_.data());
      if (state_[next] == State::kNew) Visit(next);
      if (state_[next] == State::kOpen) ReportCircle(next, use.where);
    }
    path_.pop_back();
    state_[i] = State::kDone;
    order_.push_back(i);
  }

  void ReportCircle(size_t first, const Location& where) {
    std::string circle;
    for (auto at = std::find(path_.begin(), path_.end(), first); at != path_.end(); ++at) {
      circle += packs_[*at].id + " -> ";
    }
    diagnostics_.Error("ZD2035", where, "packs use each other in a circle: " + circle + packs_[first].id,
                       "move what both need into a third pack");
  }

  Diagnostics& diagnostics_;
  bool whole_ = true;
  std::vector<SourcePack> packs_;
  std::vector<State> state_;
  std::vector<size_t> path_;
  std::vector<size_t> order_;
};

class FolderOpener : public Opener {
 public:
  FolderOpener(const LoadOptions& options, Diagnostics& diagnostics)
      : Opener(diagnostics),
        options_(options),
        bytes_left_(options.bytes_max == 0 ? limits::kPackBytesMax : options.bytes_max) {}

  void Ask(const std::string& folder) {
    const std::string plain = PlainFolder(folder);
    const bool repeated = std::any_of(packs().begin(), packs().end(),
                                      [&plain](const SourcePack& pack) { return pack.folder == plain; });
    if (!repeated && AddFolder(plain, true) == nullptr) NotWhole();
  }

 protected:
  void Open(size_t user, const PackUse& use) override {
    std::vector<std::string> places = {PlainFolder(packs()[user].folder + "/..")};
    for (const std::string& place : options_.search_path) places.push_back(PlainFolder(place));
    std::vector<std::string> neighbours;
    for (const std::string& place : places) {
      const std::string folder = PlainFolder(place + "/" + use.pack);
      std::error_code error;
      if (fs::is_directory(folder, error)) {
        const SourcePack* pack = AddFolder(folder, false);
        if (pack != nullptr && pack->id != use.pack) ReportOtherId(*pack, use);
        return;
      }
      AddPackFolders(place, &neighbours);
    }
    const std::string near = NearestName(use.pack, neighbours);
    diagnostics().Error("ZD2033", use.where,
                        "there is no pack " + JsonQuote(use.pack) + "; looked for in " + Join(places, ", "),
                        near.empty() ? "put its folder there, or name its place in the search path"
                                     : "did you mean " + JsonQuote(near) + "?");
  }

 private:
  SourcePack* AddFolder(const std::string& folder, bool asked) {
    std::optional<FileSet> files =
        FileSet::FromFolder(folder, diagnostics(), std::max<size_t>(bytes_left_, 1));
    if (!files) return nullptr;
    bytes_left_ -= std::min(bytes_left_, files->byte_count());
    return Add(std::move(*files), folder, LabelOf(folder), asked);
  }

  static void AddPackFolders(const std::string& place, std::vector<std::string>* names) {
    std::error_code error;
    for (fs::directory_iterator entry(place, error), end; !error && entry != end; entry.increment(error)) {
      const bool is_pack =
          fs::exists(entry->path() / "pack.yaml", error) || fs::exists(entry->path() / "pack.json", error);
      if (is_pack) names->push_back(entry->path().filename().string());
    }
    std::sort(names->begin(), names->end());
  }

  void ReportOtherId(const SourcePack& pack, const PackUse& use) {
    diagnostics().Error("ZD2036", pack.where,
                        "the folder " + pack.folder + " holds the pack " + JsonQuote(pack.id) +
                            ", but is used as " + JsonQuote(use.pack) + " at " + PlaceText(use.where),
                        "give pack and folder the same name");
  }

  const LoadOptions& options_;
  size_t bytes_left_;
};

class MemoryOpener : public Opener {
 public:
  using Opener::Opener;

  void Add(std::optional<FileSet> files, const std::string& folder) {
    if (files) {
      Opener::Add(*std::move(files), folder, folder.empty() ? "" : folder + "/", false);
    } else {
      NotWhole();
    }
  }

  // All files are given, so those packs are meant that no other one uses; in a circle, all.
  void AskForUnused() {
    std::set<std::string> used;
    for (const SourcePack& pack : packs()) {
      for (const PackUse& use : pack.uses) used.insert(use.pack);
    }
    const auto is_used = [&used](const SourcePack& pack) { return used.count(pack.id) > 0; };
    const bool circle = std::all_of(packs().begin(), packs().end(), is_used);
    for (SourcePack& pack : packs()) pack.asked = circle || !is_used(pack);
  }

 protected:
  void Open(size_t, const PackUse& use) override {
    std::vector<std::string> ids;
    for (const SourcePack& pack : packs()) ids.push_back(pack.id);
    const std::string near = NearestName(use.pack, ids);
    diagnostics().Error("ZD2033", use.where,
                        "there is no pack " + JsonQuote(use.pack) + " among the files given",
                        near.empty() ? "add its files" : "did you mean " + JsonQuote(near) + "?");
  }
};

}  // namespace

std::unique_ptr<const Tree> ReadTree(const SourcePack& source, const FileSet::File& file,
                                     Diagnostics& diagnostics) {
  std::string label = source.FileLabel(file.path);
  return file.path.ends_with(".json") ? ReadJson(file.bytes, std::move(label), diagnostics)
                                      : ReadYaml(file.bytes, std::move(label), diagnostics);
}

Closure OpenFolders(const std::vector<std::string>& folders, const LoadOptions& options,
                    Diagnostics& diagnostics) {
  if (folders.empty())
    diagnostics.Error("ZD2037", {}, "no pack is given", "name a folder that holds pack.yaml");
  FolderOpener opener(options, diagnostics);
  for (const std::string& folder : folders) opener.Ask(folder);
  return opener.InOrder();
}

Closure OpenFiles(const std::map<std::string, std::string>& files, Diagnostics& diagnostics) {
  if (files.empty()) diagnostics.Error("ZD2037", {}, "no pack is given", "name files, one of them pack.yaml");
  std::map<std::string, std::map<std::string, std::string>> folders;
  const bool single = files.count("pack.yaml") > 0 || files.count("pack.json") > 0;
  for (const auto& [path, bytes] : files) {
    const size_t slash = single ? std::string::npos : path.find('/');
    if (slash != std::string::npos) {
      folders[path.substr(0, slash)][path.substr(slash + 1)] = bytes;
    } else {
      folders[""][path] = bytes;
    }
  }
  MemoryOpener opener(diagnostics);
  size_t bytes_left = limits::kPackBytesMax;
  for (auto& [folder, inner] : folders) {
    // Beside the folders of packs only notes for people may stand.
    if (folder.empty() && folders.size() > 1) continue;
    std::optional<FileSet> set = FileSet::FromMemory(folder.empty() ? "pack" : folder, std::move(inner),
                                                     diagnostics, std::max<size_t>(bytes_left, 1));
    if (set) bytes_left -= std::min(bytes_left, set->byte_count());
    opener.Add(std::move(set), folder);
  }
  opener.AskForUnused();
  return opener.InOrder();
}

}  // namespace zhida::pack
