#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Gets what the test on Debian's own patches reads (src/mail/debian-series.test.ts): debian/patches of the source package
# `linux`, and the files of the unpatched tree that they touch:
#     scripts/get-debian-linux.sh [DIRECTORY [VERSION]]        (default: .cache/debian-linux, the newest version there is)
# About 140 MB are fetched by `apt-get source`, which needs deb-src lines in apt's sources; no root. Tarballs that lie in
# DIRECTORY already are taken as they are.
set -eu

into=${1:-.cache/debian-linux}
version=${2:-}
mkdir -p "$into"
into=$(cd "$into" && pwd)
cd "$into"
if [ -e patches/series ] && [ -e orig/.unpacked ]; then
	echo "$into is there"
	exit 0
fi
if ! ls linux_*.orig.tar.xz >/dev/null 2>&1; then
	# An index may name versions that its mirror does not hold (security mirrors): the newest that can be fetched.
	got=
	for each in ${version:-$(apt-cache showsrc linux | sed -n 's/^Version: //p' | sort -rVu)}; do
		if apt-get source --download-only "linux=$each"; then
			got=$each
			break
		fi
		echo "linux $each cannot be fetched" >&2
	done
	[ -n "$got" ] || exit 2
fi
set -- linux_*.orig.tar.xz
orig=$1
set -- linux_*.debian.tar.xz
debian=$1
rm -rf patches orig debian
tar -xJf "$debian" debian/patches
mv debian/patches patches
rmdir debian
top=$(tar -tJf "$orig" 2>/dev/null | head -n 1 | cut -d/ -f1)
# Both sides: what a patch creates is not in the archive, and tar says so.
sed -n -e 's#^\(---\|+++\) [^/ ]*/\([^	 ]*\).*#\2#p' -e 's#^diff --git a/\([^ ]*\) .*#\1#p' \
	-e 's#^rename from ##p' -e 's#^copy from ##p' \
	$(sed -e 's/#.*//' -e '/^ *$/d' -e 's#^#patches/#' patches/series) |
	sort -u | sed "s#^#$top/#" >wanted
mkdir orig
tar -xJf "$orig" -C orig --strip-components=1 -T wanted 2>/dev/null || true
rm wanted
touch orig/.unpacked
echo "$into"
