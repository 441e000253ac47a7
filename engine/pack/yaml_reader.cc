#include "engine/pack/yaml_reader.h"

#include <yaml.h>

#include <cstdio>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/limits.h"
#include "engine/base/text.h"
#include "engine/pack/file_set.h"

namespace zhida::pack {
namespace {

Position ToPosition(const yaml_mark_t& mark) {
  return {static_cast<int>(mark.line) + 1, static_cast<int>(mark.column) + 1};
}

// The lines of a text, by number from 1; made only when something has to look at the source again.
class Lines {
 public:
  explicit Lines(std::string_view text) : text_(text) {}

  std::string_view Get(int line) {
    if (starts_.empty()) Build();
    if (line < 1 || static_cast<size_t>(line) > starts_.size()) return {};
    const size_t begin = starts_[static_cast<size_t>(line) - 1];
    return text_.substr(begin, text_.find_first_of("\r\n", begin) - begin);
  }

 private:
  void Build() {
    starts_.push_back(0);
    for (size_t i = 0; i < text_.size(); ++i) {
      if (text_[i] == '\n' || (text_[i] == '\r' && !(i + 1 < text_.size() && text_[i + 1] == '\n'))) {
        starts_.push_back(static_cast<uint32_t>(i + 1));
      }
    }
  }

  std::string_view text_;
  std::vector<uint32_t> starts_;
};

// What libyaml says, and what it means to the author. "{line}" is the line where the construct began.
struct Translation {
  std::string_view problem;
  std::string_view what;
  std::string_view mend;
};

constexpr Translation kTranslations[] = {
    {"mapping values are not allowed in this context", "a second \": \" cannot stand here",
     "put the value in quotes if \": \" belongs to it, or give this key the indentation of its neighbours"},
    {"did not find expected key", "this does not fit the mapping that begins on line {line}",
     "write \"key: value\" with the indentation of its other keys"},
    {"did not find expected '-' indicator", "this does not fit the list that begins on line {line}",
     "begin the item with \"- \" and give it the indentation of the others"},
    {"could not find expected ':'", "a \":\" and a space are missing behind the key on line {line}",
     "write \"key: value\"; a text of several lines needs quotes or \"|\""},
    {"did not find expected ',' or ']'", "the list opened by \"[\" on line {line} is not closed",
     "put commas between its items and \"]\" at its end"},
    {"did not find expected ',' or '}'", "the mapping opened by \"{\" on line {line} is not closed",
     "put commas between its pairs and \"}\" at its end"},
    {"found unexpected document indicator", "the quote opened on line {line} is not closed before this line",
     "close it, or indent this line if it belongs to the text"},
    {"found unknown escape character", "unknown escape in a text in double quotes",
     "write \\\\ for a backslash, or use single quotes"},
    {"did not find expected hexdecimal number", "\\x, \\u and \\U need 2, 4 and 8 hexadecimal digits",
     "complete the number, or write \\\\ for a backslash"},
    {"found invalid Unicode character escape code", "this escape stands for no character",
     "write the character itself"},
    {"block sequence entries are not allowed in this context", "a list item \"- \" cannot begin here",
     "begin the list on a line of its own below its key"},
    {"mapping keys are not allowed in this context", "a key \"? \" cannot begin here",
     "put the text in quotes, or write \"key: value\""},
    {"did not find expected node content", "a value is missing here",
     "write it; put a text in quotes that begins with a sign of YAML such as , ] } %"},
    {"did not find expected <document start>", "more text stands behind the end of the file's value",
     "give this line the indentation of its neighbours"},
    {"did not find expected comment or line break", "only a comment can follow here on the same line",
     "begin the text on the next line"},
    {"found an indentation indicator equal to 0", "an indentation of 0 is impossible",
     "write 1 to 9 behind \"|\" or \">\", or nothing"},
    {"did not find expected alphabetic or numeric character", "\"*\" or \"&\" cannot begin a plain text",
     "put the text in quotes"},
    {"found incompatible YAML document", "this version of YAML is not known",
     "delete the line that begins with %YAML"},
    {"found unknown directive name", "a line that begins with \"%\" is a directive of YAML",
     "delete the line"},
};

bool IsTab(std::string_view problem) {
  return problem == "found a tab character that violates indentation" ||
         problem == "found a tab character where an indentation space is expected";
}

// What is wrong with the colon behind a key, or "". Without ": " YAML takes the whole line for a text, and
// then complains about the next one.
std::string ColonFault(std::string_view line) {
  const size_t colon = line.find(": ");
  const size_t quote = line.find_first_of("\"'#");
  const size_t wide = line.find("：");
  if (wide < colon && wide < quote) return "has the full-width colon \"：\"";
  const size_t tight = line.find(':');
  const bool address = tight != std::string_view::npos && line.substr(tight + 1).starts_with("//");
  if (tight < colon && tight < quote && tight + 1 < line.size() && !address)
    return "has no space behind its colon";
  return "";
}

// "U+2028", for characters that cannot be seen.
std::string Name(char32_t c) {
  char name[16];
  std::snprintf(name, sizeof name, "U+%04X", static_cast<unsigned>(c));
  return name;
}

std::string Replaced(std::string_view text, std::string_view slot, const std::string& value) {
  std::string out(text);
  const size_t at = out.find(slot);
  if (at != std::string::npos) out.replace(at, slot.size(), value);
  return out;
}

// One event; freed when it goes, whatever happens in between.
struct Event {
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&raw); }
  yaml_event_t raw = {};
};

