"""The rules that plait's own targets are written with.

  plait_cc_library   as cc_library: C++20, warnings, private; headers are included as "plait/<path from the top>"
  plait_cc_test      as cc_test: the same, size small
  plait_cc_binary    as cc_binary: the same

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
