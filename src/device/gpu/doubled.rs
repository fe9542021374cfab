//! From functions of c32 to those of c64: the same text with other names, and literals of f64.

/// This text of `f32` and `c32` as one of `f64` and `c64`. What looks like a literal, digits with a point, is one: no name before a point ends in a digit.
pub(super) fn doubled(text: &str) -> String {
    let text = text.replace("c32", "c64").replace("f32", "f64").replace("C32", "C64").replace("F32", "F64");
    let mut doubled = String::with_capacity(text.len() * 9 / 8);
    let (mut is_literal, mut before) = (false, ' ');
    for letter in text.chars() {
        if is_literal && !letter.is_ascii_digit() {
            doubled += "lf";
            is_literal = false;
        }
        is_literal |= letter == '.' && before.is_ascii_digit();
        doubled.push(letter);
        before = letter;
    }
    doubled
}

#[test]
fn names_and_literals_are_of_twice_the_width() {
    let single = "fn half_c32(z: vec2<f32>) -> f32 { return z.x * 0.25 - EPSILON_C32 * bits_f32(2u); }";
    let double = "fn half_c64(z: vec2<f64>) -> f64 { return z.x * 0.25lf - EPSILON_C64 * bits_f64(2u); }";
    assert_eq!(doubled(single), double);
}
