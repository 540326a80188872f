"""A Linux desktop's services, as a stand-in on a real bus is asked for them."""

import os
import time

import pytest
from jeepney import DBusAddress  # noqa: F401 - the tests need the library

from facesorter.desktop import notices, reveal
from facesorter.desktop.awake import LOGIN, PORTAL, SCREEN_SAVER, Awake
from facesorter.desktop.taskbar import TaskbarProgress, in_launcher


def wait_for(what, seconds=10):
    end = time.monotonic() + seconds
    while not what() and time.monotonic() < end:
        time.sleep(0.01)
    return what()


class TestAwake:
    def test_the_portal_is_asked_not_to_suspend_and_let_go_at_once(self, bus):
        portal = bus(PORTAL.name, Inhibit=("o", ("/request/1",)))
        awake = Awake("Photos are being searched.")
        assert wait_for(lambda: portal.calls)
        assert portal.calls == [
            ("Inhibit", "sua{sv}", ("", 4, {"reason": ("s", "Photos are being searched.")})),
        ]
        time.sleep(0.1)
        assert not portal.gone.is_set(), "the portal ends what it grants when its caller leaves the bus"
        awake.end()
        assert portal.gone.wait(1)

    def test_where_the_portal_refuses_the_login_service_is_asked(self, bus):
        portal = bus(PORTAL.name)
        reading, writing = os.pipe()
        login = bus(LOGIN.name, Inhibit=("h", (writing,)))
        awake = Awake("Because.")
        assert wait_for(lambda: login.calls)
        assert portal.calls
        assert login.calls == [("Inhibit", "ssss", ("sleep:idle", "FaceSorter", "Because.", "block"))]
        os.close(writing)
        os.set_blocking(reading, False)
        time.sleep(0.2)
        with pytest.raises(BlockingIOError):  # the program still holds its end
            os.read(reading, 1)
        awake.end()
        assert wait_for(lambda: _ended(reading), 1)
        os.close(reading)

    def test_else_the_screen_saver(self, bus):
        saver = bus(SCREEN_SAVER.name, Inhibit=("u", (7,)))
        with Awake("Because."):
            assert wait_for(lambda: saver.calls)
            assert saver.calls == [("Inhibit", "ss", ("FaceSorter", "Because."))]
        assert saver.gone.wait(1)

    def test_where_nobody_answers_work_goes_on(self, no_bus):
        awake = Awake("Because.")
        awake._thread.join(10)
        assert not awake._thread.is_alive()
        awake.end()


def _ended(reading):
    try:
        return os.read(reading, 1) == b""
    except BlockingIOError:
        return False


def test_progress_is_shown_in_the_dock_and_taken_away(bus):
    dock = bus("org.example.Dock")
    dock.listen("com.canonical.Unity.LauncherEntry")
    progress = TaskbarProgress(in_launcher)
    progress.show(40)
    assert wait_for(lambda: dock.calls)
    progress.close()
    assert wait_for(lambda: len(dock.calls) > 1)
    name, signature, (address, shown) = dock.calls[0]
    assert (name, signature) == ("Update", "sa{sv}")
    assert address == "application://io.github.facesorter.FaceSorter.desktop"
    assert shown == {"progress": ("d", 0.4), "progress-visible": ("b", True)}
    assert dock.calls[-1][2][1]["progress-visible"] == ("b", False)


def test_a_notice_has_the_form_that_desktops_expect(bus):
    desktop = bus(notices.NOTIFICATIONS.name, Notify=("u", (3,)))
    notices.notify("Anna: 12 copied", "FaceSorter has finished.").join(10)
    [(method, signature, body)] = desktop.calls
    assert (method, signature) == ("Notify", "susssasa{sv}i")
    assert body[3:5] == ("Anna: 12 copied", "FaceSorter has finished.")
    assert body[6] == {"desktop-entry": ("s", "io.github.facesorter.FaceSorter")}


def test_without_a_bus_a_notice_is_left_out(no_bus):
    notices.notify("a", "b").join(10)


def test_a_file_is_shown_in_the_file_manager_whatever_its_name(bus, tmp_path):
    manager = bus(reveal.FILE_MANAGER.name, ShowItems=("", ()))
    path = os.fsdecode(os.fsencode(tmp_path) + b"/a b\xff.jpg")
    assert reveal.reveal(path, "linux")
    address = f"file://{tmp_path}/a%20b%FF.jpg"
    assert manager.calls == [("ShowItems", "ass", ([address], ""))]


def test_no_file_manager_is_told(bus, no_bus):
    assert not reveal.reveal("/photos/a.jpg", "linux")
