"""Headshots and names: what is guessed, what is missing, and which face of a group is the right one."""

import pytest
from made_up import EIGHT
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QLabel

from facesorter.domain.models import BoundingBox
from facesorter.pipeline.enrol import HeadshotReport
from facesorter.ui.sort.drafts import Draft, Identity, name_from
from facesorter.ui.sort.headshot_words import how_many, quality_of_all
from facesorter.ui.sort.headshots_dialog import HeadshotsDialog
from facesorter.ui.widgets.face_button import FaceButton
from facesorter.ui.widgets.picture_with_faces import Mark, PictureWithFaces
from facesorter.ui.widgets.shot import Shot


@pytest.fixture
def who(window):
    return window.sort.who


def add(qtbot, who, *paths):
    who.add_headshots(list(paths))
    qtbot.waitUntil(lambda: not who.current.is_pending)


class TestTheName:
    def test_it_follows_the_file_until_it_is_edited(self, who, qtbot):
        add(qtbot, who, "/heads/maria.jpg")
        assert who.fields.name.text() == "Maria"
        add(qtbot, who, "/heads/rose1.jpg")
        who.remove(who.current.shots[0])
        assert who.fields.name.text() == "Rose"
        who.fields.name.clear()
        qtbot.keyClicks(who.fields.name, "Rosie")
        add(qtbot, who, "/heads/anna.jpg")
        who.remove(who.current.shots[0])
        assert who.fields.name.text() == "Rosie"
        assert who.folder_names() == ["PhotosWithRosie"]

    def test_a_name_that_was_erased_is_guessed_anew(self, who, qtbot):
        add(qtbot, who, "/heads/anna.jpg")
        who.fields.name.selectAll()
        qtbot.keyClick(who.fields.name, Qt.Key.Key_Backspace)
        assert who.fields.name.text() == ""
        add(qtbot, who, "/heads/other.jpg")
        assert who.fields.name.text() == "Anna"

    def test_a_group_gives_nobody_its_name(self, who, qtbot):
        add(qtbot, who, "/heads/group.jpg")
        assert who.fields.name.text() == ""
        add(qtbot, who, "/heads/rose1.jpg")
        assert who.folder_names() == ["PhotosWithRose"]

    def test_a_file_that_cannot_be_used_gives_nobody_its_name(self, who, qtbot):
        add(qtbot, who, "/heads/nobody.jpg", "/heads/rose.jpg")
        assert who.fields.name.text() == "Rose"

    @pytest.mark.parametrize("name", ["Family.jpg", "wedding_3.png", "Screenshot 12.png", "scan.tif"])
    def test_names_of_occasions_are_nobodys(self, name):
        assert name_from(f"/x/{name}") == ""


