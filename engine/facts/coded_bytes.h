// ByteWriter, ByteReader: the plain parts of a coded file (docs/coded-file.md).
//
// Little-endian. Whole numbers of a column are stored above their least, in 0, 1, 2, 4 or 8 bytes each, so
// that a column that says one thing takes no room. A reader checks every bound before it looks; after the
// first failure ok() is false and all further reads give nothing. One thread each.
#ifndef ZHIDA_ENGINE_FACTS_CODED_BYTES_H_
#define ZHIDA_ENGINE_FACTS_CODED_BYTES_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

namespace zhida::facts {

static_assert(std::endian::native == std::endian::little, "coded files are little-endian");

class ByteWriter {
 public:
  const std::string& bytes() const { return bytes_; }
  std::string Take() { return std::move(bytes_); }
  size_t size() const { return bytes_.size(); }

  void Raw(const void* data, size_t size) { bytes_.append(static_cast<const char*>(data), size); }
  template <class T>
  void Put(T value) {
    static_assert(std::is_integral_v<T>);
    Raw(&value, sizeof value);
  }
  void Text(std::string_view text) {
    Put<uint32_t>(static_cast<uint32_t>(text.size()));
    bytes_.append(text);
  }
  void Align(size_t step) { bytes_.resize((bytes_.size() + step - 1) / step * step, '\0'); }

  // `count` whole numbers, value(i).
  template <class F>
  void Packed(size_t count, F&& value) {
    int64_t least = count > 0 ? static_cast<int64_t>(value(0)) : 0;
    int64_t most = least;
    for (size_t i = 1; i < count; ++i) {
      const int64_t number = static_cast<int64_t>(value(i));
      least = std::min(least, number);
      most = std::max(most, number);
    }
    const uint64_t reach = static_cast<uint64_t>(most) - static_cast<uint64_t>(least);
    const uint8_t width = reach == 0            ? 0
                          : reach <= 0xFF       ? 1
                          : reach <= 0xFFFF     ? 2
                          : reach <= 0xFFFFFFFF ? 4
                                                : 8;
    Put<uint64_t>(width);
    Put<int64_t>(least);
    const size_t begin = bytes_.size();
    bytes_.resize(begin + count * width);
    const auto fill = [&](auto sample) {
      char* to = bytes_.data() + begin;
      for (size_t i = 0; i < count; ++i, to += sizeof sample) {
        const auto above =
            static_cast<decltype(sample)>(static_cast<uint64_t>(value(i)) - static_cast<uint64_t>(least));
        std::memcpy(to, &above, sizeof above);
      }
    };
    if (width == 1) fill(uint8_t{});
    if (width == 2) fill(uint16_t{});
    if (width == 4) fill(uint32_t{});
    if (width == 8) fill(uint64_t{});
    Align(8);
  }

 private:
  std::string bytes_;
};

class ByteReader {
 public:
  explicit ByteReader(std::string_view bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return at_ == bytes_.size(); }
  size_t left() const { return bytes_.size() - at_; }
  bool Fail() { return ok_ = false; }

  std::string_view Raw(size_t size) {
    if (!ok_ || size > left()) {
      ok_ = false;
      return {};
    }
    at_ += size;
    return bytes_.substr(at_ - size, size);
  }
  template <class T>
  T Get() {
    T value{};
    const std::string_view raw = Raw(sizeof value);
    if (ok_) std::memcpy(&value, raw.data(), sizeof value);
    return value;
  }
  // A count of things that take at least `bytes_each` bytes here, at most `most`.
  size_t Count(size_t bytes_each, size_t most) {
    const auto count = Get<uint32_t>();
    if (count > most || (bytes_each > 0 && count > left() / bytes_each)) ok_ = false;
    return ok_ ? count : 0;
  }
  std::string_view Text() {
    const auto size = Get<uint32_t>();
    return Raw(size);
  }
  void Align(size_t step) { Raw((step - at_ % step) % step); }

  // What Packed() wrote of `count` numbers: take(i, number) for each, in order.
  template <class F>
  bool Packed(size_t count, F&& take) {
    const auto width = Get<uint64_t>();
    const auto least = static_cast<uint64_t>(Get<int64_t>());
    if (!ok_ || (width > 2 && width != 4 && width != 8) || (width > 0 && count > left() / width))
      return Fail();
    const char* from = Raw(count * width).data();
    const auto read = [&](auto sample) {
      for (size_t i = 0; i < count; ++i, from += sizeof sample) {
        std::memcpy(&sample, from, sizeof sample);
        take(i, static_cast<int64_t>(least + sample));
      }
    };
    if (width == 0) {
      for (size_t i = 0; i < count; ++i) take(i, static_cast<int64_t>(least));
    }
    if (width == 1) read(uint8_t{});
    if (width == 2) read(uint16_t{});
    if (width == 4) read(uint32_t{});
    if (width == 8) read(uint64_t{});
    Align(8);
    return ok_;
  }
  // The same into a vector of whole numbers of any type, of which none is outside [least, most].
  template <class T>
  bool Packed(size_t count, int64_t least, int64_t most, std::vector<T>* out) {
    out->resize(count);
    bool inside = true;
    const bool read = Packed(count, [&](size_t i, int64_t number) {
      inside &= number >= least && number <= most;
      (*out)[i] = static_cast<T>(number);
    });
    return read && inside ? true : Fail();
  }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace zhida::facts

#endif  // ZHIDA_ENGINE_FACTS_CODED_BYTES_H_
