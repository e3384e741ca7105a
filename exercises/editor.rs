//! The Rust files in this folder as a part of a crate, for rust-analyzer alone.
//!
//! An answer is no member of the workspace, because an answer that does not compile must not break
//! it. But an editor helps only in files of a crate. rust-analyzer sets `cfg(rust_analyzer)`, and
//! cargo does not. So the editor sees the modules below, and `cargo build`, `test` and `clippy` see
//! an empty crate. `rustfmt` follows `mod` without asking for `cfg`, and must not fail at half an
//! answer.
//!
//! Written by `BLESS=1 cargo test -p learn --test it every_file`.

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "01_lock_order"]
mod answer_01 { mod exercise; #[path = "judge.rs"] mod bench; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "01_lock_order"]
mod unsolved_01 { mod unsolved; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "01_lock_order/right"]
mod right_01 { mod back_off; mod both_back_off_from_tray; mod both_try; mod early_return; mod gate; mod plate_first; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "01_lock_order/wrong"]
mod wrong_01 { mod both_swapped; mod counted_first; mod gap_in_grab; mod gives_up; mod grab_to_empty_plate_only; mod grab_tries_tray; mod leave_tries_plate; mod lock_dropped_between; mod looks_then_grabs; mod sleep; mod snapshot_saturating; mod snapshot_then_subtract; mod three_tries; mod tries_and_keeps; mod try_again; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "02_self_deadlock"]
mod answer_02 { mod exercise; #[path = "judge.rs"] mod bench; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "02_self_deadlock"]
mod unsolved_02 { mod unsolved; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "02_self_deadlock/right"]
mod right_02 { mod atomic; mod many_readers; mod only_cooks_add; mod replace; mod tries_again; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "02_self_deadlock/wrong"]
mod wrong_02 { mod empties_first; mod full_only_if_empty; mod gives_up_refill; mod grab_checks_nothing; mod grab_gives_up; mod grab_looks_first; mod helper_thread; mod left_guesses; mod look_first; mod one_by_one; mod set_to_full; mod spins_on_itself; mod try_lock; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "03_match_guard"]
mod answer_03 { mod exercise; #[path = "judge.rs"] mod bench; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "03_match_guard"]
mod unsolved_03 { mod unsolved; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "03_match_guard/right"]
mod right_03 { mod braces; mod channel; mod drops; mod let_else; mod method; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "03_match_guard/wrong"]
mod wrong_03 { mod asks_first; mod drinks_first; mod front_then_pop; mod if_let; mod look_first; mod map; mod named_guard; mod order_gives_up; mod peeks_with_guard; mod removes_by_name; mod second_lock; mod take_all; mod try_lock; mod two_lists; mod waiting_counts_the_stove; mod waiting_guesses; mod work_gives_up; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "04_two_reads"]
mod answer_04 { mod exercise; #[path = "judge.rs"] mod bench; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "04_two_reads"]
mod unsolved_04 { mod unsolved; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "04_two_reads/right"]
mod right_04 { mod best_of; mod copy; mod one_pass; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "04_two_reads/wrong"]
mod wrong_04 { mod at_least_best; mod best_beside; mod best_first; mod best_gives_up; mod best_writes; mod copy_first; mod leaders_gives_up; mod names_then_scores; mod no_zeros; mod pause; mod replaces_score; mod score_gives_up; mod score_reads_first; mod score_spins; mod three_tries; mod try_read; mod until_the_same; mod upgrade; mod write_lock; mod write_then_read; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "05_guard_across_await"]
mod answer_05 { mod exercise; #[path = "judge.rs"] mod bench; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "05_guard_across_await"]
mod unsolved_05 { mod unsolved; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "05_guard_across_await/right"]
mod right_05 { mod atomic; mod news_in_order; mod reserves_first; mod short_async_lock; mod take; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "05_guard_across_await/wrong"]
mod wrong_05 { mod async_lock; mod async_lock_imported; mod block_on; mod drop_after; mod gives_back; mod grab_gives_up; mod left_guesses_briefly; mod news_first_then_look; mod news_twice; mod rwlock; mod second_lock_across; mod somebody_else_tells; mod spawns_if_full; mod tells_first; mod try_lock; mod try_send; mod try_send_until; mod two_looks; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "06_check_then_act"]
mod answer_06 { mod exercise; #[path = "judge.rs"] mod bench; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "06_check_then_act"]
mod unsolved_06 { mod unsolved; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "06_check_then_act/right"]
mod right_06 { mod by_hand; mod lock_for_players; mod looks_each_time; mod mutex; mod own_lock; mod weak; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "06_check_then_act/wrong"]
mod wrong_06 { mod counts_down; mod gives_back; mod in_debt; mod left_guesses; mod load_and_store; mod lock_and_takes_all; mod lock_for_grab_only; mod look_again; mod never_loads_again; mod one_try; mod own_lock; mod put_gives_up; mod put_overwrites; mod seqcst; mod signed; mod taken_beside; mod takes_all; mod ten_tries; mod two_locks; mod two_tries; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "07_lost_wakeup"]
mod answer_07 { mod exercise; #[path = "judge.rs"] mod bench; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "07_lost_wakeup"]
mod unsolved_07 { mod unsolved; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "07_lost_wakeup/right"]
mod right_07 { mod bell_remembers; mod channel; mod counts_sleepers; mod event_count; mod rings_under_the_lock; mod wait_while; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "07_lost_wakeup/wrong"]
mod wrong_07 { mod atomic; mod bounded_and_dropped; mod bounded_channel; mod cook_waits; mod flag; mod hand_off; mod lets_go_between; mod louder; mod never_waits; mod no_bell; mod not_below_nothing; mod one_permit; mod pause; mod put_gives_up; mod put_in_two_steps; mod rings_all_no_look; mod rings_first; mod rings_for_waiting; mod saved_bell; mod spins; mod spins_with_a_bell; mod waits_first; mod woken_once; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "08_forgotten_sender"]
mod answer_08 { mod exercise; #[path = "judge.rs"] mod bench; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "08_forgotten_sender"]
mod unsolved_08 { mod unsolved; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "08_forgotten_sender/right"]
mod right_08 { mod block; mod goodbyes; mod last_player_or_drop; mod moved_closure; mod rendezvous; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "08_forgotten_sender/wrong"]
mod wrong_08 { mod buffers; mod counts; mod dedups; mod dropped_late; mod first_join_then_drain; mod goodbye_zero; mod huge_channel; mod impatient; mod joined_one_by_one; mod joins_first; mod last_player_gets_it; mod no_bound; mod not_spawned; mod one_by_one; mod pause; mod sixteen_places; mod size_hint; mod sorts; mod till_in_a_thread; mod try_sends; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "09_channel_cycle"]
mod answer_09 { mod exercise; #[path = "judge.rs"] mod bench; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "09_channel_cycle"]
mod unsolved_09 { mod unsolved; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "09_channel_cycle/right"]
mod right_09 { mod block; mod eats_what_is_there; mod pinned_send; mod reserve_select; mod room_holds_a_few; mod sends_again; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "09_channel_cycle/wrong"]
mod wrong_09 { mod a_thread_each; mod answers_reversed; mod bigger; mod collects_wishes; mod drops_wish_try; mod huge; mod one_at_a_time; mod pause; mod reserve_select_unbiased; mod room_queues; mod room_queues_beside_join; mod select_biased; mod select_cancels_send; mod select_cancels_send_biased; mod select_cancels_send_eats_first; mod select_for_join; mod select_for_join_biased; mod select_then_try; mod sender_not_dropped; mod try_send; mod unbounded; mod unbounded_outbox_beside_join; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "10_lock_while_receiving"]
mod answer_10 { mod exercise; #[path = "judge.rs"] mod bench; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "10_lock_while_receiving"]
mod unsolved_10 { mod unsolved; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "10_lock_while_receiving/right"]
mod right_10 { mod a_block_for_the_look; mod a_condition_variable; mod one_channel_for_all_waits; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "10_lock_while_receiving/wrong"]
mod wrong_10 { mod another_lock; mod counts_short; mod done_first; mod fries_afterwards; mod fries_itself; mod fries_once; mod fries_two; mod fry_under_the_lock; mod gives_up; mod huge_channel; mod kitchen_hands_it_over; mod lays_it_down_before_it_fries; mod left_says_one_less; mod lock_dropped_between; mod looks_once; mod never_fries; mod orders_anyway; mod orders_once; mod orders_twice; mod orders_two; mod orders_when_one_is_left; mod pause; mod reports_only_the_first; mod spins; mod stops_after_one; mod takes_all; mod takes_two; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "11_leaked_task"]
mod answer_11 { mod exercise; #[path = "judge.rs"] mod bench; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "11_leaked_task"]
mod unsolved_11 { mod unsolved; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "11_leaked_task/right"]
mod right_11 { mod a_writer_with_a_second; mod abort_on_drop; mod no_task; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "11_leaked_task/wrong"]
mod wrong_11 { mod a_flag; mod abort_at_the_end; mod answer_with_a_timeout; mod answers_detached; mod answers_with_the_tick; mod expects_a_phone; mod five_ticks; mod handle_dropped; mod not_spawned; mod one_answer_at_a_time; mod one_loop; mod patient_recv; mod select_drops_the_answer; mod task_inside; mod task_per_answer; mod ticks_at_once; mod two_futures; mod waits_for_it; mod waits_in_the_answer; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "12_dropped_oneshot"]
mod answer_12 { mod exercise; #[path = "judge.rs"] mod bench; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "12_dropped_oneshot"]
mod unsolved_12 { mod unsolved; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "12_dropped_oneshot/right"]
mod right_12 { mod an_answer_in_drop; mod closes_the_door; mod counts_what_was_given; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "12_dropped_oneshot/wrong"]
mod wrong_12 { mod a_count_in_for; mod asks_again; mod asks_twice; mod closes_when_a_player_goes; mod closes_when_sold_out; mod counts_afterwards; mod expects_orders; mod expects_the_player; mod held_in_hand; mod kept_for_later; mod never_below_zero; mod never_sold_out; mod one_more_order; mod one_snack_short; mod refused_do_not_count; mod silence_is_sold_out; mod sold_out_closes_later; mod stays_open_until_all_gone; mod the_guest_alone; mod the_kitchen_alone; mod try_recv; mod try_send; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "13_unbounded_growth"]
mod answer_13 { mod exercise; #[path = "judge.rs"] mod bench; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "13_unbounded_growth"]
mod unsolved_13 { mod unsolved; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "13_unbounded_growth/right"]
mod right_13 { mod a_counted_queue; mod a_list_and_a_condvar; mod reserves_a_place; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "13_unbounded_growth/wrong"]
mod wrong_13 { mod closed_is_closed; mod counts_only_up; mod drops_the_oldest; mod forgets_the_second; mod huge; mod list_under_a_lock; mod looks_first; mod more_places; mod newest_first; mod next_looks_once; mod one_place; mod one_place_more; mod one_wait; mod same_dish_once; mod sorted; mod takes_ahead; mod the_close_wakes_no_one; mod waits; mod wakes_for_the_second; mod zero_is_no_dish; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "14_slow_consumer"]
mod answer_14 { mod exercise; #[path = "judge.rs"] mod bench; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "14_slow_consumer"]
mod unsolved_14 { mod unsolved; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "14_slow_consumer/right"]
mod right_14 { mod a_signal_ends_it; mod one_set_for_all; mod reserves_a_place; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "14_slow_consumer/wrong"]
mod wrong_14 { mod all_from_the_beginning; mod bundles_events; mod by_name; mod first_slow_one; mod gone_stays_counted; mod huge_queue; mod index_skips; mod never_notices_gone; mod newest_only; mod no_queue_at_all; mod outlives_the_room; mod queue_of_one; mod same_event_once; mod skipped; mod skips_when_full; mod task_per_event; mod timeout; mod unbounded; mod unwraps_the_phone; mod writer_left_behind; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "15_cancelled_select"]
mod answer_15 { mod exercise; #[path = "judge.rs"] mod bench; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "15_cancelled_select"]
mod unsolved_15 { mod unsolved; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "15_cancelled_select/right"]
mod right_15 { mod a_task_that_sends; mod held_in_a_variable; mod two_futures; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "15_cancelled_select/wrong"]
mod wrong_15 { mod a_pause; mod a_queue_of_its_own; mod a_task_for_each; mod answers_one_of_two; mod biased; mod counts_when_taken; mod empty_is_nothing; mod ends_with_the_questions; mod expects_the_server; mod first_events_then_questions; mod ignores_gone; mod keeps_one_loses_one; mod not_the_same_twice; mod one_question_per_event; mod send_in_the_body; mod sent_again; mod task_dropped; mod timeout; mod waits_for_both_ends; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "16_shutdown_order"]
mod answer_16 { mod exercise; #[path = "judge.rs"] mod bench; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "16_shutdown_order"]
mod unsolved_16 { mod unsolved; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "16_shutdown_order/right"]
mod right_16 { mod a_join_set; mod one_task; mod waiter_says_goodbye; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "16_shutdown_order/wrong"]
mod wrong_16 { mod a_task_for_each_snack; mod a_while; mod close_as_a_task; mod cook_aborted; mod expects_the_phone; mod expects_the_waiter; mod goodbye_by_the_waiter_too; mod goodbye_cooked_last; mod goodbye_first; mod goodbye_ordered; mod let_go; mod limits_the_wait; mod no_word; mod one_sender_left; mod order_try_send; mod plates_try_send; mod same_snack_once; mod try_send_goodbye; mod waiter_first; mod waiter_not_awaited; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "17_relaxed_publish"]
mod answer_17 { mod exercise; #[path = "judge.rs"] mod bench; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "17_relaxed_publish"]
mod unsolved_17 { mod unsolved; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "17_relaxed_publish/right"]
mod right_17 { mod a_pair_of_fences; mod a_sign_that_is_swapped; mod one_number_for_both; mod seqcst_everywhere; mod the_sign_counts; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "17_relaxed_publish/wrong"]
mod wrong_17 { mod a_lock; mod a_pause; mod a_spin_lock; mod acquire_alone; mod fences_at_the_wrong_side; mod half_a_pair; mod hides_zero; mod one_fence; mod only_the_first_reader; mod price_first; mod price_is_the_sign_plus; mod reads_in_one_step; mod release_alone; mod seqcst_at_the_price; mod seqcst_store_alone; mod sign_first; mod swapped_orderings; mod takes_the_sign_down; mod waits_for_the_sign; mod wrong_cell; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "18_aba"]
mod answer_18 { mod exercise; #[path = "judge.rs"] mod bench; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "18_aba"]
mod unsolved_18 { mod unsolved; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "18_aba/right"]
mod right_18 { mod a_bit_for_each_plate; mod counts_only_what_is_given; mod the_whole_pile_in_one_number; }

#[cfg(rust_analyzer)]
#[rustfmt::skip]
#[path = "18_aba/wrong"]
mod wrong_18 { mod a_count_apart; mod a_fence; mod a_lock; mod a_pause; mod at_the_pile; mod below_after_the_exchange; mod count_in_below; mod counts_by_the_plate; mod eight_bits; mod gives_back_once; mod gives_back_with_a_store; mod half_a_number; mod half_a_number_when_taken; mod keeps_the_last; mod less_plates; mod never_given_back; mod one_bit; mod one_bit_when_taken; mod second_look; mod six_bits; mod sixteen_bits; mod swap; mod three_bits; mod tries_once; }
