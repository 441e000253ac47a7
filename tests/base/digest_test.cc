#include "engine/base/digest.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace zhida {
namespace {

// The expected values are those of FIPS 180-4's examples and of sha256sum.
constexpr char kOfNothing[] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr char kOfAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr char kOfMillionA[] = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST(Sha256Test, GivesThePublishedDigests) {
  EXPECT_EQ(Sha256Hex(""), kOfNothing);
  EXPECT_EQ(Sha256Hex("abc"), kOfAbc);
  EXPECT_EQ(Sha256Hex(std::string(1000000, 'a')), kOfMillionA);
}

TEST(Sha256Test, TakesPiecesOfAnySize) {
  for (const size_t piece : {size_t{1}, size_t{63}, size_t{64}, size_t{65}, size_t{4096}}) {
    const std::string all(1000000, 'a');
    Sha256 digest;
    for (size_t at = 0; at < all.size(); at += piece) digest.Update(std::string_view(all).substr(at, piece));
    EXPECT_EQ(digest.Hex(), kOfMillionA) << "pieces of " << piece << " bytes";
  }
}

TEST(Sha256Test, MayBeAskedOnTheWay) {
  Sha256 digest;
  EXPECT_EQ(digest.Hex(), kOfNothing);
  digest.Update("a");
  EXPECT_EQ(digest.Hex(), Sha256Hex("a"));
  digest.Update("bc");
  EXPECT_EQ(digest.Hex(), kOfAbc);
  EXPECT_EQ(digest.Hex(), kOfAbc);
}

TEST(Sha256Test, TakesBytesNotText) {
  EXPECT_EQ(Sha256Hex(std::string_view("a\0b", 3)), Sha256Hex(std::string("a") + '\0' + "b"));
  EXPECT_NE(Sha256Hex(std::string_view("a\0b", 3)), Sha256Hex("a"));
}

TEST(Sha256Test, MayBeMoved) {
  Sha256 first;
  first.Update("ab");
  Sha256 second = std::move(first);
  second.Update("c");
  EXPECT_EQ(second.Hex(), kOfAbc);
}

}  // namespace
}  // namespace zhida
