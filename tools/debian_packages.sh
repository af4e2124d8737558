#!/usr/bin/env bash
# Install Debian packages that the tests use, where this is Debian and we may; otherwise those tests say why they skip.
set -u
missing=()
for package in "$@"; do dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package"); done
[ ${#missing[@]} -eq 0 ] && exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null 2>&1 \
    || echo "could not install: ${missing[*]}"
else
  echo "not installed: ${missing[*]} (tests that need them are skipped)"
fi
exit 0
