"""Drives a FaceSorter window as a screen reader does, by the names of what it shows, through the main job.

`drive_window.py HEADSHOT FOLDER REPORT PROGRAM...` starts the program with the folder, chooses the headshot, finds and
copies, says yes to the first photo that is left to check, copies it, opens the other places of the sidebar, and undoes
the run. REPORT gets a line of JSON: seconds until the window could be used, and what lay in ~/Pictures/FaceSorter after
each step, as digests.

Debian's Python runs it, with `python3-gi`, `gir1.2-atspi-2.0`, `at-spi2-core` and `xdotool`, in a D-Bus session and on
a screen.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import time
import warnings
from pathlib import Path

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

MOST_SECONDS = 180
ANY = "any role"
PLACES = {
    "People": "Rose, ",
    "Compare": "Compare",
    "Insights": "Save “Photos of each person”",
    "Settings": "Look",
}
"""What is shown in each of the other places of the sidebar once it is ready."""

warnings.simplefilter("ignore", DeprecationWarning)


def all_below(thing):
    """Everything below, depth first; what vanishes meanwhile is left out."""
    try:
        children = [thing.get_child_at_index(number) for number in range(thing.get_child_count())]
    except GLib.Error:
        return
    for child in children:
        if child is not None:
            yield child
            yield from all_below(child)


def shown(thing, state=Atspi.StateType.SHOWING):
    return thing.get_state_set().contains(state)


class Window:
    """The program's window, as it can be heard."""

    def __init__(self, process):
        self._process = process

    def applications(self):
        desktop = Atspi.get_desktop(0)
        found = [desktop.get_child_at_index(number) for number in range(desktop.get_child_count())]
        return [one for one in found if one is not None and one.get_name() == "FaceSorter"]

    def find(self, role, name, *, holding="", usable=True):
        """What is shown with this role and a name that begins so and holds that; None if there is nothing."""
        state = Atspi.StateType.ENABLED if usable else Atspi.StateType.SHOWING
        for application in self.applications():
            for thing in all_below(application):
                try:
                    named = thing.get_name()
                    fits = role in (thing.get_role_name(), ANY) and named.startswith(name) and holding in named
                    if fits and shown(thing) and shown(thing, state):
                        return thing
                except GLib.Error:
                    continue
        return None

    def wait_for(self, what, tell):
        """The first true answer of `what`; ends the trial if there is none in time or the program ends."""
        end = time.monotonic() + MOST_SECONDS
        while time.monotonic() < end:
            if self._process.poll() is not None:
                sys.exit(f"The program ended with {self._process.returncode} while waiting for {tell}.")
            answer = what()
            if answer:
                return answer
            time.sleep(0.05)
        self.describe()
        sys.exit(f"There was no {tell} in {MOST_SECONDS} seconds.")

    def describe(self):
        """Print what is shown, for whoever has to find out why something was not."""
        for application in self.applications():
            for thing in all_below(application):
                if shown(thing) and thing.get_name():
                    usable = "" if shown(thing, Atspi.StateType.ENABLED) else " (not enabled)"
                    print(f"  {thing.get_role_name()} {thing.get_name()!r}{usable}")

    def wait(self, role, name, *, usable=True):
        return self.wait_for(lambda: self.find(role, name, usable=usable), f"{role} {name!r}")

    def press(self, role, name):
        thing = self.wait(role, name)
        names = [thing.get_action_name(number) for number in range(thing.get_n_actions())]
        with contextlib.suppress(GLib.Error):  # a dialog that opens keeps the answer back until it is closed
            thing.do_action(names.index("Press"))

    def write(self, name, text):
        """Into the field of this name."""
        self.wait("text", name).set_text_contents(text)


def snapshot(folder):
    """Digest and time of each file, by its path."""
    return {
        str(file.relative_to(folder)): [hashlib.sha256(file.read_bytes()).hexdigest(), int(file.stat().st_mtime)]
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def copied(folder):
    """How many files there are; 0 while one is being written."""
    names = [file.name for file in folder.rglob("*") if file.is_file()]
    return 0 if any(name.endswith(".part") for name in names) else len(names)


def main():
    headshot, folder, report, *program = sys.argv[1:]
    copies = Path.home() / "Pictures" / "FaceSorter"
    environment = os.environ | {"QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "QT_QPA_PLATFORM": "xcb", "LC_ALL": "C.UTF-8"}
    began = time.monotonic()
    process = subprocess.Popen([*program, folder], env=environment)
    window = Window(process)
    try:
        window.wait("push button", "Choose headshots")
        seconds = time.monotonic() - began
        window.press("push button", "Choose headshots")
        window.write("File name", headshot)
        window.press("push button", "Open")
        window.press("push button", "Find and copy")
        window.wait("page tab", "Check 1")
        window.wait("push button", "Undo copying")  # nothing can be undone while a run goes on
        found = snapshot(copies)
        window.press("page tab", "Check 1")
        photo = window.wait_for(lambda: window.find("list item", "", holding=": Check,"), "photo to check")
        place = photo.get_extents(Atspi.CoordType.SCREEN)
        middle = str(place.x + place.width // 2), str(place.y + place.height // 2)
        subprocess.run(["xdotool", "mousemove", *middle, "sleep", "0.3", "click", "1"], check=True)
        window.press("push button", "Yes")
        window.press("push button", "Copy")
        window.wait("page tab", "Sure 3")
        window.wait_for(lambda: copied(copies) > len(found), "copy of what was answered with yes")
        answered = snapshot(copies)
        for place, shown_there in PLACES.items():
            window.press("check box", place)
            window.wait(ANY, shown_there)
        window.press("check box", "Sort")
        window.press("push button", "Undo copying")
        window.press("push button", "Remove copies")
        window.wait_for(lambda: not any(file.is_file() for file in copies.rglob("*")), "end of undoing")
        steps = {"found": found, "answered": answered, "undone": snapshot(copies)}
        Path(report).write_text(json.dumps({"seconds": seconds, "steps": steps}), "utf-8")
    finally:
        process.terminate()
        try:
            code = process.wait(30)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    if code:
        sys.exit(f"The window ended with {code}.")


if __name__ == "__main__":
    main()
