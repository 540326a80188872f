"""What Windows and macOS are asked for, held against stand-ins for their libraries and tools."""

import ctypes
import os
import sys
import threading
import time

import pytest

from facesorter.desktop import awake, reveal, taskbar

CONTINUOUS, SYSTEM_REQUIRED = 0x80000000, 1


class Kernel:
    """Windows' `kernel32`, as far as it keeps a computer awake: what counts is the thread that asks."""

    def __init__(self, *, grants=True):
        self.grants = grants
        self.states = {}
        self.calls = []

    def SetThreadExecutionState(self, state):  # noqa: N802
        if not self.grants:
            return 0
        before = self.states.get(threading.get_ident(), CONTINUOUS)
        self.states[threading.get_ident()] = state
        self.calls.append(state)
        return before


def test_windows_is_kept_awake_by_one_thread_that_also_lets_go():
    kernel = Kernel()
    held = awake.Awake("", lambda reason: awake.on_windows(reason, kernel))
    end = time.monotonic() + 10
    while not kernel.calls and time.monotonic() < end:
        time.sleep(0.01)
    assert kernel.calls == [CONTINUOUS | SYSTEM_REQUIRED]
    held.end()
    held._thread.join(1)
    assert kernel.calls == [CONTINUOUS | SYSTEM_REQUIRED, CONTINUOUS]
    assert list(kernel.states.values()) == [CONTINUOUS], "two threads, so the first one's wish would stand"


def test_where_windows_refuses_work_goes_on():
    held = awake.Awake("", lambda reason: awake.on_windows(reason, Kernel(grants=False)))
    held._thread.join(10)
    assert not held._thread.is_alive()


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_macos_runs_caffeinate_for_this_program_and_ends_it(tmp_path):
    told = tmp_path / "told"
    stand_in = tmp_path / "caffeinate"
    stand_in.write_text(f'#!/bin/sh\necho "$$ $*" >{told}.new && mv {told}.new {told}\nexec sleep 60\n')
    stand_in.chmod(0o755)
    held = awake.Awake("", lambda reason: awake.on_macos(reason, str(stand_in)))
    end = time.monotonic() + 10
    while not told.exists() and time.monotonic() < end:
        time.sleep(0.01)
    number, *arguments = told.read_text().split()
    assert arguments == ["-i", "-w", str(os.getpid())]
    held.end()
    held._thread.join(2)
    with pytest.raises(ProcessLookupError):
        os.kill(int(number), 0)


def test_each_system_has_its_way():
    ways = [awake.hold_of(name) for name in ("win32", "darwin", "linux", "freebsd14")]
    assert ways == [awake.on_windows, awake.on_macos, awake.on_linux, awake.on_linux]


class Ole:
    """Windows' `ole32`, and a task bar whose methods lie in a table, as COM has them."""

    def __init__(self, *, answer=0):
        self.calls = []
        self.answer = answer
        function = taskbar._function_type
        pointer, number, long = ctypes.c_void_p, ctypes.c_int, ctypes.c_ulonglong

        def noting(name):
            def method(_this, *arguments):
                self.calls.append((name, *arguments))
                return 0

            return method

        self._methods = {
            2: function(ctypes.c_long, pointer)(noting("Release")),
            3: function(ctypes.c_long, pointer)(noting("HrInit")),
            9: function(ctypes.c_long, pointer, pointer, long, long)(noting("SetProgressValue")),
            10: function(ctypes.c_long, pointer, pointer, number)(noting("SetProgressState")),
        }
        self._table = (pointer * 21)()
        for place, method in self._methods.items():
            self._table[place] = ctypes.cast(method, pointer).value
        self._object = ctypes.pointer(ctypes.cast(self._table, ctypes.POINTER(pointer)))

    def CoInitializeEx(self, _reserved, model):  # noqa: N802
        self.calls.append(("CoInitializeEx", model))

    def CoUninitialize(self):  # noqa: N802
        self.calls.append(("CoUninitialize",))

    def CoCreateInstance(self, wanted, _outer, _context, interface, result):  # noqa: N802
        self.wanted = bytes(wanted._obj).hex(), bytes(interface._obj).hex()
        if self.answer == 0:
            result._obj.value = ctypes.cast(self._object, ctypes.c_void_p).value
        return self.answer


def test_the_task_bar_of_windows_shows_progress_and_is_given_back():
    ole = Ole()
    with taskbar.in_task_bar(0x1234, ole) as show:
        show(40)
        show(None)
    # As they lie in memory: the first three parts of a GUID have their lowest byte first.
    assert ole.wanted == ("44f3fd566dfdd011958a006097c9a090", "91fb1aea289e864b90e99e9f8a5eefaf")
    assert ole.calls == [
        ("CoInitializeEx", 2),
        ("HrInit",),
        ("SetProgressState", 0x1234, 2),
        ("SetProgressValue", 0x1234, 40, 100),
        ("SetProgressState", 0x1234, 0),
        ("Release",),
        ("CoUninitialize",),
    ]


def test_windows_without_a_task_bar_shows_none():
    ole = Ole(answer=-2147221164)
    with pytest.raises(OSError, match="no task bar"), taskbar.in_task_bar(1, ole):
        pass
    assert ole.calls[-1] == ("CoUninitialize",)


def test_progress_follows_the_newest_figure_only():
    began, gate, shown = threading.Event(), threading.Event(), []

    class Place:
        def __enter__(self):
            began.set()
            gate.wait(10)
            return shown.append

        def __exit__(self, *_):
            shown.append("left")

    progress = taskbar.TaskbarProgress(Place)
    assert began.wait(10)
    for percent in range(50):
        progress.show(percent)
    gate.set()
    end = time.monotonic() + 10
    while shown != [49] and time.monotonic() < end:
        time.sleep(0.01)
    progress.close()
    progress._thread.join(10)
    assert shown == [49, None, "left"]


def test_the_dock_of_macos_is_left_to_qt():
    assert taskbar.progress_beside_icon(1, "darwin") is None


def test_files_are_shown_by_explorer_and_finder():
    assert reveal.in_explorer("C:\\My photos\\a.jpg") == 'explorer.exe /select,"C:\\My photos\\a.jpg"'
    assert reveal.in_finder("/Users/a/b c.jpg") == ["/usr/bin/open", "-R", "/Users/a/b c.jpg"]
    if sys.platform == "linux":
        assert not reveal.reveal("/photos/a.jpg", "darwin"), "there is no such tool here"
