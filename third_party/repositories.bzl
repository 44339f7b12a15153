"""Repository rules that make repositories out of what Debian packages have installed. Nothing is downloaded."""

def _need(ctx, path, package):
    if not ctx.path(path).exists:
        fail("\n\nplait needs %s, which is not there. On Debian: apt-get install %s\n" % (path, package))

def _system_library_impl(ctx):
    _need(ctx, ctx.attr.header, ctx.attr.package)
    ctx.file("WORKSPACE", "workspace(name = \"%s\")\n" % ctx.name)
    ctx.symlink(ctx.attr.build_file, "BUILD")

# A library whose headers are on the compiler's own path and whose code the linker finds: its BUILD file is all there is.
system_library = repository_rule(
    implementation = _system_library_impl,
    attrs = {
        "build_file": attr.label(mandatory = True, doc = "the BUILD file: cc_library targets with linkopts"),
        "header": attr.string(mandatory = True, doc = "a file that shows that the package is installed"),
        "package": attr.string(mandatory = True, doc = "the Debian package"),
    },
    local = True,
    doc = "A C++ library of the system.",
)

# The two files of rules_cc 0.0.4 that load use_cpp_toolchain, which the @bazel_tools of Bazel 4.2.3 lacks.
_RULES_CC = "/usr/share/bazel/rules/cc"
_RULES_CC_PATCHED = [
    "cc/private/rules_impl/compiler_flag.bzl",
    "cc/private/rules_impl/cc_flags_supplier.bzl",
]

def _link_tree(ctx, folder, patched):
    """Symlinks what is in folder (relative to rules_cc), going down only where a patched file lies."""
    for entry in ctx.path(_RULES_CC + "/" + folder if folder else _RULES_CC).readdir():
        path = folder + "/" + entry.basename if folder else entry.basename
        if path not in patched and not [p for p in patched if p.startswith(path + "/")]:
            ctx.symlink(entry, path)

def _debian_rules_cc_impl(ctx):
    _need(ctx, _RULES_CC, "bazel-rules-cc")
    for folder in ["", "cc", "cc/private", "cc/private/rules_impl"]:
        _link_tree(ctx, folder, _RULES_CC_PATCHED)
    for path in _RULES_CC_PATCHED:
        text = ctx.read(_RULES_CC + "/" + path)
        text = text.replace("\"find_cpp_toolchain\", \"use_cpp_toolchain\"", "\"find_cpp_toolchain\"")
        text = text.replace("use_cpp_toolchain()", "[\"@bazel_tools//tools/cpp:toolchain_type\"]")
        ctx.file(path, text, executable = False)

debian_rules_cc = repository_rule(
    implementation = _debian_rules_cc_impl,
    local = True,
    doc = "Debian's rules_cc 0.0.4, made loadable by Bazel 4.2.3.",
)

def _debian_folder_impl(ctx):
    _need(ctx, ctx.attr.path, ctx.attr.package)
    for entry in ctx.path(ctx.attr.path).readdir():
        ctx.symlink(entry, entry.basename)

debian_folder = repository_rule(
    implementation = _debian_folder_impl,
    attrs = {
        "package": attr.string(mandatory = True, doc = "the Debian package"),
        "path": attr.string(mandatory = True, doc = "the folder that it installs"),
    },
    local = True,
    doc = "As local_repository, with a clear word when the package is missing.",
)

def _no_coverage_tools_impl(ctx):
    ctx.file("report.sh", "echo 'plait: bazel coverage is not available with Debian\\'s Bazel' >&2\nexit 1\n")
    ctx.file("BUILD", """
sh_binary(
    name = "coverage_report_generator",
    srcs = ["report.sh"],
    visibility = ["//visibility:public"],
)
""")

no_coverage_tools = repository_rule(
    implementation = _no_coverage_tools_impl,
    doc = "What every test of Bazel 4.2.3 asks for; only `bazel coverage` would use it.",
)

def _gcc_library_impl(ctx):
    folder = ctx.path("/usr/lib/gcc/x86_64-linux-gnu")
    found = [
        header
        for header in [v.get_child("include").get_child(ctx.attr.header) for v in (folder.readdir() if folder.exists else [])]
        if header.exists
    ]
    if not found:
        fail("\n\nplait needs GCC's %s, which is not there. On Debian: apt-get install g++\n" % ctx.attr.header)
    ctx.file("WORKSPACE", "workspace(name = \"%s\")\n" % ctx.name)
    ctx.symlink(ctx.attr.build_file, "BUILD")
    ctx.symlink(found[-1], ctx.attr.header)

# Among GCC's own headers only GCC finds them by itself.
gcc_library = repository_rule(
    implementation = _gcc_library_impl,
    attrs = {
        "build_file": attr.label(mandatory = True, doc = "the BUILD file: cc_library targets with linkopts"),
        "header": attr.string(mandatory = True, doc = "the name of its header"),
    },
    local = True,
    doc = "A library that comes with GCC, for clang as well.",
)
