"""The rules that plait's own targets are written with.

  plait_cc_library   as cc_library: C++20, warnings, private; headers are included as "plait/<path from the top>"
  plait_cc_test      as cc_test: the same, size small
  plait_cc_binary    as cc_binary: the same
  plait_explore_test explored tests (PLAIT_EXPLORE), with the command line's flags as attributes and a folder of schedules
                     to keep; for users' workspaces too

Everything that a target of ours needs, wherever it is built (here, or in the workspace of somebody who depends on
plait), is in this file; .bazelrc holds only what concerns this workspace.
"""

load("@rules_cc//cc:defs.bzl", "cc_binary", "cc_library", "cc_test")

_WARNINGS = [
    "-Wall",
    "-Wextra",
    "-Wshadow",
    "-Wimplicit-fallthrough",
    "-Wcast-align",
    "-Wvla",
]

_CXX_WARNINGS = [
    "-Wnon-virtual-dtor",
    "-Woverloaded-virtual",
    "-Wextra-semi",
]

# A goroutine's stack ends in one guard page: a frame larger than that must touch its pages in order, not step over it.
_STACK = ["-fstack-clash-protection"]

# copts are also handed to assembly (.S) files, where these would be refused.
_CXX_ONLY = ["-std=c++20"] + _CXX_WARNINGS

def _is(setting):
    """A key of select() for a config_setting of ours, from whichever workspace the macro is called."""
    return str(Label(setting))

def _copts(copts):
    # Outside -c opt: assertions on, but fast enough to explore with, and stacks readable.
    return _CXX_ONLY + _WARNINGS + _STACK + select({
        _is("//:opt"): ["-g1"],
        "//conditions:default": ["-O1", "-g", "-D_GLIBCXX_ASSERTIONS"],
    }) + select({
        # Their reports need lines, and their builds are slow enough.
        _is("//:asan"): ["-g1"],
        _is("//:tsan"): ["-g1"],
        "//conditions:default": [],
    }) + select({
        _is("//:werror"): ["-Werror"],
        "//conditions:default": [],
    }) + copts

# Tests are compiled most, four times over in CI: lines, which reports need, take a third less time than all there is to
# know. With -c dbg a debugger knows it all.
_TEST_DEBUG_INFO = select({
    _is("//:dbg"): [],
    "//conditions:default": ["-g1"],
})

def _tsan_define():
    return select({
        _is("//:tsan"): ["PLAIT_TSAN=1"],
        "//conditions:default": [],
    })

def plait_cc_library(
        name,
        copts = [],
        defines = [],
        include_prefix = "plait",
        strip_include_prefix = "/",
        internal = False,
        **kwargs):
    """A library of plait.

    Args:
      name: its name.
      copts: more compiler options; they come last and win.
      defines: as in cc_library. PLAIT_TSAN=1 is added under --config=tsan, here and in whatever depends on this.
      include_prefix: with strip_include_prefix: runtime/chan/chan.h is included as "plait/runtime/chan/chan.h", in this
        library too. An umbrella header passes strip_include_prefix = "/runtime" and is included as "plait/plait.h".
      strip_include_prefix: see there.
      internal: True for the runtime's internals: under --config=tsan they are compiled without instrumentation (the
        edges of the memory model are annotated by hand). What is inline in a header is still compiled as its includer is.
      **kwargs: as in cc_library.
    """
    if internal:
        copts = copts + select({
            _is("//:tsan"): ["-fno-sanitize=thread"],
            "//conditions:default": [],
        })
    cc_library(
        name = name,
        copts = _copts(copts),
        defines = defines + _tsan_define(),
        include_prefix = include_prefix,
        strip_include_prefix = strip_include_prefix,
        **kwargs
    )

def plait_cc_test(name, copts = [], local_defines = [], size = "small", **kwargs):
    cc_test(
        name = name,
        copts = _copts(_TEST_DEBUG_INFO + copts),
        local_defines = local_defines + _tsan_define(),
        size = size,
        **kwargs
    )

def plait_cc_binary(name, copts = [], local_defines = [], **kwargs):
    cc_binary(
        name = name,
        copts = _copts(copts),
        local_defines = local_defines + _tsan_define(),
        **kwargs
    )

def _sources_impl(target, ctx):
    files = []
    label = target.label
    ours = label.workspace_name == Label("//:BUILD").workspace_name and (
        label.package.split("/")[0] in ["runtime", "explorer", "third_party"]
    )
    if not ours:
        for attribute in ["srcs", "hdrs"]:
            files += getattr(ctx.rule.files, attribute, [])
    below = [d[_Sources].files for d in getattr(ctx.rule.attr, "deps", []) if _Sources in d]
    return [_Sources(files = depset(files, transitive = below))]

