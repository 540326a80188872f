"""What the program is opened with is looked at on a worker: a share that is gone may let one wait."""

import os
import threading


def test_a_share_that_does_not_answer_holds_up_no_window(window, qtbot, tmp_path, monkeypatch):
    (tmp_path / "share").mkdir()
    answered, isdir = threading.Event(), os.path.isdir

    def slow(path):
        if "share" in str(path):
            assert threading.current_thread() is not threading.main_thread()
            assert answered.wait(20)
        return isdir(path)

    monkeypatch.setattr(os.path, "isdir", slow)
    window.sort.opened.begin_with([str(tmp_path / "share"), "/heads/anna.jpg"])
    qtbot.wait(50)
    assert window.sort.where.folders == ()
    answered.set()
    qtbot.waitUntil(lambda: window.sort.where.folders == (str(tmp_path / "share"),))
    qtbot.waitUntil(lambda: [draft.name for draft in window.sort.who.drafts] == ["Anna"])
