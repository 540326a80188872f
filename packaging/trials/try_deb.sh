#!/usr/bin/env bash
# Installs, runs, upgrades and removes the Debian packages in /root of a new Debian: try_deb.sh ROOT
set -euo pipefail
root=$1

inside() {
    chroot "$root" env DEBIAN_FRONTEND=noninteractive HOME=/root LC_ALL=C.UTF-8 "$@"
}

window() {
    # It stands for a while and is then closed politely; the exit code is its own.
    inside xvfb-run -a timeout --preserve-status 25 facesorter
}

inside apt-get update -qq
inside bash -c 'apt-get install -y -qq --no-install-recommends /root/facesorter_*-1_*.deb' >/dev/null
inside facesorter doctor
carried=/usr/lib/facesorter/_internal # where the frozen program has the loader look, too
missing=$(inside env "LD_LIBRARY_PATH=$carried" bash -c 'find /usr/lib/facesorter -name "*.so*" -exec ldd {} + 2>/dev/null | grep "not found" || true')
[ -z "$missing" ] || { echo "Libraries are missing: $missing" >&2; exit 1; }
inside apt-get install -y -qq --no-install-recommends xvfb xauth fonts-dejavu-core >/dev/null
window
inside bash -c 'apt-get install -y -qq --no-install-recommends /root/facesorter_*-2_*.deb' >/dev/null
inside dpkg --verify facesorter
inside facesorter --version
window
told=$(inside apt-get remove -y -qq facesorter)
[[ $told == *share/FaceSorter* ]] || { echo "Removing does not say where the profile lies: $told" >&2; exit 1; }
left=$(find "$root/usr" "$root/etc" "$root/var/lib/dpkg/info" -iname '*facesorter*')
[ -z "$left" ] || { echo "Removing has left: $left" >&2; exit 1; }
[ -f "$root/root/.local/share/FaceSorter/catalog.db" ] || { echo "Removing took the profile along." >&2; exit 1; }
echo "The package installs, runs, upgrades and is removed, and the profile stays."
