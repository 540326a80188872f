#!/usr/bin/env bash
# Signs FaceSorter.app, makes a disk image of it, and has Apple notarize it: build.sh APP OUT
#
# MACOS_CERTIFICATE (a .p12 file in base64), MACOS_CERTIFICATE_PASSWORD, MACOS_IDENTITY, NOTARY_APPLE_ID, NOTARY_TEAM_ID
# and NOTARY_PASSWORD come from the environment and are written nowhere but into a keychain that is deleted at the end.
# Without a certificate the program gets a signature that says nothing of who made it, and is not notarized.
set -euo pipefail

app=$(cd "$1" && pwd)
out=$(cd "$2" && pwd)
here=$(cd "$(dirname "$0")" && pwd)
version=$(python3 -c 'import sys; sys.path.insert(0, sys.argv[1]); import facts; print(facts.version())' "$here/..")
image=$out/FaceSorter-$version-$(uname -m).dmg
identity=-
keychain=
staging=$(mktemp -d)

clean() {
    if [ -n "$keychain" ]; then security delete-keychain "$keychain"; fi
    rm -rf "$staging"
}
trap clean EXIT

if [ -n "${MACOS_CERTIFICATE:-}" ]; then
    identity=$MACOS_IDENTITY
    keychain=$staging/signing.keychain-db
    password=$(uuidgen)
    base64 --decode >"$staging/certificate.p12" <<<"$MACOS_CERTIFICATE"
    security create-keychain -p "$password" "$keychain"
    security unlock-keychain -p "$password" "$keychain"
    security import "$staging/certificate.p12" -k "$keychain" -P "$MACOS_CERTIFICATE_PASSWORD" -T /usr/bin/codesign
    rm "$staging/certificate.p12"
    security set-key-partition-list -S apple-tool:,apple: -s -k "$password" "$keychain" >/dev/null
    security list-keychains -d user -s "$keychain" login.keychain-db
fi

sign() {
    local options=(--force --sign "$identity" --options runtime --entitlements "$here/entitlements.plist")
    if [ -n "$keychain" ]; then options+=(--timestamp --keychain "$keychain"); fi
    codesign "${options[@]}" "$@"
}

# From the inside out: a signature covers what is signed already.
find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' \) -print0 | while IFS= read -r -d '' library; do
    sign "$library"
done
sign "$app/Contents/MacOS/facesorter"
sign "$app"
codesign --verify --deep --strict "$app"

mkdir "$staging/image"
cp -R "$app" "$staging/image/"
ln -s /Applications "$staging/image/Applications"
rm -f "$image"
hdiutil create -volname FaceSorter -srcfolder "$staging/image" -fs HFS+ -format ULMO "$image"

if [ -n "$keychain" ]; then
    codesign --sign "$identity" --timestamp --keychain "$keychain" "$image"
    xcrun notarytool submit "$image" --wait --apple-id "$NOTARY_APPLE_ID" --team-id "$NOTARY_TEAM_ID" \
        --password "$NOTARY_PASSWORD"
    xcrun stapler staple "$image"
    spctl --assess --type open --context context:primary-signature "$image"
else
    echo "There is no certificate: the disk image is not notarized, and macOS will warn of it." >&2
fi
echo "$image"
