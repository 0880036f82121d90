# Say what is missing, and how to get it, before the set-up tries to compile durable-rules.
# usage: sh tools/can_build.sh PYTHON

python=$1
fail() {
    printf '\ncasecheck cannot be set up: %s\n' "$1" >&2
    exit 1
}

command -v "$python" >/dev/null 2>&1 ||
    fail "there is no $python. Install Python 3.11, 3.12 or 3.13, or name one: make PYTHON=python3.12"
# In Python 2's words too, which says `--version` where nobody catches it.
version=$("$python" -c 'import sys; print("%d.%d.%d" % sys.version_info[:3])' 2>/dev/null)
case $version in
3.11.* | 3.12.* | 3.13.*) ;;
[0-9]*) fail "$python is Python $version, which is not supported. Install Python 3.11, 3.12 or 3.13, or name one: make PYTHON=python3.12" ;;
*) fail "$python is no Python that runs. Install Python 3.11, 3.12 or 3.13, or name one: make PYTHON=python3.12" ;;
esac
"$python" -c 'import venv, ensurepip' 2>/dev/null ||
    fail "this Python has no venv. On Debian or Ubuntu: sudo apt-get install python3-venv"

cc=${CC:-$("$python" -c 'import sysconfig; print((sysconfig.get_config_var("CC") or "cc").split()[0])')}
command -v "$cc" >/dev/null 2>&1 ||
    fail "there is no C compiler ($cc). On Debian or Ubuntu: sudo apt-get install gcc; on macOS: xcode-select --install"
header=$("$python" -c 'import os, sysconfig; print(os.path.join(sysconfig.get_paths()["include"], "Python.h"))')
[ -f "$header" ] ||
    fail "Python's headers are missing ($header). On Debian or Ubuntu: sudo apt-get install python3-dev"