class YamlReader {
 public:
  YamlReader(std::string_view text, std::string file, Diagnostics& diagnostics)
      : text_(text), lines_(text), builder_(std::move(file), diagnostics) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser_, reinterpret_cast<const unsigned char*>(text.data()), text.size());
  }
  YamlReader(const YamlReader&) = delete;
  YamlReader& operator=(const YamlReader&) = delete;
  ~YamlReader() { yaml_parser_delete(&parser_); }

  std::unique_ptr<const Tree> Read() {
    if (!CheckSource()) return nullptr;
    bool more = true;
    while (more && !builder_.gave_up()) {
      Event event;
      if (yaml_parser_parse(&parser_, &event.raw) == 0) {
        ReportSyntax();
        break;
      }
      more = Take(event.raw);
    }
    return builder_.Finish();
  }

 private:
  bool CheckSource();
  bool Take(const yaml_event_t& event);
  bool TakeDocument(const yaml_event_t& event);
  bool TakeOpen(const yaml_event_t& event, bool mapping, const unsigned char* anchor,
                const unsigned char* tag);
  void TakeClose(const yaml_event_t& event);
  void TakeAlias(const yaml_event_t& event);
  void TakeScalar(const yaml_event_t& event);
  void TakeKey(std::string_view key, bool plain, Position where);
  void RefuseProperties(Position where, const unsigned char* anchor, const unsigned char* tag);
  uint16_t BlockIndent(std::string_view text, Position begin);
  void ReportSyntax();
  bool ReportKnownSlip(std::string_view problem, Position where, Position begin);
  void ReportTab(Position where);
  size_t OffsetInLine(Position where);  // in bytes
  char32_t CharacterAt(Position where);

  std::string_view text_;
  Lines lines_;
  TreeBuilder builder_;
  yaml_parser_t parser_ = {};
  bool has_document_ = false;
  int skipped_depth_ = 0;  // above 0 inside a key that is a list or a mapping: its parts are not built
};

