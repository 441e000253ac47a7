// JsonWriter: JSON text, one value after another, commas and quotes taken care of.
//
//   JsonWriter json;
//   json.BeginObject().Key("id").String("a").Key("n").Int(3).EndObject();
//
// The caller keeps objects and arrays balanced. Owns its text; one thread.
#ifndef ZHIDA_ENGINE_BASE_JSON_WRITER_H_
#define ZHIDA_ENGINE_BASE_JSON_WRITER_H_

#include <cstdint>
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
  JsonWriter& Key(std::string_view key) {
    Separate();
    text_ += JsonQuote(key);
    text_ += ':';
    fresh_ = true;
    return *this;
  }
  JsonWriter& String(std::string_view value) { return Raw(JsonQuote(value)); }
  JsonWriter& Int(int64_t value) { return Raw(std::to_string(value)); }
  JsonWriter& Bool(bool value) { return Raw(value ? "true" : "false"); }
  JsonWriter& Null() { return Raw("null"); }
  // A value that is JSON already.
  JsonWriter& Raw(std::string_view json) {
    Separate();
    text_ += json;
    return *this;
  }
  // Key and text, left out when the text is empty.
  JsonWriter& OptionalString(std::string_view key, std::string_view value) {
    return value.empty() ? *this : Key(key).String(value);
  }

  const std::string& text() const { return text_; }
  std::string Take() { return std::move(text_); }

 private:
  JsonWriter& Open(char bracket) {
    Separate();
    text_ += bracket;
    fresh_ = true;
    return *this;
  }
  JsonWriter& Close(char bracket) {
    text_ += bracket;
    fresh_ = false;
    return *this;
  }
  void Separate() {
    if (!fresh_) text_ += ',';
    fresh_ = false;
  }

  std::string text_;
  bool fresh_ = true;  // nothing to separate from
};

}  // namespace zhida

#endif  // ZHIDA_ENGINE_BASE_JSON_WRITER_H_
