// Functions of bool: logic, equality and selection. Exact.

// Not x.
fn logical_not_bool(x: bool) -> bool {
    return !x;
}

// Not x.
fn bitwise_invert_bool(x: bool) -> bool {
    return !x;
}

// Both.
fn bitwise_and_bool(x: bool, y: bool) -> bool {
    return x && y;
}

// One or both.
fn bitwise_or_bool(x: bool, y: bool) -> bool {
    return x || y;
}

// One of the two.
fn bitwise_xor_bool(x: bool, y: bool) -> bool {
    return x != y;
}

// x == y.
fn equal_bool(x: bool, y: bool) -> bool {
    return x == y;
}

// x != y.
fn not_equal_bool(x: bool, y: bool) -> bool {
    return x != y;
}

// x where the condition holds, else y.
fn select_bool(condition: bool, x: bool, y: bool) -> bool {
    return select(y, x, condition);
}
