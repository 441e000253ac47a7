// JsonWriter: JSON text, one value after another, commas and quotes taken care of.
//
//   JsonWriter json;
//   json.BeginObject().Key("id").String("a").Key("n").Int(3).EndObject();
//
// The caller keeps objects and arrays balanced. Owns its text; one thread.
#ifndef ZHIDA_ENGINE_BASE_JSON_WRITER_H_
#define ZHIDA_ENGINE_BASE_JSON_WRITER_H_

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "engine/base/text.h"

namespace zhida {

class JsonWriter {
 public:
  JsonWriter& BeginObject() { return Open('{'); }
  JsonWriter& EndObject() { return Close('}'); }
  JsonWriter& BeginArray() { return Open('['); }
  JsonWriter& EndArray() { return Close(']'); }
  // A key that stands in the code, in which nothing has to be escaped.
  template <size_t N>
  JsonWriter& Key(const char (&key)[N]) {
    char* out = Separated(N + 2);
    *out++ = '"';
    std::memcpy(out, key, N - 1);
    out += N - 1;
    *out++ = '"';
    *out++ = ':';
    fresh_ = true;
    return Done(out);
  }
  JsonWriter& Key(std::string_view key) {
    String(key);
    *Room(1) = ':';
    ++size_;
    fresh_ = true;
    return *this;
  }
  JsonWriter& String(std::string_view value) {
    const size_t size = JsonQuotedSize(value);
    return Done(WriteJsonQuoted(value, size, Separated(size)));
  }
  JsonWriter& Int(int64_t value) { return Raw(std::to_string(value)); }
  JsonWriter& Bool(bool value) { return Raw(value ? "true" : "false"); }
  JsonWriter& Null() { return Raw("null"); }
  // A value that is JSON already.
  JsonWriter& Raw(std::string_view json) {
    char* out = Separated(json.size());
    return Done(out + json.copy(out, json.size()));
  }
  // More of the value or of the members under way, taken as it is; what comes next follows a comma.
  JsonWriter& Part(std::string_view json) {
    fresh_ = true;
    return Raw(json);
  }
  // Key and text, left out when the text is empty.
  template <class KeyText>
  JsonWriter& OptionalString(const KeyText& key, std::string_view value) {
    return value.empty() ? *this : Key(key).String(value);
  }

  // Makes room where much is about to be written.
  void Reserve(size_t size) { Room(size); }
  std::string_view text() const { return {text_.data(), size_}; }
  std::string Take() {
    text_.resize(size_);
    size_ = 0;
    return std::move(text_);
  }

 private:
  JsonWriter& Open(char bracket) {
    char* out = Separated(1);
    *out++ = bracket;
    fresh_ = true;
    return Done(out);
  }
  JsonWriter& Close(char bracket) {
    *Room(1) = bracket;
    ++size_;
    fresh_ = false;
    return *this;
  }
  // Where the next `size` bytes go, behind a comma if one is due.
  char* Separated(size_t size) {
    char* out = Room(size + 1);
    if (!fresh_) *out++ = ',';
    fresh_ = false;
    return out;
  }
  char* Room(size_t size) {
    if (text_.size() - size_ < size) Grow(size);
    return text_.data() + size_;
  }
  [[gnu::noinline]] void Grow(size_t size) {
    text_.resize(std::max({size_ + size, 2 * text_.size(), kRoomMin}));
  }
  JsonWriter& Done(const char* end) {
    size_ = static_cast<size_t>(end - text_.data());
    return *this;
  }

  static constexpr size_t kRoomMin = 256;
  std::string text_;  // longer than what is written, which is the first `size_` bytes
  size_t size_ = 0;
  bool fresh_ = true;  // nothing to separate from
};

}  // namespace zhida

#endif  // ZHIDA_ENGINE_BASE_JSON_WRITER_H_
