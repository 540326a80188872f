"""Every fault that FaceSorter is to withstand, and the tests that hold it; none of them may go missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FAULTS = {
    "1 killed at any moment": (
        "force/test_kill_sort.py::test_killed_at_random_moments",
        "force/test_kill_sort.py::test_killed_at_system_calls",
        "pipeline/test_sort.py::test_names_do_not_depend_on_where_a_run_was_cut_off",
    ),
    "2 killed between publishing and recording": (
        "pipeline/test_copy.py::test_recovery_adopts_a_copy_that_was_published_but_not_recorded",
        "force/test_kill_sort.py::test_a_name_that_was_only_claimed_is_no_copy",
    ),
    "3 temporary files of others": ("pipeline/test_copy.py::test_recovery_removes_only_our_temporary_files",),
    "4 disk full": (
        "force/test_disks.py::test_a_full_destination_ends_the_run_with_one_sentence_and_the_next_goes_on",
        "force/test_disks.py::test_a_full_disk_of_the_catalog_is_told_and_the_next_run_goes_on",
        "places/disk/test_copier.py::test_room_is_checked_before_anything_is_written",
        "places/disk/test_copier.py::test_a_full_disk_pauses_and_goes_on",
    ),
    "5 fsync fails": (
        "force/test_disks.py::test_a_disk_that_fails_to_confirm_a_copy_makes_that_photo_a_problem",
        "places/disk/test_copier.py::test_a_share_without_fsync_is_tolerated_and_logged_once",
    ),
    "6 no right to read or write": (
        "places/disk/test_copier.py::test_photos_and_folders_without_rights",
        "places/disk/test_source.py::test_a_sub_folder_without_the_right_to_list_it_is_one_problem",
        "force/test_disks.py::test_a_read_only_destination_is_refused_before_anything_is_looked_at",
    ),
    "7 read-only source, other device": (
        "places/disk/test_copier.py::test_a_read_only_source_works",
        "places/disk/test_copier.py::test_a_hard_link_to_another_device_becomes_a_copy",
    ),
    "8 source changes or vanishes": (
        "places/disk/test_copier.py::test_a_source_that_keeps_changing_is_a_problem",
        "places/disk/test_copier.py::test_a_source_that_changes_once_is_tried_again",
        "places/disk/test_source.py::test_a_photo_that_changes_while_it_is_read_is_not_believed",
        "pipeline/test_copy.py::test_a_missing_photo_fails_alone",
    ),
    "9 network share drops": (
        "force/test_disks.py::test_a_destination_that_vanishes_is_waited_for",
        "force/test_disks.py::test_photos_that_vanish_before_they_are_copied_are_waited_for",
        "force/test_disks.py::test_photos_that_vanish_while_looked_at_end_the_run_and_none_is_called_a_problem",
        "pipeline/test_copy.py::test_a_long_drop_of_the_network_pauses_after_bounded_retries",
        "places/disk/test_source.py::test_an_empty_mount_point_is_not_the_disk_that_was_mounted_on_it",
    ),
    "10 names that are alike": (
        "pipeline/test_copy.py::test_same_name_other_content_gets_a_number_within_one_batch",
        "pipeline/test_copy.py::test_same_name_same_content_is_copied_once",
        "places/disk/test_copier.py::test_names_that_a_file_system_merges_are_both_kept",
        "force/test_disks.py::test_odd_names_are_found_told_and_copied",
    ),
    "11 names that are not UTF-8": (
        "force/test_disks.py::test_odd_names_are_found_told_and_copied",
        "storage/test_catalog.py::test_names_that_are_not_text_survive",
        "ui/sort/test_sort_page.py::test_dropped_names_keep_their_bytes",
    ),
    "12 target and source": (
        "force/test_bad_input.py::test_the_destination_may_lie_in_or_around_the_photos_but_not_be_them",
        "places/disk/test_source.py::test_where_copies_go_is_never_entered",
    ),
    "13 loops, pipes, devices": (
        "places/disk/test_source.py::test_links_are_followed_last_and_never_round",
        "places/disk/test_source.py::test_what_is_no_file_is_a_problem_and_never_opened",
        "places/disk/test_copier.py::test_pipes_devices_and_folders_are_not_opened",
    ),
    "14 identical photos": ("pipeline/test_sort.py::test_identical_photos_are_asked_about_once_and_each_is_reported",),
    "15 long names, times, attributes": (
        "places/disk/test_copier.py::test_long_names_keep_their_ending",
        "places/disk/test_copier.py::test_a_path_that_would_be_too_long_is_shortened",
        "places/disk/test_copier.py::test_bytes_time_and_attributes_are_kept",
        "pipeline/test_copy.py::test_coarse_timestamps_are_recognized",
        "places/disk/test_source.py::test_a_path_that_is_too_long_is_a_problem",
    ),
    "16 names of people that are no folder": (
        "domain/test_names.py::test_any_name_is_one_harmless_child_or_refused",
        "domain/test_names.py::test_names_of_nothing_are_refused_with_a_reason",
    ),
    "17 names of people that are alike": (
        "domain/test_names.py::test_what_any_file_system_merges_is_kept_apart",
        "storage/test_catalog.py::test_no_two_people_share_a_folder",
    ),
    "18 truncated pictures": (
        "images/test_hostile_images.py::test_truncated_pictures_are_damaged",
        "force/test_bad_input.py::test_bad_pictures_are_problems_with_a_reason_and_the_rest_goes_on",
    ),
    "19 other files, giants": (
        "images/test_hostile_images.py::test_other_files_are_not_opened",
        "images/test_hostile_images.py::test_giants_are_refused_by_their_header",
        "images/test_images.py::test_a_panorama_is_decoded_whole",
    ),
    "20 orientation, corrupt metadata": (
        "images/test_images.py::test_pictures_come_upright",
        "images/test_images.py::test_corrupt_exif_is_ignored",
        "images/test_images.py::test_a_broken_color_profile_is_ignored",
    ),
    "21 rarer kinds of pictures": (
        "images/test_images.py::test_every_kind_is_decoded",
        "images/test_images.py::test_sixteen_bits_are_scaled_not_clipped",
        "images/test_images.py::test_what_is_transparent_is_white",
        "images/test_images.py::test_the_first_of_several_frames",
        "images/test_images.py::test_a_jpeg_may_have_more_behind_it",
    ),
    "22 HEIC, AVIF, RAW": (
        "images/test_images.py::test_every_kind_is_decoded",
        "images/test_raw_photos.py::test_the_largest_preview_is_the_picture",
        "images/test_raw_photos.py::test_without_preview_a_broken_raw_is_damaged",
    ),
    "23 headshots that will not do": (
        "force/test_bad_input.py::test_headshots_that_will_not_do_are_told_of_before_anything_is_looked_at",
        "ui/sort/test_sort_page.py::test_of_several_faces_another_can_be_picked",
    ),
    "24 the catalog": (
        "force/test_bad_input.py::test_a_damaged_catalog_is_set_aside_and_nothing_is_copied_twice",
        "force/test_bad_input.py::test_a_catalog_of_a_newer_version_is_refused_and_left_alone",
        "force/test_kill_state.py::test_a_migration_killed_at_random_moments_is_rolled_back",
        "storage/test_catalog_file.py::test_a_failed_migration_is_rolled_back_whole",
    ),
    "25 two instances, quitting": (
        "ui/shell/test_app.py::test_a_second_start_calls_the_first_window",
        "ui/shell/test_app.py::test_a_polite_kill_ends_it_with_0_and_a_second_start_leaves_with_0",
        "ui/shell/test_jobs.py::test_quit_stops_a_run_and_what_it_waits_for_within_two_seconds",
        "cli/test_cli.py::test_the_second_program_is_told_of_the_first",
    ),
    "26 models": (
        "engines/local/test_models.py::test_a_missing_model_is_named_with_its_digest",
        "engines/local/test_models.py::test_an_altered_model_is_named_with_its_digest",
        "cli/test_cli.py::test_an_altered_model_is_refused",
    ),
    "27 Rekognition": (
        "engines/rekognition/test_rekognition_engine.py::test_what_passes_is_tried_again_and_billed_once",
        "engines/rekognition/test_rekognition_engine.py::test_what_concerns_the_account_or_the_network_ends_the_run",
        "engines/rekognition/test_rekognition_engine.py::test_the_cap_holds_while_many_call_at_once",
        "pipeline/test_paid_run.py::test_a_run_goes_on_where_expired_credentials_ended_it",
        "pipeline/test_paid_run.py::test_with_throttling_and_failures_nothing_is_lost_doubled_or_wrong",
        "force/test_kill_state.py::test_nothing_is_paid_for_twice_through_kills",
    ),
    "28 no keyring; secrets": (
        "engines/rekognition/test_credentials.py::test_without_a_keyring_to_trust_the_key_stays_in_memory",
        "logs/test_logs.py::test_no_secret_reaches_a_file_or_the_terminal_at_any_level",
        "logs/test_logs.py::test_a_crash_leaves_a_report_without_paths",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_has_its_tests(fault: str) -> None:
    for name in FAULTS[fault]:
        path, _, function = name.partition("::")
        text = (Path(__file__).parents[1] / path).read_text("utf-8")
        assert re.search(rf"^\s*def {function}\(", text, re.MULTILINE), name


def test_no_fault_is_left_out() -> None:
    assert [int(fault.split()[0]) for fault in FAULTS] == list(range(1, 29))
