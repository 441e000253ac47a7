// AlignedWords: 64-bit words on a boundary of 64 bytes, for kernels. Contents are lost when it grows.
#ifndef ZHIDA_ENGINE_BASE_ALIGNED_H_
#define ZHIDA_ENGINE_BASE_ALIGNED_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>

namespace zhida {

class AlignedWords {
 public:
  void Resize(size_t words) {
    if (words > capacity_) {
      words_.reset(static_cast<uint64_t*>(::operator new(words * sizeof(uint64_t), kAlignment)));
      capacity_ = words;
    }
    size_ = words;
  }
  void Clear() { std::fill_n(words_.get(), size_, 0); }
  uint64_t* data() { return words_.get(); }
  const uint64_t* data() const { return words_.get(); }
  size_t size() const { return size_; }

 private:
  static constexpr std::align_val_t kAlignment{64};
  struct Release {
    void operator()(uint64_t* words) const { ::operator delete(words, kAlignment); }
  };
  std::unique_ptr<uint64_t, Release> words_;
  size_t capacity_ = 0;
  size_t size_ = 0;
};

}  // namespace zhida

#endif  // ZHIDA_ENGINE_BASE_ALIGNED_H_
