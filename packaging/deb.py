"""Makes a Debian package of the frozen program: `python3 packaging/deb.py --program DIR/FaceSorter --out DIR`.

Needs `binutils`. What the package depends on is worked out from the libraries that the program links to and does not
carry. The same program gives the same package.
"""

from __future__ import annotations

import argparse
import gzip
import os
import re
import shutil
import subprocess
import tempfile
from datetime import UTC, datetime, time
from email.utils import format_datetime
from pathlib import Path

import facts
from desktop import built_on

LINUX = facts.PACKAGING / "linux"
MAINTAINER = f"{facts.PUBLISHER} <facesorter@users.noreply.github.com>"
DESCRIPTION = """\
 Choose a headshot of somebody and a folder of photos: FaceSorter finds the
 photos that show that person and copies them into a folder of their own.
 Faces are compared on this computer; nothing is uploaded.
 .
 Photos are only read. Every photo is accounted for, doubtful ones are left
 for you to decide, and a whole run can be undone. A command line does the
 same where there is no screen.
"""
_RIGHTS = "u+rwX,go+rX,go-w,a-s"


def make(program: Path, out: Path, revision: int) -> Path:
    """The package. Raises `CalledProcessError` if a tool of Debian's fails."""
    architecture = _said_by("dpkg", "--print-architecture")
    version = f"{facts.version()}-{revision}"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder, "root")
        _lay_out(program, root, version)
        depends = _dependencies(root / "usr/lib/facesorter")
        size = sum(file.lstat().st_size for file in root.rglob("*") if file.is_file()) // 1024
        control = {
            "Package": "facesorter",
            "Version": version,
            "Architecture": architecture,
            "Maintainer": MAINTAINER,
            "Installed-Size": str(size),
            "Depends": depends,
            "Recommends": "fonts-dejavu-core | fonts-liberation, xdg-desktop-portal",
            "Section": "graphics",
            "Priority": "optional",
            "Description": f"{facts.SUMMARY[0].lower()}{facts.SUMMARY[1:]}\n{DESCRIPTION}".rstrip(),
        }
        debian = root / "DEBIAN"
        debian.mkdir()
        (debian / "control").write_text("".join(f"{key}: {value}\n" for key, value in control.items()), "utf-8")
        shutil.copy(LINUX / "prerm", debian)
        files = sorted(str(file.relative_to(root)) for file in (root / "usr").rglob("*") if _is_plain(file))
        digests = subprocess.run(["md5sum", *files], cwd=root, capture_output=True, check=True)  # noqa: S603, S607
        (debian / "md5sums").write_bytes(digests.stdout)
        subprocess.run(["chmod", "-R", _RIGHTS, str(root)], check=True)  # noqa: S603, S607
        package = out / f"facesorter_{version}_{architecture}.deb"
        epoch = str(int(datetime.combine(built_on(), time(), UTC).timestamp()))
        subprocess.run(  # noqa: S603
            ["dpkg-deb", "--root-owner-group", "-Zxz", "--build", str(root), str(package)],  # noqa: S607
            check=True,
            stdout=subprocess.DEVNULL,
            env=os.environ | {"SOURCE_DATE_EPOCH": epoch},
        )
    return package


def _is_plain(file: Path) -> bool:
    return file.is_file() and not file.is_symlink()


def _said_by(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603


def _lay_out(program: Path, root: Path, version: str) -> None:
    """Everything at its place below `root`."""
    library, share = root / "usr/lib/facesorter", root / "usr/share"
    shutil.copytree(program, library, symlinks=True, ignore=shutil.ignore_patterns("install.sh"))
    shutil.move(library / "share", share)
    documents = share / "doc/facesorter"
    documents.mkdir(parents=True)
    shutil.move(library / "licenses", documents / "licenses")
    (library / "licenses").symlink_to("../../share/doc/facesorter/licenses")
    (root / "usr/bin").mkdir()
    (root / "usr/bin/facesorter").symlink_to("../lib/facesorter/facesorter")
    for file in library.rglob("*.so*"):
        if _is_plain(file):
            file.chmod(0o644)
    license_lines = (facts.ROOT / "LICENSE").read_text("utf-8").split("\n\n", 2)[2].strip().splitlines()
    text = "\n".join(f" {line or '.'}" for line in license_lines)
    copyright_file = (LINUX / "copyright").read_text("utf-8").replace("@LICENSE@", text)
    (documents / "copyright").write_text(copyright_file, "utf-8")
    (documents / "changelog.Debian.gz").write_bytes(gzip.compress(_changelog(version).encode(), 9, mtime=0))
    (documents / "changelog.gz").write_bytes(gzip.compress((facts.PACKAGING / "CHANGELOG.md").read_bytes(), 9, mtime=0))
    overrides = share / "lintian/overrides"
    overrides.mkdir(parents=True)
    shutil.copyfile(LINUX / "lintian-overrides", overrides / "facesorter")


def _changelog(version: str) -> str:
    when = format_datetime(datetime.combine(built_on(), time(), UTC))
    return (
        f"facesorter ({version}) unstable; urgency=medium\n\n"
        f"  * FaceSorter {facts.version()}; its changes are in changelog.gz.\n\n -- {MAINTAINER}  {when}\n"
    )


def _dependencies(library: Path) -> str:
    """The packages of this Debian with the libraries that the program links to and does not carry.

    `dpkg-shlibdeps` cannot be used: it wants to know a package for the program's own libraries, too.
    """
    files = [file for file in sorted(library.rglob("*")) if _is_plain(file) and _is_elf(file)]
    headers = _said_by("objdump", "-p", *map(str, files))
    carried = {file.name for file in files}
    needed = set(re.findall(r"^  NEEDED +(\S+)$", headers, re.MULTILINE)) - carried
    known = dict(re.findall(r"^\t(\S+) \(libc6,.* => (\S+)$", _said_by("/sbin/ldconfig", "-p"), re.MULTILINE))
    lacking = sorted(name for name in needed if name not in known)
    if lacking:
        raise LookupError(f"Nothing that is installed here has the libraries {', '.join(lacking)}.")
    packages = {_package_of(Path(known[name]).resolve()) for name in needed}
    glibc = max(tuple(map(int, found.split("."))) for found in re.findall(r"\bGLIBC_(\d+\.\d+)", headers))
    versions = {"libc6": f" (>= {'.'.join(map(str, glibc))})"}
    return ", ".join(f"{package}{versions.get(package, '')}" for package in sorted(packages))


def _package_of(library: Path) -> str:
    """By either path: Debian's list has some files below /lib, which is a link to /usr/lib."""
    for path in (str(library), str(library).removeprefix("/usr")):
        told = subprocess.run(["dpkg", "-S", path], capture_output=True, text=True, check=False)  # noqa: S603, S607
        if told.returncode == 0:
            return told.stdout.split(":")[0]
    raise LookupError(f"{library} belongs to no package.")


def _is_elf(file: Path) -> bool:
    with file.open("rb") as opened:
        return opened.read(4) == b"\x7fELF"


def main() -> None:
    """Make the package."""
    parser = argparse.ArgumentParser(description="Make a Debian package of the frozen program.")
    parser.add_argument("--program", type=Path, required=True, metavar="DIR", help="the folder that freeze.py has made")
    parser.add_argument("--out", type=Path, required=True, metavar="DIR")
    parser.add_argument("--revision", type=int, default=1, help="of the package, for the same version (%(default)s)")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    print(make(options.program.resolve(), options.out.resolve(), options.revision))


if __name__ == "__main__":
    main()
