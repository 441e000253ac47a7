// SHA-256, the digest that names packs, plans and results.
//
// Sha256 takes bytes in pieces and gives their SHA-256 digest as 64 lower-case hexadecimal digits.
// Owns its state and copies nothing of the input. One thread at a time; may be moved, then the old one must
// not be used. Where a digest is stored, name the algorithm with it: "sha256:" + digest.Hex().
// Fails only if libcrypto has no memory or is installed without SHA-256; it then throws std::runtime_error,
// because an empty digest could be taken for an equal one.
// Source: FIPS 180-4. Users can check a result with sha256sum.
#ifndef ZHIDA_ENGINE_BASE_DIGEST_H_
#define ZHIDA_ENGINE_BASE_DIGEST_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace zhida {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void Update(std::string_view bytes);

  // The digest of all bytes so far. May be asked for at any point; Update() may go on after it.
  std::string Hex() const;

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

// The digest of one text; fails like Sha256. Any thread.
std::string Sha256Hex(std::string_view bytes);
// The same as 32 bytes, for chains of digests.
std::array<uint8_t, 32> Sha256Bytes(std::string_view bytes);

}  // namespace zhida

#endif  // ZHIDA_ENGINE_BASE_DIGEST_H_
