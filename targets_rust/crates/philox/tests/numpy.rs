//! The numbers are numpy's: every constant here was printed by `numpy.random.Philox`, numpy 2.4.

use philox::{Stream, block, unit};
use proptest::prelude::*;

#[test]
fn first_blocks_are_numpys() {
    let expected: [([u64; 2], [u64; 4], [u64; 4]); 3] = [
        (
            [0, 0],
            [0x02f4_ba64_08e4_d89b, 0x3dd6_2b0b_9ca8_c5b2, 0x1c86_67a5_5d90_2e79, 0x907d_7a05_2fd5_b4dc],
            [0x809b_f322_8839_87c3, 0x4711_28b9_e807_f7dd, 0xf250_ba0d_bec0_65b7, 0xfc6e_d667_67a4_57bc],
        ),
        (
            [987_654_321, 1],
            [0xc6cf_344c_1904_8826, 0x65d7_687e_a16f_349d, 0x4da0_3a05_a66f_7d87, 0xcb3e_8d13_faf5_bec7],
            [0x251f_2b07_52bb_cd4f, 0x6010_76d4_8de5_753f, 0x35df_1501_a9b2_a56a, 0x7c14_0e0f_c741_dbbf],
        ),
        (
            [u64::MAX, 2],
            [0x7793_26f7_cbdf_3f79, 0xa60d_723b_97e5_dbe6, 0x4b10_88b3_1a11_4e2a, 0x5bc4_6fb3_0da4_06a3],
            [0xef40_f4d6_3a0f_1073, 0x4694_b8ed_812d_19cf, 0x7d52_ed68_2604_42b5, 0x723c_ea75_b343_274a],
        ),
    ];
    for (key, first, second) in expected {
        assert_eq!(block(key, [1, 0, 0, 0]), first);
        assert_eq!(block(key, [2, 0, 0, 0]), second);
    }
}

#[test]
fn row_1000_of_width_12_is_numpys() {
    let draws: Vec<u64> = Stream::new(987_654_321, 2).row(1000, 12).take(5).map(f64::to_bits).collect();
    let expected = [
        4_604_394_532_465_165_104,
        4_606_323_520_775_645_056,
        4_604_528_654_988_020_659,
        4_607_049_205_181_209_913,
        4_602_483_742_085_720_436,
    ];
    assert_eq!(draws, expected);
}

#[test]
fn the_counter_carries_into_the_second_word() {
    let expected = block([5, 2], [0, 1, 0, 0]).map(unit);
    let mut row = Stream::new(5, 2).row(1 << 62, 16);
    let last_of_low_word: Vec<f64> = (0..4).map(|_| row.draw()).collect();
    assert_eq!(last_of_low_word, block([5, 2], [1, 1, 0, 0]).map(unit));
    let mut before = Stream::new(5, 2).row((1 << 62) - 1, 16);
    assert_eq!((0..16).map(|_| before.draw()).skip(12).collect::<Vec<_>>(), expected);
}

proptest! {
    #[test]
    fn a_row_begins_where_the_row_before_it_ends(seed: u64, stream: u64, row in 0_u64..1_000_000, width in 1_usize..40) {
        let padded = width.next_multiple_of(4);
        let through: Vec<f64> = Stream::new(seed, stream).row(row, width).skip(padded).take(padded).collect();
        let jumped: Vec<f64> = Stream::new(seed, stream).row(row + 1, width).take(padded).collect();
        prop_assert_eq!(through, jumped);
    }

    #[test]
    fn draws_lie_in_the_unit_interval(word: u64) {
        prop_assert!((0.0..1.0).contains(&unit(word)));
    }
}
