// Conversions of c32: a real number has the imaginary part 0; of a complex number to a real dtype the real part is
// converted, as the real dtypes convert it. Exact.

// x + 0 i.
fn cast_bool_c32(x: bool) -> vec2<f32> {
    return vec2<f32>(cast_bool_f32(x), 0.0);
}

// x + 0 i.
fn cast_u8_c32(x: u32) -> vec2<f32> {
    return vec2<f32>(cast_u8_f32(x), 0.0);
}

// x + 0 i.
fn cast_i32_c32(x: i32) -> vec2<f32> {
    return vec2<f32>(cast_i32_f32(x), 0.0);
}

// x + 0 i.
fn cast_i64_c32(x: i64) -> vec2<f32> {
    return vec2<f32>(cast_i64_f32(x), 0.0);
}

// x + 0 i.
fn cast_u64_c32(x: u64) -> vec2<f32> {
    return vec2<f32>(cast_u64_f32(x), 0.0);
}

// x + 0 i.
fn cast_f32_c32(x: f32) -> vec2<f32> {
    return vec2<f32>(x, 0.0);
}

// Whether z is not 0; NaN is not.
fn cast_c32_bool(z: vec2<f32>) -> bool {
    return cast_f32_bool(z.x) || cast_f32_bool(z.y);
}

// The real part of z.
fn cast_c32_u8(z: vec2<f32>) -> u32 {
    return cast_f32_u8(z.x);
}

// The real part of z.
fn cast_c32_i32(z: vec2<f32>) -> i32 {
    return cast_f32_i32(z.x);
}

// The real part of z.
fn cast_c32_i64(z: vec2<f32>) -> i64 {
    return cast_f32_i64(z.x);
}

// The real part of z.
fn cast_c32_u64(z: vec2<f32>) -> u64 {
    return cast_f32_u64(z.x);
}

// The real part of z.
fn cast_c32_f32(z: vec2<f32>) -> f32 {
    return z.x;
}