_Sources = provider(doc = "The source files of a target and what it depends on.", fields = ["files"])

_sources_of = aspect(implementation = _sources_impl, attr_aspects = ["deps"])

def _explored_sources_impl(ctx):
    below = [d[_Sources].files for d in ctx.attr.deps if _Sources in d]
    files = depset(ctx.files.srcs, transitive = below)
    return [DefaultInfo(files = files, runfiles = ctx.runfiles(transitive_files = files))]

# What reports show lines of, and look for variables' names in: a test's own sources and those of its dependencies, but for
# plait's.
_explored_sources = rule(
    implementation = _explored_sources_impl,
    attrs = {
        "deps": attr.label_list(aspects = [_sources_of]),
        "srcs": attr.label_list(allow_files = True),
    },
)

def plait_explore_test(
        name,
        srcs,
        deps = [],
        data = [],
        env = {},
        tags = [],
        schedules = None,
        mode = None,
        granularity = None,
        bound = None,
        executions = None,
        seed = None,
        depth = None,
        jobs = None,
        max_seconds = None,
        max_executions = None,
        max_steps = None,
        checkpoint = None,
        reduction = None,
        report = None,
        replay = None,
        **kwargs):
    """A test binary of explored tests.

    A failure shows the lines of its sources, and what it finds can be kept:

      plait_explore_test(
          name = "queue_test",
          srcs = ["queue_test.cc"],
          schedules = "schedules",
          deps = [":queue"],
      )

      bazel run //x:queue_test.schedules       explores, and writes what it finds to x/schedules; brings up to date what
                                               is there, and removes what belongs to tests that are no more
      bazel run //x:queue_test.schedules -- --plait_replay=TOKEN      keeps the schedule of that token

    Args:
      name: its name.
      srcs: as in cc_test.
      deps: as in cc_test; plait/explore.h and a main() are there without being named.
      data: as in cc_test.
      env: as in cc_test.
      tags: as in cc_test.
      schedules: a folder of this package whose *.schedule files run before anything is explored.
      mode: this and the following are the flags of the same name (--plait_help has them), for all tests of the binary. A
        flag on the command line wins.
      granularity: user or runtime.
      bound: of the modes preemptions and delays.
      executions: of random modes.
      seed: of random modes.
      depth: of the mode pct.
      jobs: processes.
      max_seconds: give up after that. Bazel's own limit is that of the test's size.
      max_executions: likewise.
      max_steps: of one execution.
      checkpoint: a folder, by its absolute path: Bazel removes any other.
      reduction: how much work is put into a smaller schedule.
      report: a folder, by its absolute path; without it, a failure's files are among the test's outputs.
      replay: a token.
      **kwargs: as in cc_test.
    """
    flags = {
        "bound": bound,
        "checkpoint": checkpoint,
        "depth": depth,
        "executions": executions,
        "granularity": granularity,
        "jobs": jobs,
        "max_executions": max_executions,
        "max_seconds": max_seconds,
        "max_steps": max_steps,
        "mode": mode,
        "reduction": reduction,
        "replay": replay,
        "report": report,
        "seed": seed,
    }
    all_env = dict(env)
    for flag, value in flags.items():
        if value != None:
            all_env["PLAIT_" + flag.upper()] = str(value)
    all_data = data + [":" + name + ".sources"]
    if schedules != None:
        all_data += native.glob([schedules + "/*.schedule"], allow_empty = True)
        all_env["PLAIT_SCHEDULES"] = (native.package_name() + "/" if native.package_name() else "") + schedules
    all_deps = deps + [d for d in [_is("//explorer:explore"), _is("//explorer:explore_main")] if d not in deps]
    _explored_sources(
        name = name + ".sources",
        testonly = True,
        srcs = srcs,
        tags = tags,
        deps = deps,
    )
    plait_cc_test(
        name = name,
        srcs = srcs,
        data = all_data,
        env = all_env,
        tags = tags,
        deps = all_deps,
        **kwargs
    )
    if schedules != None:
        native.sh_binary(
            name = name + ".schedules",
            testonly = True,
            srcs = [_is("//explorer/schedules:refresh.sh")],
            args = ["$(rootpath :" + name + ")", all_env["PLAIT_SCHEDULES"]],
            data = [":" + name],
            tags = tags,
        )
