#include <cstdio>

#include "plait/plait.h"

int main() {
  return plait::Main([] {
    auto words = plait::make_chan<const char*>();
    plait::go([words] {
      words.send("hello");
      words.send("world");
      close(words);
    });
    for (const char* word : words) std::puts(word);
  });
}
