#!/bin/bash
# The pages in a browser: Debian's chromium, without a window and without a network.
#   browser_test.sh TEST SUITE.NAME...    explored tests, and which of them to look at: of those that find something the
#                                         page of the failure, of the others that of the exploration
# Needs the package chromium (third_party/debian-packages.txt, group ci), so that it is no part of //...: .ci/run runs it.
set -u
program=$1
shift
folder=$(mktemp -d "${TEST_TMPDIR:-/tmp}/browser_test.XXXXXX")
export HOME=$folder
command -v chromium >/dev/null || { echo "FAILED: there is no chromium: apt-get install chromium"; exit 1; }

"$program" --plait_report="$folder/reports" --plait_jobs="2" >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }

browser() {
  timeout 50 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --hide-scrollbars \
    --user-data-dir="$folder/profile" --host-resolver-rules='MAP * ~NOTFOUND' --window-size=1400,900 "$@" 2>>"$folder/chromium.log"
}

# What a reader does, done by a script at the end of the page. It writes "ok", or what is not as it should be.
failure_checks=$(cat <<'JS'
<pre id="checked"></pre><script>
const wrong = [];
const check = (holds, what) => { if (!holds) wrong.push(what); };
const press = (key) => document.dispatchEvent(new KeyboardEvent("keydown", {key}));
const now = () => document.querySelector(".row.now");
const shown = () => document.querySelectorAll(".row").length;
const matter = data.lines.filter((l) => l.matters).length;
check(shown() === matter, "a row for each step that matters: " + shown() + " of " + matter);
check(document.querySelectorAll(".head").length >= data.ends.length, "a lane for each goroutine");
const seen = (i) => data.lines[i].matters;
check(document.querySelectorAll("path.arrow").length === data.arrows.filter((a) => seen(a.from) && seen(a.to)).length, "arrows");
check(document.querySelectorAll("rect.waits").length > 0, "waiting is shaded");
const first = now();
press("j");
check(matter < 2 || now() !== first, "j goes to the next step");
press("k");
check(now() === first, "k goes back");
press("End");
check(now() === [...document.querySelectorAll(".row")].pop(), "End goes to the last one");
press("Home");
const line = data.lines.findIndex((l) => l.matters && l.where.line);
for (let i = 0; i < line; ++i) if (data.lines[i].matters) press("ArrowDown");
const here = document.querySelector("#source .here");
check(here && here.textContent.trim().length > 4, "the source line stands beside it");
press("a");
check(shown() === data.lines.length, "a shows all steps");
press("a");
check(shown() === matter, "and a again those that matter");
const light = getComputedStyle(document.body).backgroundColor;
press("t");
check(getComputedStyle(document.body).backgroundColor !== light, "t changes to dark");
check(performance.getEntriesByType("resource").length === 0, "nothing is loaded");
check(document.getElementById("replay").textContent.includes("--plait_replay="), "the line to replay it");
document.getElementById("checked").textContent = wrong.length ? "WRONG: " + wrong.join("; ") : "page: ok";
</script>
JS
)
exploration_checks=$(cat <<'JS'
<pre id="checked"></pre><script>
const wrong = [];
const check = (holds, what) => { if (!holds) wrong.push(what); };
check(document.querySelectorAll("path.series").length >= 1, "executions over time");
check(document.querySelectorAll("rect.depth").length >= 1, "how deep");
check(document.querySelectorAll("#branching td").length >= 1, "where it branches");
check(document.querySelectorAll("tr.part").length === 2, "two parts");
check(performance.getEntriesByType("resource").length === 0, "nothing is loaded");
document.getElementById("checked").textContent = wrong.length ? "WRONG: " + wrong.join("; ") : "page: ok";
</script>
JS
)

failed=0
look() { # PAGE CHECKS
  [[ -f $1 ]] || { echo "FAILED: $1 was not written"; failed=1; return; }
  { cat "$1"; echo "$2"; } >"$folder/checked.html"
  local dom
  dom=$(browser --virtual-time-budget=4000 --dump-dom "file://$folder/checked.html")
  if grep -q '>page: ok<' <<<"$dom"; then
    echo "ok: ${1##*/}"
  else
    echo "FAILED: ${1##*/}: $(grep -o 'WRONG: [^<]*' <<<"$dom" || { echo 'the checks did not run'; tail -n 5 "$folder/chromium.log"; })"
    failed=1
  fi
  # To be looked at, beside the log.
  if [[ -n ${TEST_UNDECLARED_OUTPUTS_DIR:-} ]]; then
    local name=${1##*/}
    for theme in light dark; do
      browser --screenshot="$TEST_UNDECLARED_OUTPUTS_DIR/${name%.html}.$theme.png" "file://$1#$theme" >/dev/null
    done
  fi
}

for name in "$@"; do
  if [[ -f $folder/reports/$name.html ]]; then
    look "$folder/reports/$name.html" "$failure_checks"
  else
    look "$folder/reports/$name.exploration.html" "$exploration_checks"
  fi
done
exit "$failed"
