#!/usr/bin/env bash
# Install Debian packages that the tests use, where this is Debian and we may; otherwise those tests say why they skip.
set -u
missing=()
# A command that is there already counts, whoever brought it: another vendor's Node.js contains npm and refuses Debian's.
for package in "$@"; do
  dpkg -s "$package" >/dev/null 2>&1 || command -v "$package" >/dev/null || missing+=("$package")
done
[ ${#missing[@]} -eq 0 ] && exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq >/dev/null 2>&1
  for package in "${missing[@]}"; do  # one by one: one that cannot be had must not cost the others
    apt-get install -y -qq --no-install-recommends "$package" >/dev/null 2>&1 || echo "could not install: $package"
  done
else
  echo "not installed: ${missing[*]} (tests that need them are skipped)"
fi
exit 0
