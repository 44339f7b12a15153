#include "plait/runtime/errors/errors.h"

#include <string>
#include <type_traits>
#include <utility>

#include "gtest/gtest.h"
#include "plait/plait.h"
#include "plait/runtime/testing/fixture.h"
#include "plait/runtime/testing/values.h"

namespace plait {
namespace {

struct NotFound {
  std::string name;
  test::Copyable counted = {};
  std::string Error() const { return name + ": not found"; }
};

struct Constant {
  std::string Error() const { return "constant"; }
};
inline constexpr internal::ErrorHolder<Constant> kConstantNode;
inline constinit const error kConstant(kConstantNode);

struct Temporary {
  std::string Error() const { return "temporary"; }
  bool Is(const error& target) const { return target == kConstant; }
};

static_assert(sizeof(error) == sizeof(void*));
static_assert(std::is_nothrow_move_constructible_v<error>);
static_assert(!std::is_convertible_v<error, bool>);  // `if (err)`, but no arithmetic
static_assert(!std::is_convertible_v<std::string, error>);

TEST(Error, NilAndNot) {
  error none;
  EXPECT_FALSE(none);
  EXPECT_EQ(none, nullptr);
  error some = errors::New("some");
  EXPECT_TRUE(some);
  EXPECT_EQ(some.Error(), "some");
  EXPECT_NE(some, nullptr);
  some = nullptr;
  EXPECT_EQ(some, none);
  EXPECT_EQ(test::PanicTextOf([&] { static_cast<void>(none.Error()); }),
            "runtime error: invalid memory address or nil pointer dereference");
}

// Equal is the same one, not one that reads alike.
TEST(Error, IdentityNotText) {
  const error a = errors::New("same");
  const error b = a;
  EXPECT_EQ(a, b);
  EXPECT_NE(a, errors::New("same"));
  error moved = a;
  const error to = std::move(moved);
  EXPECT_EQ(to, a);
  EXPECT_EQ(moved, nullptr);  // NOLINT: what a moved-from handle is
}

TEST(Error, TheLastHandleFreesTheValue) {
  {
    error err = NotFound{"ada"};
    EXPECT_EQ(test::Copyable::live(), 1);
    error copy = err;
    err = errors::Wrap("find", copy);
    copy = nullptr;
    EXPECT_EQ(test::Copyable::live(), 1);
    const error& same = err;
    err = same;
    EXPECT_EQ(err.Error(), "find: ada: not found");
  }
  EXPECT_EQ(test::Copyable::live(), 0);
}

TEST(Error, IsAndAsLookThroughTheChain) {
  const error cause = NotFound{"ada"};
  const error err = errors::Wrap("outer", errors::Wrap("inner", cause));
  EXPECT_TRUE(errors::Is(err, cause));
  EXPECT_FALSE(errors::Is(cause, err));
  EXPECT_FALSE(errors::Is(err, nullptr));
  EXPECT_TRUE(errors::Is(nullptr, nullptr));
  EXPECT_EQ(errors::Unwrap(errors::Unwrap(err)), cause);
  EXPECT_EQ(errors::Unwrap(cause), nullptr);
  const NotFound* found = errors::As<NotFound>(err);
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->name, "ada");
  EXPECT_EQ(errors::As<Constant>(err), nullptr);
  EXPECT_TRUE(errors::Is(errors::Wrap("once more", Temporary{}), kConstant));  // by its own word
}

TEST(Error, ConstantsAreNotCounted) {
  const error copy = kConstant;
  EXPECT_EQ(copy, kConstant);
  EXPECT_EQ(kConstantNode.refs, 1);
  EXPECT_EQ(copy.Error(), "constant");
  EXPECT_NE(errors::As<Constant>(copy), nullptr);
}

// PANIC-16: the text of a panic whose value is an error is the error's.
TEST(Error, AsAPanicsValue) {
  EXPECT_EQ(test::PanicTextOf([] { panic(errors::New("in an error")); }), "in an error");
}

}  // namespace
}  // namespace plait
