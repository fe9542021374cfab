//! Integer arithmetic against NumPy's table (AC-05) and against i128.

use isotherm::math::integer::{self, Integer};
use proptest::prelude::*;

#[test]
fn numpys_table_of_division() {
    let golden: serde_json::Value = serde_json::from_str(include_str!("golden/ac05_integers.json")).expect("JSON");
    let pairs = golden["int8_pairs"].as_array().expect("a list");
    assert!(pairs.len() > 100);
    for pair in pairs {
        let get = |key: &str| i32::try_from(pair[key].as_i64().expect("an integer")).expect("a small one");
        let (a, b) = (get("a"), get("b"));
        // The table is for 8 bits, which we do not have: only the last step wraps to them.
        assert_eq!(integer::floor_divide(a, b) as i8, get("floor_div") as i8, "{a} // {b}");
        assert_eq!(integer::remainder(a, b) as i8, get("rem") as i8, "{a} % {b}");
        assert_eq!(integer::add(a, b) as i8, get("add") as i8, "{a} + {b}");
        assert_eq!(integer::multiply(a, b) as i8, get("mul") as i8, "{a} * {b}");
    }
}

#[test]
fn division_by_zero_is_0_and_the_smallest_integer_wraps() {
    fn check<T: Integer>(smallest: T) {
        for a in [smallest, T::ZERO, T::ONE] {
            assert_eq!(integer::floor_divide(a, T::ZERO), T::ZERO);
            assert_eq!(integer::remainder(a, T::ZERO), T::ZERO);
        }
        let minus_one = integer::negative(T::ONE);
        if smallest < T::ZERO {
            assert_eq!(integer::floor_divide(smallest, minus_one), smallest);
            assert_eq!(integer::remainder(smallest, minus_one), T::ZERO);
            assert_eq!(integer::abs(smallest), smallest);
        }
        assert_eq!(integer::negative(smallest), smallest);
        assert_eq!(integer::subtract(smallest, T::ONE), !smallest);
    }
    check(u8::MIN);
    check(i32::MIN);
    check(i64::MIN);
    check(u64::MIN);
}

#[test]
fn powers_wrap_and_negative_exponents_round_towards_zero() {
    assert_eq!(integer::pow(3_u8, 6), (729 % 256) as u8);
    assert_eq!(integer::pow(2_u64, 64), 0);
    assert_eq!(integer::pow(-2_i32, 31), i32::MIN);
    assert_eq!(integer::pow(0_i64, 0), 1);
    assert_eq!(integer::pow(3_u64, u64::MAX), 12_297_829_382_473_034_411); // the inverse of 3 modulo 2^64
    // 2147483647² is 1 modulo 2³²: only a base of ±1 has a whole inverse all the same.
    for base in [0, 2, -2, i32::MAX, i32::MIN] {
        assert_eq!(integer::pow(base, -1), 0, "{base}");
    }
    for exponent in [-1, -3, i32::MIN + 1] {
        assert_eq!((integer::pow(1, exponent), integer::pow(-1, exponent)), (1, -1));
    }
    assert_eq!(integer::pow(-1, i32::MIN), 1);
}

#[test]
fn shifts_past_the_width_empty_the_word() {
    for count in [32, 33, i32::MAX, -1, i32::MIN] {
        assert_eq!(integer::bitwise_left_shift(-7, count), 0);
        assert_eq!(integer::bitwise_right_shift(7, count), 0);
        assert_eq!(integer::bitwise_right_shift(-7, count), -1);
    }
    assert_eq!(integer::bitwise_left_shift(-7, 31), i32::MIN);
    assert_eq!(integer::bitwise_right_shift(-7, 1), -4);
    assert_eq!(integer::bitwise_right_shift(255_u8, 7), 1);
    assert_eq!(integer::bitwise_right_shift(255_u8, 8), 0);
    assert_eq!(integer::bitwise_left_shift(1_u64, 63), 1 << 63);
}

fn interesting<T: Integer + Arbitrary>(ends: [T; 2]) -> impl Strategy<Value = T> {
    prop_oneof![any::<T>(), (-4_i64..=4).prop_map(|x| T::from_u64(x as u64)), prop::sample::select(ends.to_vec())]
}

macro_rules! laws {
    ($($name:ident: $t:ty;)*) => {$(
        proptest! {
            #[test]
            fn $name(a in interesting([<$t>::MIN, <$t>::MAX]), b in interesting([<$t>::MIN, <$t>::MAX])) {
                let (wide, by) = (i128::from(a), i128::from(b));
                prop_assert_eq!(integer::add(a, b), (wide + by) as $t);
                prop_assert_eq!(integer::subtract(a, b), (wide - by) as $t);
                prop_assert_eq!(integer::multiply(a, b), wide.wrapping_mul(by) as $t);
                prop_assert_eq!(integer::square(a), wide.wrapping_mul(wide) as $t);
                prop_assert_eq!(integer::negative(a), (-wide) as $t);
                prop_assert_eq!(integer::abs(a), wide.unsigned_abs() as $t);
                prop_assert_eq!(integer::sign(a), wide.signum() as $t);
                prop_assert_eq!(integer::bitwise_and(a, b), a & b);
                prop_assert_eq!(integer::bitwise_or(a, b), a | b);
                prop_assert_eq!(integer::bitwise_xor(a, b), a ^ b);
                prop_assert_eq!(integer::bitwise_invert(a), !a);
                if b != 0 {
                    let floor = wide.div_euclid(by) - i128::from(by < 0 && wide.rem_euclid(by) != 0);
                    prop_assert_eq!(integer::floor_divide(a, b), floor as $t);
                    prop_assert_eq!(integer::remainder(a, b), (wide - floor * by) as $t);
                }
            }
        }
    )*};
}
laws! {
    u8_follows_i128: u8;
    i32_follows_i128: i32;
    i64_follows_i128: i64;
    u64_follows_i128: u64;
}
