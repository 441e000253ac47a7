#include "engine/pack/tree.h"

#include <algorithm>
#include <charconv>
#include <memory>
#include <numeric>
#include <type_traits>

#include "engine/base/limits.h"
#include "engine/base/text.h"

namespace zhida::pack {
namespace {

// The arena frees memory without running destructors.
static_assert(std::is_trivially_destructible_v<Node> && std::is_trivially_destructible_v<Entry>);

// What stands at a node, as the author sees it: `"abc"`, `a list`.
std::string Found(const Node& node) {
  if (!node.is_scalar()) return std::string(KindName(node.kind()));
  return std::string(node.quoted() ? "the quoted text " : "") += Excerpt(node.text());
}

bool IsWholeNumber(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  // A leading zero is refused: some tools read 010 as eight.
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::nullopt_t Wrong(const Node& node, std::string_view label, std::string_view expected, const char* code,
                     std::string mend, Diagnostics& diagnostics) {
  diagnostics.Error(code, node.Where(),
                    std::string(label) + " must be " + std::string(expected) + ", found " + Found(node),
                    std::move(mend));
  return std::nullopt;
}

template <class T>
const T* CopyToArena(std::span<const T> values, size_t extra_bytes,
                     std::pmr::monotonic_buffer_resource* arena) {
  void* memory = arena->allocate(values.size_bytes() + extra_bytes, alignof(T));
  return std::uninitialized_copy(values.begin(), values.end(), static_cast<T*>(memory)) - values.size();
}

}  // namespace

std::string_view KindName(Node::Kind kind) {
  switch (kind) {
    case Node::Kind::kNull:
      return "nothing";
    case Node::Kind::kScalar:
      return "text";
    case Node::Kind::kSequence:
      return "a list";
    case Node::Kind::kMapping:
      return "a mapping";
  }
  return "nothing";
}

std::string Excerpt(std::string_view text) {
  constexpr size_t kCodePointsMax = 40;
  size_t offset = 0;
  for (size_t count = 0; offset < text.size(); ++count) {
    if (count == kCodePointsMax) return JsonQuote(std::string(text.substr(0, offset)) + "…");
    NextCodePoint(text, &offset);
  }
  return JsonQuote(text);
}

std::string_view Node::text() const {
  if (kind_ != Kind::kScalar) return {};
  return {static_cast<const char*>(data_), size_};
}

std::span<const Node> Node::items() const {
  if (kind_ != Kind::kSequence) return {};
  return {static_cast<const Node*>(data_), size_};
}

std::span<const Entry> Node::entries() const {
  if (kind_ != Kind::kMapping) return {};
  return {static_cast<const Entry*>(data_), size_};
}

const Entry* Node::FindEntry(std::string_view key) const {
  const std::span<const Entry> all = entries();
  if (all.size() < kIndexedFrom) {
    for (const Entry& entry : all) {
      if (entry.key == key) return &entry;
    }
    return nullptr;
  }
  // Behind its entries a large mapping keeps their numbers in the order of their keys.
  const auto* by_key = reinterpret_cast<const uint32_t*>(all.data() + all.size());
  const auto* found =
      std::lower_bound(by_key, by_key + all.size(), key,
                       [&](uint32_t i, std::string_view wanted) { return all[i].key < wanted; });
  return found != by_key + all.size() && all[*found].key == key ? &all[*found] : nullptr;
}

const Node* Node::Find(std::string_view key) const {
  const Entry* entry = FindEntry(key);
  return entry == nullptr ? nullptr : &entry->value;
}

Location Node::WhereInText(size_t offset) const {
  const std::string_view before = text().substr(0, offset);
  Location where = Where();
  if (block_indent_ > 0) {
    const size_t line_break = before.rfind('\n');
    const size_t line_start = line_break == std::string_view::npos ? 0 : line_break + 1;
    where.line += 1 + static_cast<int>(std::count(before.begin(), before.end(), '\n'));
    where.column = block_indent_ + 1 + static_cast<int>(CodePointCount(before.substr(line_start)));
    return where;
  }
  // If the text and its quotes take exactly the space between begin and end, it was written without escapes.
  const int quotes = quoted_ ? 2 : 0;
  const int width = static_cast<int>(CodePointCount(text()));
  if (begin_.line != end_.line || end_.column - begin_.column != width + quotes) return where;
  where.column += quotes / 2 + static_cast<int>(CodePointCount(before));
  return where;
}

TreeBuilder::TreeBuilder(std::string file, Diagnostics& diagnostics)
    : tree_(new Tree(std::move(file))), diagnostics_(diagnostics) {}

std::string_view TreeBuilder::Keep(std::string_view text) {
  if (text.empty()) return {};
  auto* copy = static_cast<char*>(tree_->arena_.allocate(text.size(), 1));
  std::copy(text.begin(), text.end(), copy);
  return {copy, text.size()};
}

Node TreeBuilder::NewNode(Node::Kind kind, Position begin, Position end) const {
  Node node;
  node.kind_ = kind;
  node.begin_ = begin;
  node.end_ = end;
  node.file_ = &tree_->file_;
  return node;
}

bool TreeBuilder::Mistake(std::string code, Position where, std::string what, std::string mend) {
  ++mistake_count_;
  const Location location{tree_->file_, where.line, where.column};
  if (mistake_count_ <= kFileMistakesMax) {
    diagnostics_.Error(std::move(code), location, std::move(what), std::move(mend));
  } else if (mistake_count_ == kFileMistakesMax + 1) {
    diagnostics_.Error("ZD1009", location,
                       "this file has more than " + std::to_string(kFileMistakesMax) +
                           " mistakes (kFileMistakesMax), the rest is not read",
                       "mend those reported and try again");
  }
  return !gave_up();
}

bool TreeBuilder::ReportTooDeep(Position where) {
  Mistake("ZD1006", where, "nesting is deeper than kTreeDepthMax = " + std::to_string(limits::kTreeDepthMax),
          "flatten the data");
  return false;
}

bool TreeBuilder::Open(Node::Kind kind, Position begin) {
  if (frames_.size() >= static_cast<size_t>(limits::kTreeDepthMax)) return ReportTooDeep(begin);
  Frame frame;
  frame.mapping = kind == Node::Kind::kMapping;
  frame.begin = begin;
  frame.first = frame.mapping ? entries_.size() : items_.size();
  frames_.push_back(frame);
  return true;
}

void TreeBuilder::Key(std::string_view text, Position begin) {
  Frame& frame = frames_.back();
  frame.has_key = true;
  frame.key = Keep(text);
  frame.key_begin = begin;
}

void TreeBuilder::DropKey() {
  frames_.back().has_key = true;
  frames_.back().drop = true;
}

void TreeBuilder::Null(Position begin, Position end) { AddValue(NewNode(Node::Kind::kNull, begin, end)); }

void TreeBuilder::Scalar(std::string_view text, bool quoted, Position begin, Position end,
                         uint16_t block_indent) {
  Node node = NewNode(Node::Kind::kScalar, begin, end);
  const std::string_view kept = Keep(text);
  node.quoted_ = quoted;
  node.block_indent_ = block_indent;
  node.size_ = static_cast<uint32_t>(kept.size());
  node.data_ = kept.data();
  AddValue(node);
}

void TreeBuilder::AddValue(const Node& node) {
  if (++node_count_ == kFileNodesMax + 1) {
    Mistake("ZD1008", node.begin(),
            "this file has more values than kFileNodesMax = " + std::to_string(kFileNodesMax),
            "split it, or write a table as CSV");
  }
  if (frames_.empty()) {
    tree_->root_ = node;
    return;
  }
  Frame& frame = frames_.back();
  if (!frame.mapping) {
    items_.push_back(node);
    return;
  }
  if (!frame.drop) entries_.push_back({frame.key, frame.key_begin, node});
  frame.has_key = false;
  frame.drop = false;
}

void TreeBuilder::Close(std::optional<Position> end) {
  const Frame frame = frames_.back();
  frames_.pop_back();
  Node node = frame.mapping ? CloseMapping(frame) : CloseSequence(frame);
  if (end) node.end_ = *end;
  AddValue(node);
}

Node TreeBuilder::CloseSequence(const Frame& frame) {
  const std::span<const Node> items = std::span<const Node>(items_).subspan(frame.first);
  Node node = NewNode(Node::Kind::kSequence, frame.begin, items.empty() ? frame.begin : items.back().end());
  node.size_ = static_cast<uint32_t>(items.size());
  if (!items.empty()) node.data_ = CopyToArena(items, 0, &tree_->arena_);
  items_.resize(frame.first);
  return node;
}

Node TreeBuilder::CloseMapping(const Frame& frame) {
  const std::span<const Entry> entries = std::span<const Entry>(entries_).subspan(frame.first);
  Node node =
      NewNode(Node::Kind::kMapping, frame.begin, entries.empty() ? frame.begin : entries.back().value.end());
  node.size_ = static_cast<uint32_t>(entries.size());
  if (!entries.empty()) {
    by_key_.resize(entries.size());
    std::iota(by_key_.begin(), by_key_.end(), 0);
    std::sort(by_key_.begin(), by_key_.end(), [&](uint32_t a, uint32_t b) {
      const int order = entries[a].key.compare(entries[b].key);
      return order != 0 ? order < 0 : a < b;
    });
    ReportRepeats(entries);
    const size_t index_bytes = entries.size() < Node::kIndexedFrom ? 0 : by_key_.size() * sizeof(uint32_t);
    const Entry* kept = CopyToArena(entries, index_bytes, &tree_->arena_);
    if (index_bytes > 0) {
      void* index = const_cast<Entry*>(kept + entries.size());
      std::uninitialized_copy(by_key_.begin(), by_key_.end(), static_cast<uint32_t*>(index));
    }
    node.data_ = kept;
  }
  entries_.resize(frame.first);
  return node;
}

void TreeBuilder::ReportRepeats(std::span<const Entry> entries) {
  size_t first = 0;  // the first entry with the present key
  for (size_t i = 1; i < by_key_.size(); ++i) {
    const Entry& entry = entries[by_key_[i]];
    if (entry.key != entries[by_key_[first]].key) {
      first = i;
      continue;
    }
    const int line = entries[by_key_[first]].key_begin.line;
    const std::string place =
        line == entry.key_begin.line ? "on this line" : "on line " + std::to_string(line);
    if (!Mistake("ZD1007", entry.key_begin, "key " + Excerpt(entry.key) + " is already given " + place,
                 "keep one of the two")) {
      return;
    }
  }
}

std::unique_ptr<const Tree> TreeBuilder::Finish() {
  if (mistake_count_ > 0) return nullptr;
  return std::move(tree_);
}

std::optional<std::string> ReadText(const Node& node, std::string_view label, Diagnostics& diagnostics) {
  if (node.is_scalar()) return std::string(node.text());
  // `{name}` after a colon is the usual slip: braces and brackets begin structures.
  return Wrong(node, label, "text", "ZD2004", "write one text, in quotes if it begins with \"{\" or \"[\"",
               diagnostics);
}

std::optional<bool> ReadBool(const Node& node, std::string_view label, Diagnostics& diagnostics) {
  if (node.is_scalar() && !node.quoted() && node.text() == "true") return true;
  if (node.is_scalar() && !node.quoted() && node.text() == "false") return false;
  return Wrong(node, label, "true or false", "ZD2006",
               "write true or false, in small letters and without quotes", diagnostics);
}

std::optional<int64_t> ReadInt(const Node& node, int64_t min, int64_t max, std::string_view label,
                               Diagnostics& diagnostics) {
  const std::string_view text = node.text();
  if (node.is_scalar() && !node.quoted() && IsWholeNumber(text)) {
    int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && value >= min && value <= max) return value;
  }
  std::string expected = "a whole number from " + std::to_string(min) + " to " + std::to_string(max);
  if (max == std::numeric_limits<int64_t>::max())
    expected = "a whole number from " + std::to_string(min) + " up";
  return Wrong(node, label, expected, "ZD2007",
               "write digits only, without quotes, separators or leading zeros", diagnostics);
}

std::optional<Date> ReadDate(const Node& node, std::string_view label, Diagnostics& diagnostics) {
  if (node.is_scalar()) {
    if (std::optional<Date> value = Date::Parse(node.text())) return value;
  }
  return Wrong(node, label, "a date", "ZD2009", "write a day of the calendar as 2025-09-30", diagnostics);
}

std::optional<size_t> ReadChoice(const Node& node, std::span<const std::string_view> names,
                                 std::string_view label, Diagnostics& diagnostics) {
  if (node.is_scalar()) {
    const auto* const found = std::find(names.data(), names.data() + names.size(), node.text());
    if (found != names.data() + names.size()) return static_cast<size_t>(found - names.data());
  }
  const std::vector<std::string> words(names.begin(), names.end());
  const std::string near = NearestName(node.text(), words);
  return Wrong(node, label, "one of " + Join(words, ", "), "ZD2010",
               near.empty() ? "" : "did you mean " + JsonQuote(near) + "?", diagnostics);
}

MappingReader::MappingReader(const Node& node, Diagnostics& diagnostics, std::string what)
    : node_(node), diagnostics_(diagnostics), what_(std::move(what)) {
  known_.reserve(kUsualKeys);
  if (node.is_mapping()) return;
  ok_ = false;
  std::string mend = "write lines of the form \"key: value\"";
  // Two slips turn a mapping into one text: no space behind the colon, and the colon of Chinese keyboards.
  if (node.text().find("：") != std::string_view::npos) {
    mend = "write the colon as \": \", not as the full-width \"：\"";
  } else if (!node.quoted() && node.text().find(':') != std::string_view::npos) {
    mend = "put a space after the colon: \"key: value\"";
  }
  diagnostics.Error("ZD2001", node.Where(), what_ + " must be a mapping, found " + Found(node),
                    std::move(mend));
}

std::string MappingReader::Label(std::string_view key) const { return JsonQuote(key) + " in " + what_; }

const Entry* MappingReader::Seek(std::string_view key) {
  known_.push_back(key);
  return node_.FindEntry(key);
}

bool MappingReader::Has(std::string_view key) { return Seek(key) != nullptr; }

const Node* MappingReader::Optional(std::string_view key) {
  const Entry* entry = Seek(key);
  return entry == nullptr || entry->value.is_null() ? nullptr : &entry->value;
}

const Node* MappingReader::Required(std::string_view key) {
  const Node* value = Optional(key);
  if (value != nullptr || !is_mapping()) return value;
  ok_ = false;
  if (const Entry* entry = node_.FindEntry(key)) {
    diagnostics_.Error("ZD2005", entry->KeyWhere(), Label(key) + " has no value",
                       "write one behind the colon");
  } else {
    diagnostics_.Error("ZD2002", node_.Where(), what_ + " lacks the key " + JsonQuote(key), "add it");
  }
  return nullptr;
}

const Node* MappingReader::OfKind(const Node* value, std::string_view key, Node::Kind kind,
                                  std::string_view mend) {
  if (value == nullptr || value->kind() == kind) return value;
  ok_ = false;
  Wrong(*value, Label(key), KindName(kind), "ZD2004", std::string(mend), diagnostics_);
  return nullptr;
}

const Node* MappingReader::RequiredMapping(std::string_view key) {
  return OfKind(Required(key), key, Node::Kind::kMapping, "write \"key: value\" pairs in it");
}

const Node* MappingReader::OptionalMapping(std::string_view key) {
  return OfKind(Optional(key), key, Node::Kind::kMapping, "write \"key: value\" pairs in it");
}

std::string MappingReader::RequiredString(std::string_view key) {
  const Node* value = Required(key);
  if (value == nullptr) return "";
  std::string text =
      value->is_scalar() ? std::string(value->text()) : Typed(value, key, ReadText).value_or("");
  if (value->is_scalar() && text.empty()) {
    Error(key, "ZD2005", Label(key) + " is an empty text", "write something between the quotes");
  }
  return text;
}

std::optional<std::string> MappingReader::OptionalString(std::string_view key) {
  const Node* value = Optional(key);
  // Most values are texts, and their label is then not needed.
  return value != nullptr && value->is_scalar() ? std::string(value->text()) : Typed(value, key, ReadText);
}

std::string MappingReader::TextOr(std::string_view key, std::string_view fallback) {
  const Node* value = Optional(key);
  if (value == nullptr) return std::string(fallback);
  return value->is_scalar() ? std::string(value->text())
                            : Typed(value, key, ReadText).value_or(std::string(fallback));
}

std::optional<bool> MappingReader::OptionalBool(std::string_view key) {
  return Typed(Optional(key), key, ReadBool);
}

std::optional<int64_t> MappingReader::IntOf(const Node* value, std::string_view key, int64_t min,
                                            int64_t max) {
  return value == nullptr ? std::nullopt : Checked(ReadInt(*value, min, max, Label(key), diagnostics_));
}

std::optional<int64_t> MappingReader::RequiredInt(std::string_view key, int64_t min, int64_t max) {
  return IntOf(Required(key), key, min, max);
}

std::optional<int64_t> MappingReader::OptionalInt(std::string_view key, int64_t min, int64_t max) {
  return IntOf(Optional(key), key, min, max);
}

std::optional<Date> MappingReader::RequiredDate(std::string_view key) {
  return Typed(Required(key), key, ReadDate);
}

std::optional<Date> MappingReader::OptionalDate(std::string_view key) {
  return Typed(Optional(key), key, ReadDate);
}

std::vector<const Node*> MappingReader::ItemsOf(const Node* value, std::string_view key) {
  std::vector<const Node*> items;
  value = OfKind(value, key, Node::Kind::kSequence,
                 "write it as " + std::string(key) + ": [...], even for one item");
  if (value == nullptr) return items;
  for (const Node& item : value->items()) items.push_back(&item);
  return items;
}

std::vector<const Node*> MappingReader::List(std::string_view key) { return ItemsOf(Optional(key), key); }

std::vector<const Node*> MappingReader::RequiredList(std::string_view key) {
  const Node* value = Required(key);
  std::vector<const Node*> items = ItemsOf(value, key);
  if (value != nullptr && value->is_sequence() && items.empty()) {
    Error(key, "ZD2005", Label(key) + " is an empty list", "write at least one item");
  }
  return items;
}

std::vector<std::string> MappingReader::Strings(std::string_view key) {
  std::vector<std::string> texts;
  for (const Node* item : List(key)) {
    std::optional<std::string> text = Checked(ReadText(*item, "an item of " + Label(key), diagnostics_));
    if (text) texts.push_back(std::move(*text));
  }
  return texts;
}

void MappingReader::Error(std::string_view key, std::string code, std::string what, std::string mend) {
  ok_ = false;
  const Node* value = node_.Find(key);
  diagnostics_.Error(std::move(code), value == nullptr ? node_.Where() : value->Where(), std::move(what),
                     std::move(mend));
}

void MappingReader::Finish() {
  size_t unknown_count = 0;
  for (const Entry& entry : node_.entries()) {
    if (std::find(known_.begin(), known_.end(), entry.key) != known_.end()) continue;
    ok_ = false;
    if (++unknown_count > kUnknownKeysMax) {
      diagnostics_.Error(
          "ZD2003", entry.KeyWhere(),
          what_ + " has more than " + std::to_string(kUnknownKeysMax) + " unknown keys (kUnknownKeysMax)",
          "mend those reported and try again");
      return;
    }
    std::vector<std::string> known;
    for (const std::string_view key : known_) {
      if (std::find(known.begin(), known.end(), key) == known.end()) known.emplace_back(key);
    }
    const std::string near = NearestName(entry.key, known);
    diagnostics_.Error(
        "ZD2003", entry.KeyWhere(), "unknown key " + Excerpt(entry.key) + " in " + what_,
        near.empty() ? "the known keys are " + Join(known, ", ") : "did you mean " + JsonQuote(near) + "?");
  }
}

}  // namespace zhida::pack
