#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Gets Debian's source of a kernel and unpacks the parts that patchcheck reads:
#     scripts/get-linux-source.sh 6.12 [DIRECTORY]
# Needs Debian's apt-get and dpkg-deb, no root. The tree is then DIRECTORY/linux-source-6.12 (default: .cache).
set -eu

version=${1:?usage: get-linux-source.sh VERSION [DIRECTORY]}
case $version in *[!0-9.]*) echo "not a version: $version" >&2; exit 2 ;; esac
into=${2:-.cache}
name=linux-source-$version
parts="arch/x86/entry/syscalls arch/x86/include arch/x86/kvm arch/x86/lib fs/Makefile fs/internal.h fs/mount.h fs/namei.c include kernel/bounds.c lib mm virt/kvm Makefile"

if [ "$(cat "$into/$name/.unpacked" 2>/dev/null)" = "$parts" ]; then
	echo "$into/$name is there"
	exit 0
fi
mkdir -p "$into"
into=$(cd "$into" && pwd)
work=$(mktemp -d "$into/.get-XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM

packed=/usr/src/$name.tar.xz
if [ ! -e "$packed" ]; then
	(cd "$work" && apt-get download "$name")
	dpkg-deb --fsys-tarfile "$work/$name"_*.deb | tar -x -C "$work" "./usr/src/$name.tar.xz"
	packed=$work/usr/src/$name.tar.xz
fi
# shellcheck disable=SC2046,SC2086 # the parts are words
tar -xJf "$packed" -C "$work" $(for part in $parts; do printf '%s/%s ' "$name" "$part"; done)
printf "%s\n" "$parts" >"$work/$name/.unpacked"
rm -rf "${into:?}/$name"
mv "$work/$name" "$into/$name"
echo "$into/$name"