class TestWhatIsMissing:
    def test_a_name_is_asked_for_in_its_field(self, window, who, qtbot):
        add(qtbot, who, "/heads/IMG_1.jpg")
        assert who.fields.name.property("tone") == "missing"
        assert who.fields.hint.isVisible()
        assert who.fields.hint.text() == who.fields.name.accessibleDescription() == "Enter this person's name."
        who.fields.add.setFocus()
        qtbot.keyClick(who.fields.add, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
        qtbot.waitUntil(who.fields.name.hasFocus)
        qtbot.keyClicks(who.fields.name, "Anna")
        assert who.fields.name.property("tone") == ""
        assert not who.fields.hint.isVisible()

    def test_then_a_folder_in_its_field(self, window, who, qtbot, tmp_path):
        where = window.sort.where
        assert where._shown.property("tone") != "missing"
        add(qtbot, who, "/heads/anna.jpg")
        qtbot.waitUntil(lambda: where._shown.property("tone") == "missing")
        assert where._told.text() == "Choose a folder of photos."
        window.sort.start()
        qtbot.waitUntil(where.choose.hasFocus)
        where.add_folders([str(tmp_path)])
        assert where._shown.property("tone") == ""

    def test_a_headshot_of_another_person_is_led_to(self, window, who, qtbot, tmp_path):
        add(qtbot, who, "/heads/anna.jpg")
        window.sort.where.add_folders([str(tmp_path)])
        who.add_person("Ben")
        who.tabs.setCurrentIndex(0)
        warn = who._theme.colors.warn
        qtbot.waitUntil(lambda: who.drafts[0].identity is Identity.CLEAR)
        assert [who.tabs.tabTextColor(place).name() for place in (0, 1)] != [warn, warn]
        assert who.tabs.tabTextColor(1).name() == warn
        window.sort.start()
        assert who.tabs.currentIndex() == 1
        qtbot.waitUntil(who.fields.add.hasFocus)


class TestQuality:
    def test_a_group_is_not_called_a_good_picture(self, who, qtbot):
        add(qtbot, who, "/heads/team.jpg")
        assert quality_of_all(who.current) == ("The largest of 8 faces", "warn")
        who.pick_face(who.current.shots[0], 3)
        assert quality_of_all(who.current) == ("Face 4 of 8", "good")

    def test_files_that_cannot_be_used_are_named_and_not_counted(self, who, qtbot):
        add(qtbot, who, "/heads/anna.jpg", "/heads/nobody.jpg", "/heads/anna2.jpg")
        assert who.fields.manage.text() == "2 headshots"
        assert who.fields.chip.text().startswith("nobody.jpg: No face was found")
        assert len(who.people()[0].headshots) == 2
        add(qtbot, who, "/heads/nobody2.jpg")
        assert who.fields.chip.text() == "nobody.jpg, nobody2.jpg cannot be used"

    def test_alone_they_can_still_be_reached(self):
        report = HeadshotReport("x.jpg", error="This file is damaged.")
        draft = Draft(shots=[Shot("x.jpg", report=report), Shot("y.jpg", report=report)])
        assert how_many(draft) == "2 unusable files"


class TestChoosingAFace:
    @pytest.fixture
    def dialog(self, who, qtbot, theme, window):
        add(qtbot, who, "/heads/team.jpg")
        made = HeadshotsDialog(who, theme)
        made.show()
        qtbot.waitUntil(lambda: bool(self.faces(made)))
        yield made
        made.close()
        made.deleteLater()

    def faces(self, dialog):
        """Those in the order of the eye; none that are only about to be deleted."""
        return sorted(dialog._scroll.widget().findChildren(FaceButton), key=lambda one: (one.y(), one.x()))

    def chosen(self, dialog):
        return [face.text() for face in self.faces(dialog) if face.isChecked()]

    def test_every_face_can_be_chosen_with_the_mouse(self, dialog, who, qtbot):
        assert [face.text() for face in self.faces(dialog)] == [str(number) for number in range(1, 9)]
        for place in range(8):
            face = self.faces(dialog)[place]
            qtbot.mouseClick(face, Qt.MouseButton.LeftButton, pos=QPoint(40, 40))
            assert who.current.shots[0].face_index == place
            assert self.chosen(dialog) == [str(place + 1)]

    def test_every_face_can_be_chosen_with_the_keys(self, dialog, who, qtbot):
        self.faces(dialog)[0].setFocus()
        for place in range(1, 8):
            qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Right)
            assert who.current.shots[0].face_index == place
            assert dialog.focusWidget().text() == str(place + 1)
        for place in range(6, -1, -1):
            qtbot.keyClick(dialog.focusWidget(), Qt.Key.Key_Left)
            assert who.current.shots[0].face_index == place

    def test_they_are_large_and_nothing_is_cut_off(self, dialog, qtbot):
        for width in (560, 700, 860, 1200):
            dialog.resize(width, 640)
            qtbot.wait(20)
            faces, viewport = self.faces(dialog), dialog._scroll.viewport()
            assert min(face.width() for face in faces) >= 100
            right = max(face.mapTo(viewport, QPoint(face.width(), 0)).x() for face in faces)
            assert right <= viewport.width()

    def test_a_screen_reader_hears_which_is_chosen(self, dialog):
        heard = [QAccessible.queryAccessibleInterface(face) for face in self.faces(dialog)]
        assert {one.role() for one in heard} == {QAccessible.Role.RadioButton}
        assert [one.text(QAccessible.Text.Name) for one in heard][:2] == ["Face 1", "Face 2"]
        assert [one.state().checked for one in heard] == [True] + [False] * 7

    def test_a_click_in_the_picture_chooses_too(self, dialog, who, qtbot):
        picture = dialog.findChildren(PictureWithFaces)[-1]
        target, (x, y) = picture._target(), EIGHT[5].box.center
        qtbot.mouseClick(
            picture,
            Qt.MouseButton.LeftButton,
            pos=QPoint(round(target.left() + x * target.width()), round(target.top() + y * target.height())),
        )
        assert who.current.shots[0].face_index == 5

    def test_unusable_files_say_so_beside_their_names(self, dialog, who, qtbot):
        add(qtbot, who, "/heads/nobody.jpg")
        texts = [one.text() for one in dialog._scroll.widget().findChildren(QLabel)]
        assert "nobody.jpg" in texts
        assert any("No face was found" in text for text in texts)