// What libyaml must not see. YAML 1.1 counts three characters as line breaks that editors do not count, so
// every later position would be wrong; and it compares every %TAG with all before it, which is quadratic.
bool YamlReader::CheckSource() {
  TextCursor cursor(text_);
  for (size_t i = 0; i + 1 < text_.size() && !builder_.gave_up(); ++i) {
    const unsigned char c = static_cast<unsigned char>(text_[i]);
    if (c == '%' && text_.substr(i).starts_with("%TAG") &&
        (i == 0 || text_[i - 1] == '\n' || text_[i - 1] == '\r')) {
      builder_.Mistake("ZD1012", cursor.At(i), "packs have no tags, so %TAG means nothing",
                       "delete the line");
    }
    if (c != 0xC2 && c != 0xE2) continue;
    size_t offset = i;
    const char32_t point = NextCodePoint(text_, &offset);
    if (point != 0x85 && point != 0x2028 && point != 0x2029) continue;
    builder_.Mistake("ZD1017", cursor.At(i), "the invisible line break " + Name(point) + " stands here",
                     "delete it, or press Enter instead");
  }
  return builder_.ok();
}

bool YamlReader::Take(const yaml_event_t& event) {
  switch (event.type) {
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
      return true;
    case YAML_STREAM_END_EVENT:
      if (!has_document_) {
        builder_.Mistake("ZD1002", {0, 0}, "the file holds only comments", "write it, or delete it");
      }
      return false;
    case YAML_DOCUMENT_START_EVENT:
      return TakeDocument(event);
    case YAML_DOCUMENT_END_EVENT:
      return true;
    case YAML_ALIAS_EVENT:
      TakeAlias(event);
      return true;
    case YAML_SCALAR_EVENT:
      TakeScalar(event);
      return true;
    case YAML_SEQUENCE_START_EVENT:
      return TakeOpen(event, false, event.data.sequence_start.anchor, event.data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
      return TakeOpen(event, true, event.data.mapping_start.anchor, event.data.mapping_start.tag);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      TakeClose(event);
      return true;
  }
  return true;
}

bool YamlReader::TakeDocument(const yaml_event_t& event) {
  const Position where = ToPosition(event.start_mark);
  if (has_document_) {
    builder_.Mistake("ZD1013", where, "a second document begins here", "put it in a file of its own");
    return false;
  }
  has_document_ = true;
  return true;
}

void YamlReader::RefuseProperties(Position where, const unsigned char* anchor, const unsigned char* tag) {
  if (anchor != nullptr) {
    // Appended, because g++ 12 warns of an overlap in "&" + std::string that does not exist.
    builder_.Mistake(
        "ZD1010", where,
        "packs have no anchors: " + Excerpt(std::string("&") += reinterpret_cast<const char*>(anchor)),
        "write the value where it is needed, or put the text in quotes");
  }
  if (tag != nullptr) {
    constexpr std::string_view kStandard = "tag:yaml.org,2002:";  // what libyaml makes of "!!"
    const std::string_view name = reinterpret_cast<const char*>(tag);
    const std::string shown =
        name.starts_with(kStandard) ? "!!" + std::string(name.substr(kStandard.size())) : std::string(name);
    builder_.Mistake("ZD1012", where, "packs have no tags: " + Excerpt(shown),
                     "delete it, or put the text in quotes");
  }
}

bool YamlReader::TakeOpen(const yaml_event_t& event, bool mapping, const unsigned char* anchor,
                          const unsigned char* tag) {
  const Position begin = ToPosition(event.start_mark);
  if (skipped_depth_ > 0 || builder_.expects_key()) {
    if (skipped_depth_ == 0) {
      builder_.Mistake("ZD1015", begin,
                       std::string("a key must be text, found ") + (mapping ? "a mapping" : "a list"),
                       "put the key in quotes");
      builder_.DropKey();
    }
    ++skipped_depth_;
    if (builder_.depth() + static_cast<size_t>(skipped_depth_) <=
        static_cast<size_t>(limits::kTreeDepthMax)) {
      return true;
    }
    return builder_.ReportTooDeep(begin);
  }
  RefuseProperties(begin, anchor, tag);
  return builder_.Open(mapping ? Node::Kind::kMapping : Node::Kind::kSequence, begin);
}

void YamlReader::TakeClose(const yaml_event_t& event) {
  if (skipped_depth_ > 0) {
    --skipped_depth_;
    return;
  }
  // The end of a block collection has no width and stands where the next thing begins.
  const bool block = event.start_mark.index == event.end_mark.index;
  builder_.Close(block ? std::nullopt : std::optional<Position>(ToPosition(event.end_mark)));
}

void YamlReader::TakeAlias(const yaml_event_t& event) {
  if (skipped_depth_ > 0) return;
  const Position where = ToPosition(event.start_mark);
  const std::string name = std::string("*") += reinterpret_cast<const char*>(event.data.alias.anchor);
  builder_.Mistake("ZD1011", where, "packs have no aliases: " + Excerpt(name),
                   "write the value itself, or put the text in quotes");
  if (builder_.expects_key()) {
    builder_.DropKey();
  } else {
    builder_.Null(where, where);
  }
}

void YamlReader::TakeKey(std::string_view key, bool plain, Position where) {
  if (plain && key.empty()) {
    builder_.Mistake("ZD1018", where, "a key is missing before the colon",
                     "write it, or put \":\" in quotes");
    builder_.DropKey();
  } else if (plain && key == "<<") {
    builder_.Mistake("ZD1014", where, "packs have no merge keys \"<<\"", "write the keys themselves");
    builder_.DropKey();
  } else {
    builder_.Key(key, where);
  }
}

void YamlReader::TakeScalar(const yaml_event_t& event) {
  if (skipped_depth_ > 0) return;
  const auto& scalar = event.data.scalar;
  const std::string_view text(reinterpret_cast<const char*>(scalar.value), scalar.length);
  const Position begin = ToPosition(event.start_mark);
  const bool plain = scalar.style == YAML_PLAIN_SCALAR_STYLE;
  RefuseProperties(begin, scalar.anchor, scalar.tag);
  if (text.find('\0') != std::string_view::npos) {
    builder_.Mistake("ZD1003", begin, "the text holds a NUL character", "delete the escape \\0");
  }
  if (builder_.expects_key()) {
    TakeKey(text, plain, begin);
  } else if (plain && (text.empty() || text == "~" || text == "null")) {
    builder_.Null(begin, ToPosition(event.end_mark));
  } else {
    const bool literal = scalar.style == YAML_LITERAL_SCALAR_STYLE;
    builder_.Scalar(text, !plain, begin, ToPosition(event.end_mark), literal ? BlockIndent(text, begin) : 0);
  }
}

// Spaces that the source has before each line of a literal block and its text has not. The block's lines
// follow its header one to one, so the first line that is not blank tells.
uint16_t YamlReader::BlockIndent(std::string_view text, Position begin) {
  const size_t first = text.find_first_not_of('\n');
  if (first == std::string_view::npos) return 0;
  const std::string_view line = lines_.Get(begin.line + 1 + static_cast<int>(first));
  const size_t in_source = line.find_first_not_of(' ');
  const size_t in_text = text.find_first_not_of(' ', first) - first;
  if (in_source == std::string_view::npos || in_source <= in_text) return 0;
  const size_t indent = in_source - in_text;
  return indent > std::numeric_limits<uint16_t>::max() ? uint16_t{0} : static_cast<uint16_t>(indent);
}

void YamlReader::ReportTab(Position where) {
  builder_.Mistake("ZD1016", where, "a tab stands where YAML wants spaces", "indent with spaces");
}

size_t YamlReader::OffsetInLine(Position where) {
  const std::string_view line = lines_.Get(where.line);
  size_t offset = 0;
  for (int column = 1; column < where.column && offset < line.size(); ++column) NextCodePoint(line, &offset);
  return offset;
}

char32_t YamlReader::CharacterAt(Position where) {
  const std::string_view line = lines_.Get(where.line);
  size_t offset = OffsetInLine(where);
  return offset < line.size() ? NextCodePoint(line, &offset) : U'\n';
}

// Slips that libyaml notices only later or calls by another name; true if one was found and reported.
bool YamlReader::ReportKnownSlip(std::string_view problem, Position where, Position begin) {
  const auto refuse = [&](const char* code, Position place, std::string what, std::string mend) {
    builder_.Mistake(code, place, std::move(what), std::move(mend));
    return true;
  };
  if (problem == "found unexpected end of stream") {
    return refuse("ZD1020", begin, "the quote opened here is never closed", "close it");
  }
  if (problem == "found undefined tag handle" ||
      (parser_.context != nullptr && std::string_view(parser_.context).ends_with(" a tag"))) {
    return refuse("ZD1012", begin, "packs have no tags",
                  "delete what begins with \"!\", or put the text in quotes");
  }
  if (parser_.problem_mark.index >= CodePointCount(text_) && builder_.depth() > 0 &&
      problem.ends_with("node content")) {
    const Position open = builder_.open_at();
    return refuse("ZD1020", open, "the bracket opened here is never closed", "close it");
  }
  for (const int line : {where.line, where.line - 1, begin.line}) {
    const std::string fault = ColonFault(lines_.Get(line));
    if (fault.empty()) continue;
    return refuse("ZD1020", where, "line " + std::to_string(line) + " " + fault, "write \"key: value\"");
  }
  const bool misfit = problem.ends_with("expected key") || problem.ends_with("<document start>");
  if ((misfit || problem.ends_with("node content")) && CharacterAt(where) == U':') {
    return refuse("ZD1018", where, "a key is missing before the colon", "write it, or put \":\" in quotes");
  }
  if (!misfit) return false;
  const std::string_view before = TrimAscii(lines_.Get(where.line).substr(0, OffsetInLine(where)));
  const char last = before.empty() ? '\0' : before.back();
  if (last == '"' || last == '\'' || last == ']' || last == '}') {
    return refuse("ZD1020", where, std::string("text stands behind the closing ") + last,
                  "delete it, or put the whole text in single quotes and double each single quote inside");
  }
  return false;
}

void YamlReader::ReportSyntax() {
  if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
  const std::string_view problem = parser_.problem == nullptr ? "" : parser_.problem;
  if (parser_.error == YAML_READER_ERROR) {
    builder_.Mistake("ZD1019", TextCursor(text_).At(parser_.problem_offset),
                     "the control character " + Name(static_cast<char32_t>(parser_.problem_value)) +
                         " cannot stand in YAML",
                     "delete it");
    return;
  }
  const Position where = ToPosition(parser_.problem_mark);
  const Position begin = parser_.context == nullptr ? where : ToPosition(parser_.context_mark);
  if (problem == "found character that cannot start any token") {
    const char32_t sign = CharacterAt(where);
    std::string shown;
    AppendUtf8(sign, &shown);
    if (sign == U'\t') return ReportTab(where);
    builder_.Mistake("ZD1020", where, "a plain text cannot begin with " + Excerpt(shown),
                     "put the text in quotes");
    return;
  }
  if (IsTab(problem)) return ReportTab(where);
  if (ReportKnownSlip(problem, where, begin)) return;
  for (const Translation& translation : kTranslations) {
    if (translation.problem != problem) continue;
    builder_.Mistake("ZD1020", where, Replaced(translation.what, "{line}", std::to_string(begin.line)),
                     std::string(translation.mend));
    return;
  }
  builder_.Mistake("ZD1020", where, "this is not YAML: " + std::string(problem),
                   "check quotes, colons and indentation around this line");
}

}  // namespace

std::unique_ptr<const Tree> ReadYaml(std::string_view bytes, std::string file, Diagnostics& diagnostics) {
  const std::optional<std::string_view> text = CheckedText(bytes, file, diagnostics);
  if (!text) return nullptr;
  return YamlReader(*text, std::move(file), diagnostics).Read();
}

}  // namespace zhida::pack
