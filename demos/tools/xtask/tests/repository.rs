//! What the repository says of itself, asked of this very checkout.

use xtask::tree::Tree;
use xtask::{
    changes, commands, links, map, modules, nothing_to_complain, order, prose, rooms, steps,
};

fn here() -> Tree {
    Tree::here().expect("cargo runs tests inside the repository")
}

#[test]
fn the_top_level_is_as_it_was_fixed() {
    nothing_to_complain(&order::top_level(&here()).expect("a tree"));
}

#[test]
fn every_member_inherits_lints_version_edition_and_licence() {
    nothing_to_complain(&order::inheritance(&here()).expect("a tree"));
}

#[test]
fn no_file_names_a_folder_of_somebodys_machine_or_a_registry() {
    nothing_to_complain(&order::strangers(&here()).expect("a tree"));
}

#[test]
fn the_map_names_every_crate_and_no_crate_depends_on_a_floor_above() {
    nothing_to_complain(&map::of_the_crates(&here()).expect("a tree"));
}

#[test]
fn every_step_has_the_same_files() {
    nothing_to_complain(&steps::same_files(&here()).expect("a tree"));
}

#[test]
fn every_header_names_exactly_the_files_that_its_step_changed() {
    nothing_to_complain(&changes::headers(&here()).expect("a tree"));
}

#[test]
fn the_two_rooms_of_step_4_differ_by_an_await_alone() {
    nothing_to_complain(&rooms::twins(&here()).expect("a tree"));
}

#[test]
fn the_room_of_step_7_is_that_of_step_6() {
    nothing_to_complain(&rooms::untouched(&here()).expect("a tree"));
}

#[test]
fn every_command_in_a_header_names_a_package_and_a_binary_that_exist() {
    nothing_to_complain(&commands::in_headers(&here()).expect("a tree"));
}

#[test]
fn every_command_in_a_readme_names_a_package_and_a_binary_that_exist() {
    nothing_to_complain(&commands::in_markdown(&here()).expect("a tree"));
}

#[test]
fn cargo_run_alone_begins_the_talk() {
    nothing_to_complain(&commands::begins_the_talk(&here()).expect("a tree"));
}

#[test]
fn every_command_in_a_readme_is_one_that_every_system_has() {
    nothing_to_complain(&commands::elsewhere(&here()).expect("a tree"));
}

#[test]
fn every_link_in_a_readme_leads_somewhere() {
    nothing_to_complain(&links::dead(&here()).expect("a tree"));
}

#[test]
fn no_files_of_a_crate_import_each_other_in_a_cycle() {
    let complaints = modules::without_cycles(&here(), modules::UNRESOLVED);
    nothing_to_complain(&complaints.expect("a workspace"));
}

#[test]
fn the_prose_uses_plain_words() {
    nothing_to_complain(&prose::plain(&here(), prose::UNFINISHED).expect("a tree"));
}

#[test]
fn every_comment_fits_into_100_columns() {
    nothing_to_complain(&prose::comments_fit(&here(), prose::UNFINISHED).expect("a tree"));
}