class TestTheAvatar:
    def test_it_is_a_button_for_mouse_and_keys(self, who, qtbot, monkeypatch):
        asked = []
        monkeypatch.setattr(who, "_choose", lambda: asked.append("choose"))
        who.headshots_wanted.disconnect()
        who.headshots_wanted.connect(lambda: asked.append("all"))
        heard = QAccessible.queryAccessibleInterface(who.fields.avatar)
        assert (heard.role(), heard.text(QAccessible.Text.Name)) == (QAccessible.Role.Button, "Choose headshots")
        who.fields.avatar.setFocus()
        qtbot.keyClick(who.fields.avatar, Qt.Key.Key_Space)
        add(qtbot, who, "/heads/anna.jpg")
        qtbot.waitUntil(lambda: who.fields.avatar.shows_something)
        qtbot.mouseClick(who.fields.avatar, Qt.MouseButton.LeftButton)
        assert asked == ["choose", "all"]
        assert heard.text(QAccessible.Text.Name) == "Headshots"


class TestThePicture:
    def test_numbers_stand_beside_faces_and_not_on_them(self, qtbot, theme):
        picture = PictureWithFaces(theme, "Group")
        qtbot.addWidget(picture)
        picture.resize(400, 300)
        image = QImage(800, 600, QImage.Format.Format_RGB32)
        image.fill(0)
        picture.show_picture(image, [Mark(face.box, "dim", str(place)) for place, face in enumerate(EIGHT)])
        picture.show()
        target, metrics, placed = picture._target(), picture.fontMetrics(), []
        for mark in picture.marks:
            plate = picture._plate(metrics, target, mark, placed)
            assert plate is not None
            placed.append(plate)
            for other in picture.marks:
                box = other.box
                left, top = target.left() + box.left * target.width(), target.top() + box.top * target.height()
                right, bottom = left + box.width * target.width(), top + box.height * target.height()
                assert plate.right() <= left or plate.left() >= right or plate.bottom() <= top or plate.top() >= bottom

    def test_a_single_face_fills_it(self, qtbot, theme):
        picture = PictureWithFaces(theme, "Face")
        qtbot.addWidget(picture)
        picture.resize(200, 120)
        image = QImage(1000, 800, QImage.Format.Format_RGB32)
        image.fill(0xFF0000)
        picture.show_face(image, BoundingBox(0.4, 0.4, 0.1, 0.1))
        seen = picture.grab().toImage()
        assert {seen.pixelColor(x, y).red() for x, y in ((100, 3), (3, 60), (196, 60), (100, 116))} == {255}
        picture.clear()
        assert not picture.shows_something
