#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Unpacks the parts of gcc's test suite that our tests run, from Debian's gcc-12-source (apt-get install gcc-12-source):
#     scripts/get-gcc-testsuite.sh [DIRECTORY]
# They are then in DIRECTORY/gcc-testsuite (default: .cache). PATCHCHECK_GCC_SOURCE names another tar file of gcc's source.
set -eu

into=${1:-.cache}
name=gcc-testsuite
parts="gcc.c-torture/execute gcc.dg/cpp c-c++-common/cpp"

if [ "$(cat "$into/$name/.unpacked" 2>/dev/null)" = "$parts" ]; then
	echo "$into/$name is there"
	exit 0
fi
packed=${PATCHCHECK_GCC_SOURCE:-}
if [ -z "$packed" ]; then
	for packed in /usr/src/gcc-12/gcc-12*-dfsg.tar.xz; do break; done
fi
if [ ! -e "$packed" ]; then
	echo "gcc's source is not here: install gcc-12-source, or name its tar file in PATCHCHECK_GCC_SOURCE" >&2
	exit 2
fi
mkdir -p "$into"
into=$(cd "$into" && pwd)
work=$(mktemp -d "$into/.get-XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM

patterns=
for part in $parts; do patterns="$patterns */gcc/testsuite/$part/*"; done
# shellcheck disable=SC2086 # the patterns are words, and tar's to expand
(set -f && tar -xf "$packed" -C "$work" --wildcards --strip-components=3 $patterns)
printf "%s\n" "$parts" >"$work/.unpacked"
rm -rf "${into:?}/$name"
mkdir "$into/$name"
mv "$work/.unpacked" "$work"/* "$into/$name/"
echo "$into/$name"
