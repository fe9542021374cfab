// Conversions of c32 and c64 that change the width of parts, as c32/cast.wgsl. Exact, but for the rounding of f64 parts to f32.

// x + 0 i.
fn cast_f64_c32(x: f64) -> vec2<f32> {
    return vec2<f32>(cast_f64_f32(x), 0.0);
}

// The real part of z.
fn cast_c32_f64(z: vec2<f32>) -> f64 {
    return cast_f32_f64(z.x);
}

// x + 0 i.
fn cast_f32_c64(x: f32) -> vec2<f64> {
    return vec2<f64>(cast_f32_f64(x), 0.0lf);
}

// The real part of z.
fn cast_c64_f32(z: vec2<f64>) -> f32 {
    return cast_f64_f32(z.x);
}

// z with parts of f64.
fn cast_c32_c64(z: vec2<f32>) -> vec2<f64> {
    return vec2<f64>(cast_f32_f64(z.x), cast_f32_f64(z.y));
}

// z with parts of f32.
fn cast_c64_c32(z: vec2<f64>) -> vec2<f32> {
    return vec2<f32>(cast_f64_f32(z.x), cast_f64_f32(z.y));
}
