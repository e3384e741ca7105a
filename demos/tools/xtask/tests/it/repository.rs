//! Runs the repository checks on this checkout.

use xtask::tree::Tree;
use xtask::{
    assert_no_complaints, changes, commands, layout, links, map, modules, prints, prose, rooms,
    steps,
};

fn here() -> Tree {
    Tree::here().expect("cargo runs tests inside the repository")
}

#[test]
fn the_top_level_has_its_fixed_entries() {
    assert_no_complaints(&layout::top_level(&here()).expect("a tree"));
}

#[test]
fn every_member_inherits_lints_version_edition_and_licence() {
    assert_no_complaints(&layout::inheritance(&here()).expect("a tree"));
}

#[test]
fn no_file_names_a_folder_of_one_machine_or_a_registry() {
    assert_no_complaints(&layout::machine_names(&here()).expect("a tree"));
}

#[test]
fn the_map_names_every_crate_and_no_crate_depends_on_a_floor_above() {
    assert_no_complaints(&map::of_the_crates(&here()).expect("a tree"));
}

#[test]
fn every_step_has_the_same_files() {
    assert_no_complaints(&steps::same_files(&here()).expect("a tree"));
}

#[test]
fn every_header_names_exactly_the_changed_files() {
    assert_no_complaints(&changes::headers(&here()).expect("a tree"));
}

#[test]
fn the_two_rooms_of_step_4_differ_by_an_await_alone() {
    assert_no_complaints(&rooms::twins(&here()).expect("a tree"));
}

#[test]
fn the_room_of_step_7_is_that_of_step_6() {
    assert_no_complaints(&rooms::untouched(&here()).expect("a tree"));
}

#[test]
fn every_command_in_a_header_names_a_package_and_a_binary_that_exist() {
    assert_no_complaints(&commands::in_headers(&here()).expect("a tree"));
}

#[test]
fn every_command_in_a_readme_names_a_package_and_a_binary_that_exist() {
    assert_no_complaints(&commands::in_markdown(&here()).expect("a tree"));
}

#[test]
fn cargo_run_without_a_package_starts_the_talk() {
    assert_no_complaints(&commands::starts_the_talk(&here()).expect("a tree"));
}

#[test]
fn every_command_in_a_readme_works_on_every_system() {
    assert_no_complaints(&commands::elsewhere(&here()).expect("a tree"));
}

#[test]
fn every_link_in_a_readme_leads_to_a_file() {
    assert_no_complaints(&links::dead(&here()).expect("a tree"));
}

#[test]
fn no_files_of_a_crate_import_each_other_in_a_cycle() {
    let complaints = modules::without_cycles(&here());
    assert_no_complaints(&complaints.expect("a workspace"));
}

#[test]
fn the_prose_uses_plain_words() {
    assert_no_complaints(&prose::plain(&here()).expect("a tree"));
}

#[test]
fn programs_that_serve_do_not_wait_for_the_reader_of_their_output() {
    assert_no_complaints(&prints::through_output(&here()).expect("a tree"));
}

#[test]
fn every_comment_fits_into_100_columns() {
    assert_no_complaints(&prose::comments_fit(&here()).expect("a tree"));
}
