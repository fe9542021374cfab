// Folds for where the least or greatest element is: whether the element x with number n comes before y with number m. Exact.
//
// The first NaN beats all; of equal elements (-0 and 0 are) the one with the smaller number is first. A number below 0 stands for no element.

// What decides where there are numbers on both sides and neither element is NaN: who is ahead, then the numbers.
fn is_first(ahead: bool, equal: bool, n: i32, m: i32) -> bool {
    return n >= 0 && (m < 0 || ahead || (equal && n < m));
}

// The same where one of them may be NaN.
fn is_first_of_nans(x_is_nan: bool, y_is_nan: bool, n: i32, m: i32) -> bool {
    return n >= 0 && (m < 0 || (x_is_nan && (!y_is_nan || n < m)));
}

fn is_least_i32(x: i32, n: i32, y: i32, m: i32) -> bool {
    return is_first(x < y, x == y, n, m);
}

fn is_greatest_i32(x: i32, n: i32, y: i32, m: i32) -> bool {
    return is_first(x > y, x == y, n, m);
}

fn is_least_i64(x: i64, n: i32, y: i64, m: i32) -> bool {
    return is_first(x < y, x == y, n, m);
}

fn is_greatest_i64(x: i64, n: i32, y: i64, m: i32) -> bool {
    return is_first(x > y, x == y, n, m);
}

fn is_least_u64(x: u64, n: i32, y: u64, m: i32) -> bool {
    return is_first(x < y, x == y, n, m);
}

fn is_greatest_u64(x: u64, n: i32, y: u64, m: i32) -> bool {
    return is_first(x > y, x == y, n, m);
}

fn is_least_f32(x: f32, n: i32, y: f32, m: i32) -> bool {
    let of_nans = is_first_of_nans(is_nan_f32(x), is_nan_f32(y), n, m);
    return select(is_first(less_f32(x, y), equal_f32(x, y), n, m), of_nans, is_nan_f32(x) || is_nan_f32(y));
}

fn is_greatest_f32(x: f32, n: i32, y: f32, m: i32) -> bool {
    let of_nans = is_first_of_nans(is_nan_f32(x), is_nan_f32(y), n, m);
    return select(is_first(greater_f32(x, y), equal_f32(x, y), n, m), of_nans, is_nan_f32(x) || is_nan_f32(y));
}

fn is_least_f64(x: f64, n: i32, y: f64, m: i32) -> bool {
    let of_nans = is_first_of_nans(is_nan_f64(x), is_nan_f64(y), n, m);
    return select(is_first(less_f64(x, y), equal_f64(x, y), n, m), of_nans, is_nan_f64(x) || is_nan_f64(y));
}

fn is_greatest_f64(x: f64, n: i32, y: f64, m: i32) -> bool {
    let of_nans = is_first_of_nans(is_nan_f64(x), is_nan_f64(y), n, m);
    return select(is_first(greater_f64(x, y), equal_f64(x, y), n, m), of_nans, is_nan_f64(x) || is_nan_f64(y));
}
