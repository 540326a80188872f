#!/bin/sh
# Installs FaceSorter from this folder, for you alone or, as root, for everybody; --remove takes it away again.
#
# Usage: ./install.sh [--prefix DIR] [--remove]
# DIR is ~/.local, or /usr/local for root. Your photos, copies and what FaceSorter knows stay where they are.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
name=io.github.facesorter.FaceSorter
if [ "$(id -u)" = 0 ]; then prefix=/usr/local; else prefix=$HOME/.local; fi
remove=no
while [ $# -gt 0 ]; do
    case $1 in
        --prefix)
            [ $# -gt 1 ] || { echo "install.sh: --prefix needs a folder." >&2; exit 2; }
            prefix=$2
            shift
            ;;
        --remove) remove=yes ;;
        *)
            echo "Usage: $0 [--prefix DIR] [--remove]" >&2
            exit 2
            ;;
    esac
    shift
done
case $prefix in /*) ;; *) prefix=$PWD/$prefix ;; esac
program=$prefix/lib/facesorter
share=$prefix/share

refresh() {
    # What a desktop has written down of its applications; where a tool is missing there is nothing to refresh.
    if command -v update-desktop-database >/dev/null; then update-desktop-database -q "$share/applications" || true; fi
    if command -v gtk-update-icon-cache >/dev/null; then gtk-update-icon-cache -qtf "$share/icons/hicolor" || true; fi
}

take_away() {
    rm -rf "$program"
    rm -f "$prefix/bin/facesorter" "$share/applications/$name.desktop" "$share/metainfo/$name.metainfo.xml" \
        "$share/man/man1/facesorter.1.gz"
    rm -f "$share"/icons/hicolor/*/apps/"$name".png "$share/icons/hicolor/scalable/apps/$name.svg"
}

ours() {
    [ -f "$program/sbom.json" ] && [ -x "$program/facesorter" ]
}

if [ "$remove" = yes ]; then
    ours || { echo "FaceSorter is not installed in $prefix." >&2; exit 1; }
    take_away
    refresh
    echo "FaceSorter was removed. Your photos, the copies and what FaceSorter knows"
    echo "(${XDG_DATA_HOME:-$HOME/.local/share}/FaceSorter) were left alone."
    exit 0
fi

if [ "$here" = "$program" ]; then
    echo "install.sh: FaceSorter is installed here already. Run the install.sh of the new version." >&2
    exit 1
fi
if [ -e "$program" ] && ! ours; then
    echo "install.sh: $program is something else than FaceSorter and is left alone. Choose another --prefix." >&2
    exit 1
fi
if [ -e "$prefix/bin/facesorter" ] && [ ! -L "$prefix/bin/facesorter" ]; then
    echo "install.sh: $prefix/bin/facesorter is something else and is left alone. Choose another --prefix." >&2
    exit 1
fi
mkdir -p "$prefix/lib" "$prefix/bin" "$share"
rm -rf "$program.new"
cp -R "$here" "$program.new" # whole, before the old one goes
take_away
mv "$program.new" "$program"
ln -s ../lib/facesorter/facesorter "$prefix/bin/facesorter"
cp -R "$program/share/." "$share/"
# Desktops do not look into ~/.local/bin for programs, so the desktop file says where it is.
sed -e "s|^Exec=facesorter|Exec=\"$prefix/bin/facesorter\"|" -e "s|^TryExec=facesorter|TryExec=$prefix/bin/facesorter|" \
    "$program/share/applications/$name.desktop" >"$share/applications/$name.desktop"
refresh
echo "FaceSorter is installed: look for it among your applications, or run $prefix/bin/facesorter."
