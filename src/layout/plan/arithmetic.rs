//! Number theory of a few lines.

/// The greatest common divisor; `gcd(0, b)` is `b`.
pub(super) fn gcd(mut a: usize, mut b: usize) -> usize {
    while a != 0 {
        (a, b) = (b % a, a);
    }
    b
}

/// The least common multiple, or the largest number where it does not fit.
pub(super) fn lcm(a: usize, b: usize) -> usize {
    (a / gcd(a, b)).saturating_mul(b)
}

/// `a / b` rounded up, for positive `b`.
pub(super) fn div_ceil(a: isize, b: isize) -> isize {
    -(-a).div_euclid(b)
}

/// The smallest `k` with `low <= a * k % m <= high`, if there is one. Needs `a < m` and `low <= high < m`.
///
/// Euclid's algorithm on `(a, m)`: when no multiple of `a` lies in the window, the multiples of `m` must, modulo `a`. The
/// reflection keeps `a` below half of `m`, so that there are O(log m) levels.
pub(super) fn first_multiple_in(a: usize, m: usize, low: usize, high: usize) -> Option<usize> {
    if low == 0 {
        return Some(0);
    }
    if a == 0 {
        return None;
    }
    if a > m - a {
        return first_multiple_in(m - a, m, m - high, m - low);
    }
    let k = low.div_ceil(a);
    if k * a <= high {
        return Some(k);
    }
    let turns = first_multiple_in((a - m % a) % a, a, low % a, high % a)?;
    // The product may pass 2^64 although the quotient does not.
    Some((low as u128 + turns as u128 * m as u128).div_ceil(a as u128) as usize)
}

#[cfg(test)]
mod tests {
    use super::first_multiple_in;

    #[test]
    fn first_multiple_is_the_first() {
        for m in 1..24 {
            for (a, low) in (0..m).flat_map(|a| (0..m).map(move |low| (a, low))) {
                for high in low..m {
                    let searched = (0..m).find(|k| (low..=high).contains(&(a * k % m)));
                    assert_eq!(first_multiple_in(a, m, low, high), searched, "{a} {m} {low} {high}");
                }
            }
        }
    }
}
