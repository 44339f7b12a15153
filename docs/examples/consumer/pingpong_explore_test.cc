#include <gtest/gtest.h>

TEST(PingPong, Placeholder) { EXPECT_EQ(__cplusplus, 202002L); }
