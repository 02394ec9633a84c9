#!/bin/sh
# Installs the Debian packages that the kiosk needs; run as root or by somebody who may use sudo. Safe to run again.
#   config/system/debian.sh            what a kiosk needs
#   config/system/debian.sh --test     and what its tests and demonstration need (virtual reader, virtual screen)
set -eu

# python3-venv: the .venv · gcc swig libpcsclite-dev python3-dev: pyscard has no Linux wheel and is built
# pcscd libccid: PC/SC and its driver · libzbar0: second QR decoder · fonts: the screen's and slip's letters
# fonts-noto-core (12 MB): visitors' names on slips in Thai, Lao, Khmer, Arabic, Devanagari and a hundred scripts more ·
# fonts-wqy-microhei (2 MB): Chinese, Japanese and Korean in one file, where fonts-noto-cjk would take 57 MB ·
# libfribidi0: Pillow's wheel brings HarfBuzz and Raqm, which shape those scripts, but finds this one on the system
# libegl1 … libxcb-*: what Qt's window needs · libpulse0 libxcb-cursor0: QtMultimedia, the xcb platform
packages="python3-venv python3-dev gcc swig libpcsclite-dev libpcsclite1 pcscd libccid libzbar0 fonts-inter fonts-dejavu-core
fonts-noto-core fonts-wqy-microhei libfribidi0
libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libfontconfig1 libdbus-1-3 libglib2.0-0 libpulse0
libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0
libxcb-xinerama0 libxcb-xkb1"
# vsmartcard-vpcd: the virtual reader · xvfb openbox xdotool: a real window where there is no screen
# fonts-ocr-b: the letters of drawn documents · postgresql: tests start servers of their own from its programs
[ "${1:-}" = --test ] && packages="$packages vsmartcard-vpcd xvfb openbox xdotool fonts-ocr-b postgresql"

missing=
for package in $packages; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
done
[ -n "$missing" ] || exit 0

root=
if [ "$(id -u)" != 0 ]; then
    command -v sudo >/dev/null || { echo "Packages are missing and neither root nor sudo is here:$missing" >&2; exit 1; }
    root=sudo
fi
echo "Installing Debian packages:$missing"
$root apt-get update -qq
# shellcheck disable=SC2086  # a list of words on purpose
$root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
