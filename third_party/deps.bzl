"""What a WORKSPACE needs to build plait: plait's own, or that of somebody who depends on it.

  load("@plait//third_party:deps.bzl", "plait_dependencies")
  plait_dependencies()
"""

load(":repositories.bzl", "debian_folder", "debian_rules_cc", "gcc_library", "no_coverage_tools", "system_library")

def _system(name, header, package):
    if not native.existing_rule(name):
        system_library(
            name = name,
            build_file = Label("//third_party:%s.BUILD" % name),
            header = header,
            package = package,
        )

def plait_dependencies():
    """Declares every repository that plait uses and that the WORKSPACE has not declared before."""
    if not native.existing_rule("rules_cc"):
        debian_rules_cc(name = "rules_cc")
    for name, path, package in [
        ("rules_java", "/usr/share/bazel/rules/java", "bazel-rules-java"),
        ("rules_proto", "/usr/share/bazel/rules/proto", "bazel-rules-proto"),
        ("bazel_skylib", "/usr/share/bazel/tools/skylib", "bazel-skylib"),
    ]:
        if not native.existing_rule(name):
            debian_folder(name = name, path = path, package = package)
    if not native.existing_rule("remote_coverage_tools"):
        no_coverage_tools(name = "remote_coverage_tools")

    _system("googletest", "/usr/include/gtest/gtest.h", "libgtest-dev libgmock-dev")
    _system("rapidcheck", "/usr/include/rapidcheck.h", "librapidcheck-dev")
    _system("fmt", "/usr/include/fmt/format.h", "libfmt-dev")
    _system("nlohmann_json", "/usr/include/nlohmann/json.hpp", "nlohmann-json3-dev")
    _system("cli11", "/usr/include/CLI/CLI.hpp", "libcli11-dev")
    _system("pugixml", "/usr/include/pugixml.hpp", "libpugixml-dev")
    _system("google_benchmark", "/usr/include/benchmark/benchmark.h", "libbenchmark-dev")

    if not native.existing_rule("backtrace"):
        gcc_library(
            name = "backtrace",
            build_file = Label("//third_party:backtrace.BUILD"),
            header = "backtrace.h",
        )
