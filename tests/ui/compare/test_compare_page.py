"""The Compare page as a user meets it: on a real face with the real engine, on made-up ones where speed matters."""

import io
import json
import os
import threading
import time
from pathlib import Path

import pytest
from made_up import FACE, MadeUpApp, MadeUpComparisons, comparison, face_at
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QAccessible, QImage
from PySide6.QtWidgets import QAbstractButton, QAbstractItemView, QAbstractSlider, QApplication, QTabBar, QWidget
from skimage import data as pictures

from facesorter.domain.errors import NoFaceInHeadshot, PhotoError, StorageUnavailable
from facesorter.domain.models import Appearance, Photo
from facesorter.domain.wire import compared_face, face_detail
from facesorter.pipeline.compare import PictureCompared
from facesorter.pipeline.enrol import HeadshotReport
from facesorter.ui.compare.compare_page import ComparePage
from facesorter.ui.compare.compared_faces import FacesModel, Part
from facesorter.ui.compare.comparing import State
from facesorter.ui.compare.comparison_table import ComparisonTable
from facesorter.ui.paid.engine_choice import EngineChoice


def saved(path: Path, pixels, **options) -> str:
    Image.fromarray(pixels).save(path, **options)
    return str(path)


def photo_bytes():
    file = io.BytesIO()
    Image.fromarray(pictures.coffee()).resize((300, 200)).save(file, "JPEG")
    return file.getvalue()


PHOTO = photo_bytes()


class ComparingApp(MadeUpApp):
    """Compares as `answers` says by file name: similarities, or the reason why not."""

    def __init__(self, profile: Path, answers) -> None:
        super().__init__(profile, picture=PHOTO)
        self.comparisons = MadeUpComparisons(answers)


def shown_page(qtbot, app, jobs, theme):
    made = ComparePage(app, jobs, theme, EngineChoice(app.settings))
    qtbot.addWidget(made)
    made.resize(1000, 760)
    made.show()
    qtbot.waitExposed(made)
    return made


@pytest.fixture
def made(qtbot, tmp_path, jobs, theme):
    """Makes a page whose app answers like this."""
    return lambda **answers: shown_page(
        qtbot, ComparingApp(tmp_path, {f"{name}.jpg": answer for name, answer in answers.items()}), jobs, theme
    )


@pytest.fixture
def real(qtbot, open_app, jobs, theme):
    return shown_page(qtbot, open_app(), jobs, theme)


def choose(qtbot, page, source, target):
    page.source.take(source)
    page.target.take(target)
    qtbot.waitUntil(lambda: page.source.ready and page.target.ready, timeout=30000)


def compare(qtbot, page, source, target):
    choose(qtbot, page, source, target)
    page.go.click()
    qtbot.waitUntil(lambda: page.comparing.state is State.DONE, timeout=30000)
    qtbot.waitUntil(lambda: page.target.loaded is not None, timeout=30000)


def listed(page, part):
    page.pane.show_part(part)
    model = page.faces
    return [
        tuple(model.data(model.index(row, column)) for column in range(model.columnCount()))
        for row in range(model.rowCount())
    ]


def click_face(qtbot, picture, place):
    target, center = picture._target(), picture.marks[place].box.center
    point = QPoint(round(target.left() + center[0] * target.width()), round(target.top() + center[1] * target.height()))
    qtbot.mouseClick(picture, Qt.MouseButton.LeftButton, pos=point)


def tones(page):
    return [(mark.tone, mark.text) for mark in page.target.picture.marks]


