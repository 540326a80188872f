"""Nothing is cut off in the dialogs of a person's page, whatever the size of the font."""

import pytest
from fitting import cut_off

from facesorter.domain.groups import DatedPhoto
from facesorter.domain.models import Person, Photo
from facesorter.ui.people.birth_dialog import BirthDialog
from facesorter.ui.people.export_dialog import ExportDialog
from facesorter.ui.people.rename_dialog import RenameDialog


@pytest.mark.usefixtures("points")
class TestNothingIsCutOff:
    def test_while_a_name_is_typed(self, window, qtbot):
        dialog = RenameDialog("Anna", "PhotosWithAnna", has_folder=True, parent=window)
        dialog.show()
        for name, follows in (("Annika", True), ("Annika", False), ("A/b", False), ("Annika of the long " * 3, True)):
            dialog.name.setText(name)
            dialog.follow.setChecked(follows)
            qtbot.waitUntil(lambda: cut_off(dialog) == [])

    def test_of_an_export(self, window, app, jobs, qtbot):
        dialog = ExportDialog(
            app, jobs, Person(1, "Anna", "PhotosWithAnna"), [DatedPhoto(Photo(1, "/a.jpg", 1, 1), None, None)], window
        )
        dialog.show()
        qtbot.waitUntil(lambda: cut_off(dialog) == [])
        dialog.reject()

    def test_of_a_birth_date(self, window, qtbot):
        dialog = BirthDialog("Anna", None, window)
        dialog.show()
        qtbot.waitUntil(lambda: cut_off(dialog) == [])
