// Conversions of complex numbers: a real number has the imaginary part 0; of a complex number to a real dtype the real
// part is converted, as the real dtypes convert it. Exact, but for the rounding of f64 parts to f32.

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

// x + 0 i.
fn cast_f64_c32(x: f64) -> vec2<f32> {
    return vec2<f32>(cast_f64_f32(x), 0.0);
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

// The real part of z.
fn cast_c32_f64(z: vec2<f32>) -> f64 {
    return cast_f32_f64(z.x);
}

// x + 0 i.
fn cast_bool_c64(x: bool) -> vec2<f64> {
    return vec2<f64>(cast_bool_f64(x), 0.0lf);
}

// x + 0 i.
fn cast_u8_c64(x: u32) -> vec2<f64> {
    return vec2<f64>(cast_u8_f64(x), 0.0lf);
}

// x + 0 i.
fn cast_i32_c64(x: i32) -> vec2<f64> {
    return vec2<f64>(cast_i32_f64(x), 0.0lf);
}

// x + 0 i.
fn cast_i64_c64(x: i64) -> vec2<f64> {
    return vec2<f64>(cast_i64_f64(x), 0.0lf);
}

// x + 0 i.
fn cast_u64_c64(x: u64) -> vec2<f64> {
    return vec2<f64>(cast_u64_f64(x), 0.0lf);
}

// x + 0 i.
fn cast_f32_c64(x: f32) -> vec2<f64> {
    return vec2<f64>(cast_f32_f64(x), 0.0lf);
}

// x + 0 i.
fn cast_f64_c64(x: f64) -> vec2<f64> {
    return vec2<f64>(x, 0.0lf);
}

// Whether z is not 0; NaN is not.
fn cast_c64_bool(z: vec2<f64>) -> bool {
    return cast_f64_bool(z.x) || cast_f64_bool(z.y);
}

// The real part of z.
fn cast_c64_u8(z: vec2<f64>) -> u32 {
    return cast_f64_u8(z.x);
}

// The real part of z.
fn cast_c64_i32(z: vec2<f64>) -> i32 {
    return cast_f64_i32(z.x);
}

// The real part of z.
fn cast_c64_i64(z: vec2<f64>) -> i64 {
    return cast_f64_i64(z.x);
}

// The real part of z.
fn cast_c64_u64(z: vec2<f64>) -> u64 {
    return cast_f64_u64(z.x);
}

// The real part of z.
fn cast_c64_f32(z: vec2<f64>) -> f32 {
    return cast_f64_f32(z.x);
}

// The real part of z.
fn cast_c64_f64(z: vec2<f64>) -> f64 {
    return z.x;
}

// z with parts of f64.
fn cast_c32_c64(z: vec2<f32>) -> vec2<f64> {
    return vec2<f64>(cast_f32_f64(z.x), cast_f32_f64(z.y));
}

// z with parts of f32.
fn cast_c64_c32(z: vec2<f64>) -> vec2<f32> {
    return vec2<f32>(cast_f64_f32(z.x), cast_f64_f32(z.y));
}