class TestTheRealFace:
    def test_the_same_person_turned_is_a_match_on_the_upright_picture(self, real, qtbot, tmp_path):
        upright = pictures.astronaut()
        exif = Image.Exif()
        exif[0x0112] = 6
        lying = saved(tmp_path / "lying.jpg", upright.swapaxes(0, 1)[::-1], quality=95, exif=exif)
        compare(qtbot, real, saved(tmp_path / "me.png", upright), lying)
        assert listed(real, Part.MATCHES)[0][0] == "lying.jpg"
        source, target = real.source.picture.marks[0], real.target.picture.marks[0]
        assert (source.tone, target.tone) == ("accent", "good")
        assert source.box.overlap(target.box) > 0.8
        image = real.target.loaded.image
        assert (image.width(), image.height()) == (512, 512)
        assert image.pixelColor(20, 20).getRgb()[:3] == pytest.approx(upright[20, 20], abs=12)

    def test_the_answer_is_that_of_comparefaces_and_can_be_copied(self, real, qtbot, tmp_path):
        me = saved(tmp_path / "me.png", pictures.astronaut())
        compare(qtbot, real, me, me)
        real.pane.answer.copy.click()
        answer = json.loads(QApplication.clipboard().text())
        assert set(answer) == {"SourceImageFace", "FaceMatches", "UnmatchedFaces"}
        assert answer["FaceMatches"][0]["Similarity"] > 99
        assert set(answer["FaceMatches"][0]["Face"]) == {"BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"}
        assert real.pane.answer.copy.text() == "Copied"

    def test_of_several_faces_the_largest_is_preselected_and_another_can_be_picked(self, real, qtbot, tmp_path):
        me = pictures.astronaut()
        small = Image.fromarray(me[:, ::-1]).resize((300, 300))
        both = Image.new("RGB", (812, 512), (90, 90, 90))
        both.paste(Image.fromarray(me), (0, 0))
        both.paste(small, (512, 0))
        both.save(tmp_path / "both.png")
        compare(qtbot, real, str(tmp_path / "both.png"), saved(tmp_path / "me.png", me))
        assert real.source.headshot.face_index == 0
        assert [(mark.text, mark.strong) for mark in real.source.picture.marks] == [("1", True), ("2", False)]
        qtbot.keyClick(real.source.picture, Qt.Key.Key_Right)
        assert real.source.headshot.face_index == 1
        assert real.comparing.state is State.NOTHING
        assert real.target.picture.marks == ()
        real.go.click()
        qtbot.waitUntil(lambda: real.comparing.state is State.DONE)
        small_face = json.loads(real.pane.answer.text.toPlainText())["SourceImageFace"]["BoundingBox"]
        assert small_face["Left"] > 512 / 812

    def test_a_folder_is_compared_and_what_cannot_be_read_is_listed(self, real, qtbot, tmp_path):
        folder = tmp_path / "photos"
        (folder / "sub").mkdir(parents=True)
        saved(folder / "sub" / "me.jpg", pictures.astronaut(), quality=90)
        saved(folder / "cup.jpg", pictures.coffee())
        (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff nothing more")
        compare(qtbot, real, saved(tmp_path / "head.png", pictures.astronaut()), str(folder))
        assert real.pane.sentence.text().startswith("1 face matches: 9")
        assert [row[0] for row in listed(real, Part.NO_FACE)] == ["cup.jpg"]
        assert [row[0] for row in listed(real, Part.PROBLEMS)] == ["broken.jpg"]
        assert "damaged" in listed(real, Part.PROBLEMS)[0][1]
        assert [row[:2] for row in listed(real, Part.MATCHES)] == [("me.jpg", "1 of 1")]
        real.pane.table.choose(0)
        qtbot.waitUntil(lambda: tones(real) and real.target.picture.marks[0].tone == "good")

    def test_analyzing_tells_what_is_known_and_invents_nothing(self, real, qtbot, tmp_path):
        real.source.take(saved(tmp_path / "me.png", pictures.astronaut()))
        qtbot.waitUntil(lambda: real.source.ready, timeout=30000)
        real.source.analyze_button.click()
        analysis = real.pane.analysis
        qtbot.waitUntil(lambda: analysis.shows_something, timeout=30000)
        assert real.pane.isVisible()
        facts = analysis.facts
        told = {
            item.text(0): item.text(1) for item in (facts.topLevelItem(row) for row in range(facts.topLevelItemCount()))
        }
        assert float(told["Confidence that it is a face"].rstrip("%")) > 80
        assert "of 100" in told["Sharpness"]
        assert "%" in told["eyeLeft"]
        low, high = (int(number) for number in told["Age"].removesuffix(" years").split(" to "))
        assert 18 <= low < high <= 60
        assert told["Gender"].startswith("female (")
        assert told["Emotions"].startswith("happy ")
        assert told["Smile"].startswith("yes (")
        for unknown in ("Eyes open", "Mouth open", "Glasses", "Beard", "Gaze direction", "Partly covered"):
            assert told[unknown] == "not available from this engine"
        assert real.source.picture.lit == pytest.approx(real.source.faces[0].box)
        assert real.target.picture.lit is None

    def test_a_source_without_a_face_says_so_and_cannot_be_compared(self, real, qtbot, tmp_path):
        real.target.take(saved(tmp_path / "me.png", pictures.astronaut()))
        real.source.take(saved(tmp_path / "cup.png", pictures.coffee()))
        qtbot.waitUntil(lambda: real.source.loaded is not None and real.target.ready, timeout=30000)
        assert not real.go.isEnabled()
        assert "No face was found" in real.source._remark.text()


class TestTwoPictures:
    def test_the_first_look_says_what_to_do(self, made):
        page = made()
        assert not page.go.isEnabled()
        assert "face first" in page._hint.text()
        assert "Drop" in page.source.picture.accessibleDescription()
        assert "folder" in page.target.picture.accessibleDescription()
        assert not page.pane.isVisible()
        assert not page.stop.isVisible()

    def test_each_face_is_boxed_with_its_similarity(self, made, qtbot):
        page = made(a=(12.9, 97.2, 60.0))
        compare(qtbot, page, "/me.jpg", "/a.jpg")
        assert tones(page) == [("good", "2 · 97%"), ("bad", "1 · 60%"), ("bad", "3 · 12%")]
        assert page.pane.sentence.text() == "1 of 3 faces matches: 97%"
        assert "does not match" in page.target.picture.accessibleDescription()

    def test_the_slider_colors_at_once_and_asks_nobody(self, made, qtbot):
        page = made(a=(12.9, 97.2, 60.0))
        compare(qtbot, page, "/me.jpg", "/a.jpg")
        page.pane.slider.slider.setValue(-60)
        assert [tone for tone, _ in tones(page)] == ["good", "good", "bad"]
        assert page.faces.count(Part.MATCHES) == 2
        assert len(json.loads(page.pane.answer.text.toPlainText())["FaceMatches"]) == 2
        page.pane.slider.slider.setValue(-98)
        assert [tone for tone, _ in tones(page)] == ["bad"] * 3
        assert "No match" in page.pane.sentence.text()
        assert page.comparing._app.comparisons.asked == ["/a.jpg"]

    def test_a_face_clicked_in_the_picture_is_chosen_in_the_list(self, made, qtbot):
        page = made(a=(12.9, 97.2))
        compare(qtbot, page, "/me.jpg", "/a.jpg")
        picture = page.target.picture
        click_face(qtbot, picture, 1)
        assert page.faces.part is Part.OTHERS
        assert [mark.strong for mark in picture.marks] == [False, True]
        qtbot.keyClick(picture, Qt.Key.Key_Left)
        assert page.faces.part is Part.MATCHES
        assert [mark.strong for mark in picture.marks] == [True, False]

    def test_a_picture_without_a_face_is_no_failure(self, made, qtbot):
        page = made(a=())
        compare(qtbot, page, "/me.jpg", "/a.jpg")
        assert "No face" in page.pane.sentence.text()
        assert listed(page, Part.NO_FACE) == [("a.jpg",)]
        assert not page.banner.isVisible()

    @pytest.mark.parametrize(
        "error",
        [
            NoFaceInHeadshot("Amazon Rekognition finds no face in the headshot.", "Choose another."),
            StorageUnavailable("The disk cannot be reached.", "Connect it."),
            PhotoError("The file is missing: it was moved or deleted."),
            ZeroDivisionError(),
        ],
    )
    def test_what_ends_it_is_told_calmly(self, made, qtbot, error):
        page = made(a=error)
        choose(qtbot, page, "/me.jpg", "/a.jpg")
        page.go.click()
        qtbot.waitUntil(page.banner.isVisible)
        qtbot.waitUntil(lambda: page.comparing.state is State.FAILED)
        assert page.go.isEnabled()
        assert "division" not in page.banner.accessibleName()

    def test_another_picture_voids_the_answer(self, made, qtbot):
        page = made(a=(97.2,), b=(3.0,))
        compare(qtbot, page, "/me.jpg", "/a.jpg")
        page.target.take("/b.jpg")
        assert page.comparing.state is State.NOTHING
        assert page.pane.answer.text.toPlainText() == ""
        qtbot.waitUntil(lambda: page.target.ready)
        assert tones(page) == []
        assert not page.pane.isVisible()

    def test_pictures_passed_over_quickly_are_not_read(self, made, qtbot):
        page = made()
        app, read, gate = page.comparing._app, [], threading.Event()

        def slow(path):
            read.append(path)
            gate.wait(10)
            return PHOTO

        app.read = slow
        for number in range(20):
            page.target.show_path(f"/{number}.jpg")
        gate.set()
        qtbot.waitUntil(lambda: page.target.loaded is not None)
        assert read[-1] == "/19.jpg"
        assert len(read) < 8

    def test_a_picture_that_cannot_be_read_says_why(self, made, qtbot):
        page = made()
        page.source.take("/me.jpg")
        page.target.take("/unreadable.jpg")
        qtbot.waitUntil(lambda: bool(page.target.problem))
        assert "damaged" in page.target.picture.accessibleDescription()
        assert not page.go.isEnabled()


class TestFolders:
    def test_a_click_does_not_end_what_goes_on(self, made, qtbot, tmp_path):
        page = made(a=(85.0,), b=(99.0,), c=(), d=(12.0,), e=(91.0,))
        app = page.comparing._app
        app.headshots.examine = lambda path: HeadshotReport(path, (face_at(0.5, 0.3), face_at(0.1)), ((), ()))
        choose(qtbot, page, "/me.jpg", str(tmp_path))
        asked, menu = [], page.target.choose_button.menu()
        menu.aboutToShow.connect(lambda: asked.append("menu"))
        menu.aboutToShow.connect(menu.close, Qt.ConnectionType.QueuedConnection)
        app.comparisons.gate = threading.Event()
        page.go.click()
        qtbot.waitUntil(lambda: page.comparing.busy and page.faces.count(Part.MATCHES) == 2)
        click_face(qtbot, page.source.picture, 1)
        qtbot.keyClick(page.source.picture, Qt.Key.Key_Right)
        page.target.show_path("")
        qtbot.mouseClick(page.target.picture, Qt.MouseButton.LeftButton)
        assert asked == []
        assert page.comparing.busy
        app.comparisons.gate.set()
        qtbot.waitUntil(lambda: page.comparing.state is State.DONE)
        assert page.faces.count(Part.MATCHES) == 3
        click_face(qtbot, page.source.picture, 1)
        assert page.source.chosen == 1

    def test_results_come_in_sorted_by_similarity(self, made, qtbot, tmp_path):
        page = made(a=(85.0, 12.0), b=(99.0,), c=(), d="This file is damaged.", e=(91.0, 88.0))
        compare(qtbot, page, "/me.jpg", str(tmp_path))
        assert [row[0] + " " + row[2] for row in listed(page, Part.MATCHES)] == [
            "b.jpg 99%",
            "e.jpg 91%",
            "e.jpg 88%",
            "a.jpg 85%",
        ]
        assert page.pane.sentence.text() == "4 faces match in 3 photos"
        assert page.pane.details.text() == "5 photos compared"
        assert listed(page, Part.PROBLEMS) == [("d.jpg", "This file is damaged.")]

    def test_choosing_a_row_shows_its_picture_with_its_boxes(self, made, qtbot, tmp_path):
        page = made(a=(85.0, 12.0), b=(99.0,))
        compare(qtbot, page, "/me.jpg", str(tmp_path))
        page.pane.table.setFocus()
        qtbot.keyClick(page.pane.table, Qt.Key.Key_Down)
        qtbot.waitUntil(lambda: page.target.shown.endswith("a.jpg") and len(tones(page)) == 2)
        assert page.target.place == str(tmp_path)
        assert "a.jpg" in page.pane.answer.file.accessibleName()

    def test_results_stream_in_and_stop_keeps_them(self, made, qtbot, tmp_path):
        page = made(**{f"p{number}": (90.0,) for number in range(50)})
        page.comparing._app.comparisons.gate = threading.Event()
        choose(qtbot, page, "/me.jpg", str(tmp_path))
        page.go.setFocus()
        page.go.click()
        qtbot.waitUntil(lambda: page.faces.pictures == 3)
        assert page.stop.isVisible()
        assert page.stop.hasFocus()
        assert "3 of 50 photos" in page.pane.details.text()
        assert not page.go.isEnabled()
        assert not page.target.choose_button.isEnabled()
        page.stop.click()
        page.comparing._app.comparisons.gate.set()
        qtbot.waitUntil(lambda: page.comparing.state is State.STOPPED)
        assert 3 <= page.faces.count(Part.MATCHES) <= 4
        assert "Stopped after" in page.pane.details.text()
        assert page.go.isEnabled()
        assert page.pane.table.hasFocus()

    def test_the_chosen_face_stays_chosen_while_better_ones_come_in(self, made, qtbot, tmp_path):
        page = made(a=(85.0,), b=(86.0,), c=(87.0,), d=(99.0,))
        page.comparing._app.comparisons.gate = threading.Event()
        choose(qtbot, page, "/me.jpg", str(tmp_path))
        page.go.click()
        qtbot.waitUntil(lambda: page.faces.pictures == 3)
        chosen = page.target.shown
        row = page.pane.table.currentIndex().row()
        page.comparing._app.comparisons.gate.set()
        qtbot.waitUntil(lambda: page.comparing.state is State.DONE)
        assert page.pane.table.currentIndex().row() == row + 1
        assert page.target.shown == chosen
        page.pane.slider.slider.setValue(-70)
        assert page.pane.table.currentIndex().row() == row + 1

    def test_many_faces_do_not_keep_the_window_waiting(self, qapp, theme):
        faces = FacesModel(80)
        table = ComparisonTable(faces, theme)
        for number in range(20_000):
            faces.add(PictureCompared(Photo(number, f"/p/{number}.jpg", 1, 1), (comparison(number * 37 % 1000 / 10),)))
            if number == 100:
                table.choose(0)
        began = time.process_time()
        faces.set_threshold(50)
        assert time.process_time() - began < 0.05
        rows = [faces.data(faces.index(row, 0), Qt.ItemDataRole.UserRole) for row in range(faces.rowCount())]
        assert rows == sorted(rows, reverse=True)
        assert len(rows) == faces.count(Part.MATCHES) == 10_000
        assert min(rows) == 50
        assert faces.path(table.currentIndex().row()) == "/p/27.jpg"


class TestAnalysis:
    def test_choosing_a_face_lights_it_in_the_picture(self, made, qtbot):
        page = made(a=(97.2, 12.0))
        compare(qtbot, page, "/me.jpg", "/a.jpg")
        page.target.analyze_button.click()
        qtbot.waitUntil(lambda: page.pane.analysis.shows_something)
        page.pane.analysis.faces.setCurrentRow(1)
        assert page.target.picture.lit == comparison(97.2, 12.0).matches[1].face.box
        assert page.source.picture.lit is None
        page.pane.slider.slider.setValue(-60)
        assert page.target.picture.lit == comparison(97.2, 12.0).matches[1].face.box

    def test_an_error_is_told_and_nothing_is_shown(self, made, qtbot):
        page = made(a=StorageUnavailable("The disk cannot be reached.", "Connect it."))
        page.target.take("/a.jpg")
        qtbot.waitUntil(lambda: page.target.ready)
        page.target.analyze_button.click()
        qtbot.waitUntil(page.banner.isVisible)
        assert not page.pane.analysis.shows_something

    def test_what_the_service_tells_is_shown_in_words(self, qtbot):
        from facesorter.ui.compare.face_facts import facts_of

        detail = compared_face(FACE) | {
            "AgeRange": {"Low": 31, "High": 39},
            "Gender": {"Value": "Female", "Confidence": 99.4},
            "Smile": {"Value": True, "Confidence": 88.0},
            "Beard": {"Value": False, "Confidence": 97.0},
            "Emotions": [{"Type": "CALM", "Confidence": 3.1}, {"Type": "HAPPY", "Confidence": 96.0}],
            "EyeDirection": {"Yaw": -12.0, "Pitch": 4.0, "Confidence": 90.0},
            "FaceOccluded": {"Value": False, "Confidence": 99.0},
        }
        told = {line.name: line.told for facts in facts_of(detail) for line in facts.lines}
        assert told["Age"] == "31 to 39 years"
        assert told["Gender"] == "female (99% confidence)"
        assert told["Smile"] == "yes (88% confidence)"
        assert told["Beard"] == "no (97% confidence)"
        assert told["Emotions"] == "happy 96%, calm 3%"
        assert told["Gaze direction"] == "12° to the left of the picture, 4° up"
        assert told["Sunglasses"] is None

    def test_what_only_fills_a_place_is_not_shown(self, qtbot):
        from facesorter.ui.compare.face_facts import facts_of

        told = {line.name: line.told for facts in facts_of(face_detail(FACE, Appearance())) for line in facts.lines}
        assert told["Sharpness"]
        for unknown in (
            "Age",
            "Gender",
            "Emotions",
            "Smile",
            "Beard",
            "Mouth open",
            "Gaze direction",
            "Partly covered",
        ):
            assert told[unknown] is None


class TestBringingPictures:
    def test_pasting_fills_the_empty_card_with_what_was_copied(self, made, qtbot):
        page = made()
        image = QImage(64, 48, QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.green)
        QApplication.clipboard().setImage(image)
        page.paste()
        qtbot.waitUntil(lambda: page.source.ready)
        with Image.open(page.source.place) as kept:
            assert (kept.size, kept.getpixel((5, 5))) == ((64, 48), (0, 255, 0))
        page.paste()
        qtbot.waitUntil(lambda: page.target.ready)
        assert page.target.place != page.source.place

    def test_pasted_pictures_are_gone_with_their_page(self, qtbot):
        from facesorter.ui.widgets.picture_card import PastedPictures

        pasted = PastedPictures()
        path = Path(pasted.new_path())
        path.write_bytes(PHOTO)
        del pasted
        assert not path.parent.exists()

    def test_a_copied_file_or_address_is_taken_as_such(self, made, qtbot, tmp_path):
        page = made()
        files = QMimeData()
        files.setUrls([QUrl.fromLocalFile(str(tmp_path))])
        page.target._paste(files)
        qtbot.waitUntil(lambda: page.target.is_folder)
        address = QMimeData()
        address.setText(" s3://photos/2019 ")
        page.target._paste(address)
        assert (page.target.place, page.target.is_folder) == ("s3://photos/2019", True)
        address.setText("s3://photos/me.jpg")
        page.target._paste(address)
        assert not page.target.is_folder

    def test_nothing_to_paste_is_said(self, made):
        page = made()
        QApplication.clipboard().setText("hello")
        page.paste()
        assert page.banner.isVisible()
        assert page.source.place == ""

    def test_dropping_a_folder_on_the_right_makes_it_the_place_to_compare_with(self, made, qtbot, tmp_path):
        page = made()
        page.target.dropped.emit([str(tmp_path)])
        qtbot.waitUntil(lambda: page.target.is_folder)
        assert "Every picture" in page.target.picture.accessibleDescription()

    @pytest.mark.parametrize(
        ("dropped", "told"),
        [
            (["smb://nas/a.jpg"], "not on this computer"),
            (["/nowhere/a.jpg"], "a.jpg cannot be found"),
            (["a.jpg", "b.jpg"], "a.jpg was taken"),
            (["."], "is not a picture"),
        ],
    )
    def test_what_is_dropped_and_not_taken_is_said(self, made, qtbot, tmp_path, dropped, told):
        for name in ("a.jpg", "b.jpg"):
            (tmp_path / name).write_bytes(PHOTO)
        page = made()
        page.source.dropped.emit([one if "/" in one else str(tmp_path / one) for one in dropped])
        qtbot.waitUntil(lambda: page.banner.isVisible() and told in page.banner.accessibleName())
        taken = str(tmp_path / "a.jpg") if "was taken" in told else ""
        qtbot.waitUntil(lambda: page.source.place == taken)
        if taken:
            qtbot.waitUntil(lambda: page.source.loaded is not None)
        assert page.banner.isVisible()

    def test_the_window_never_waits_for_a_dead_share(self, made, qtbot, tmp_path, monkeypatch):
        asked, isdir = [], os.path.isdir
        monkeypatch.setattr(os.path, "isdir", lambda path: asked.append(threading.current_thread()) or isdir(path))
        page = made()
        page.target.take(str(tmp_path))
        qtbot.waitUntil(lambda: page.target.is_folder)
        assert threading.main_thread() not in asked


class TestTheWindow:
    def test_every_control_can_be_reached_and_has_a_name(self, made, qtbot):
        page = made(a=(97.2, 12.0))
        compare(qtbot, page, "/me.jpg", "/a.jpg")
        controls = [
            widget
            for kind in (QAbstractButton, QAbstractSlider, QAbstractItemView, QTabBar)
            for widget in page.findChildren(kind)
            if widget.isVisible() and type(widget).__name__ not in ("QScrollBar", "QTableCornerButton", "QHeaderView")
        ]
        assert len(controls) > 8
        for widget in controls:
            name = QAccessible.queryAccessibleInterface(widget).text(QAccessible.Text.Name)
            assert name, widget
            assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus, name

    @pytest.mark.parametrize("size", [(804, 600), (1100, 800), (1900, 1100)])
    def test_nothing_is_cut_off(self, made, qtbot, size):
        page = made(a=(97.2, 12.0), b="This file is damaged.", c=())
        page.resize(*size)
        compare(qtbot, page, "/me.jpg", "/a.jpg")
        assert page.minimumSizeHint().width() <= size[0]
        assert page.minimumSizeHint().height() <= size[1]
        for widget in page.findChildren(QWidget):
            if widget.isVisible() and isinstance(widget, QAbstractButton) and widget.text():
                assert widget.width() >= widget.minimumSizeHint().width()
        assert page.pane.height() > 0.3 * page.height()

    def test_a_change_of_the_look_repaints(self, made, qtbot, theme):
        page = made(a=(97.2,))
        compare(qtbot, page, "/me.jpg", "/a.jpg")
        before = page.grab().toImage()
        theme.choose("dark")
        after = page.grab().toImage()
        assert after.pixelColor(5, 5).lightness() < before.pixelColor(5, 5).lightness()
