#include "plait/properties/generate/for_all.h"

#include <gtest/gtest.h>
#include <rapidcheck/detail/TestListenerAdapter.h>

#include <cstdlib>
#include <sstream>
#include <unordered_map>
#include <utility>

#include "plait/properties/generate/program_gen.h"

namespace plait::generate {
namespace {

rc::detail::TestParams Params(int n) {
  rc::detail::Configuration defaults;
  defaults.testParams.seed = 1;
  defaults.testParams.maxSuccess = n;
  const char* text = std::getenv("RC_PARAMS");
  return text == nullptr ? defaults.testParams : rc::detail::configFromString(text, defaults).testParams;
}

}  // namespace

ForAllResult ForAll(const rc::Gen<model::Program>& programs, int n, const Property& property) {
  ForAllResult result;
  const auto holds = [&] {
    model::Program program = *programs;
    std::string fault;
    try {
      fault = property(program);
    } catch (const std::exception& e) {
      fault = std::string("it throws: ") + e.what();
    }
    // RapidCheck goes from a program that fails to a simpler one that fails: the last that did is the smallest.
    if (!fault.empty()) result.smallest = std::move(program);
    return fault;
  };
  rc::detail::TestListenerAdapter silent;
  const std::unordered_map<std::string, rc::detail::Reproduce> nothing_to_reproduce;
  const auto checked =
      rc::detail::checkTestable(holds, rc::detail::TestMetadata(), Params(n), silent, nothing_to_reproduce);
  if (checked.is<rc::detail::SuccessResult>()) {
    result.programs = checked.get<rc::detail::SuccessResult>().numSuccess;
  } else {
    std::ostringstream text;
    printResultMessage(checked, text);
    result.failure = text.str();
  }
  return result;
}

int ExpectForAll(const rc::Gen<model::Program>& programs, int n, const Property& property) {
  const ForAllResult result = ForAll(programs, n, property);
  if (!result.failure.empty()) ADD_FAILURE() << result.failure;
  return result.programs;
}

}  // namespace plait::generate
