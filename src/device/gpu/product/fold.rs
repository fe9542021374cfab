//! What is folded along the inner axis, as text.

use crate::device::Metric;
use crate::device::gpu::product::text::part;
use crate::device::gpu::program::text::Text;
use crate::dtype::DType;

/// What a row of a and a column of b come to.
#[derive(Clone, Copy, Debug, PartialEq, Hash)]
pub(super) enum Fold {
    /// The sum of the products of their elements.
    Products,
    /// How far apart they are: of real floats.
    Distance(Metric),
}

impl Fold {
    /// Whether roots are taken at last.
    pub(super) fn has_roots(self) -> bool {
        self == Self::Distance(Metric::Euclidean)
    }

    /// The declaration of what two partial results come to: the sum, or the larger magnitude. The bits of magnitudes are ordered as they are, NaN above
    /// infinity; a driver's `max` drops NaN.
    pub(super) fn combined(self, dtype: DType) -> Text {
        let mut text = Text::default();
        text.line("fn combine(x: T, y: T) -> T {");
        match self {
            Self::Distance(Metric::Chebyshev) => {
                let bits = |of: &str| format!("magnitude_{dtype}({of})");
                text.line(format_args!("    return bitcast<T>(max({}, {}));", bits("x"), bits("y")));
            }
            _ => text.line("    return x + y;"),
        }
        text.line("}");
        text
    }

    /// The same of fours of them, which are no complex numbers.
    pub(super) fn combined_in_fours(self, dtype: DType) -> Text {
        let mut text = Text::default();
        text.line("fn combine_four(x: Quad, y: Quad) -> Quad {");
        match self {
            Self::Distance(Metric::Chebyshev) => {
                let (kind, mask) =
                    if dtype == DType::F32 { ("vec4<u32>", "0x7fffffffu") } else { ("vec4<u64>", "MAGNITUDE_F64") };
                let bits = |of: &str| format!("bitcast<{kind}>({of})");
                let magnitude = format!("{} & {kind}({mask})", bits("y"));
                text.line(format_args!("    return bitcast<Quad>(max({}, {magnitude}));", bits("x")));
            }
            _ => text.line("    return x + y;"),
        }
        text.line("}");
        text
    }

    /// The declaration of what was before and two elements come to.
    pub(super) fn one(self, dtype: DType) -> Text {
        let mut text = Text::default();
        text.line("fn fold(before: T, x: T, y: T) -> T {");
        text.line(match (self, dtype) {
            (Self::Products, DType::F32) => "    return fma(x, y, before);",
            (Self::Products, DType::C32 | DType::C64) => {
                "    return T(before.x + x.x * y.x - x.y * y.y, before.y + x.x * y.y + x.y * y.x);"
            }
            (Self::Products, _) => "    return before + x * y;",
            (Self::Distance(Metric::Euclidean | Metric::SquaredEuclidean), DType::F32) => {
                "    return fma(x - y, x - y, before);"
            }
            (Self::Distance(Metric::Euclidean | Metric::SquaredEuclidean), _) => {
                "    return before + (x - y) * (x - y);"
            }
            (Self::Distance(Metric::Manhattan), _) => "    return before + abs(x - y);",
            (Self::Distance(Metric::Chebyshev), _) => "    return combine(before, x - y);",
        });
        text.line("}");
        text
    }

    /// The statements of that for an element of a quad of `a`, a quad `b` and the quad `sum`.
    pub(super) fn four(self, text: &mut Text, dtype: DType, sum: &str, [a, letter]: [&str; 2], b: &str) {
        let element = || format!("vec4<{}>({a}.{letter})", part(dtype));
        match self {
            Self::Products => products(text, dtype, sum, [a, letter], b),
            Self::Distance(Metric::Euclidean | Metric::SquaredEuclidean) => {
                let square = if dtype == DType::F32 { format!("fma(d, d, {sum})") } else { format!("{sum} + d * d") };
                text.line(format_args!("{{ let d = {} - {b}; {sum} = {square}; }}", element()));
            }
            Self::Distance(Metric::Manhattan) => {
                text.line(format_args!("{sum} = {sum} + abs({} - {b});", element()));
            }
            Self::Distance(Metric::Chebyshev) => {
                text.line(format_args!("{sum} = combine_four({sum}, {} - {b});", element()));
            }
        }
    }
}

/// The products of an element of `a` and a quad of b, added to `sum`.
fn products(text: &mut Text, dtype: DType, sum: &str, [a, letter]: [&str; 2], b: &str) {
    let vector = format!("vec4<{}>", part(dtype));
    let mut plus = |sum: &str, sign: &str, a: &str, b: &str| {
        text.line(match part(dtype) {
            "f32" => format!("{sum} = fma({vector}({sign}{a}), {b}, {sum});"),
            _ => format!("{sum} = {sum} {} {vector}({a}) * {b};", if sign.is_empty() { "+" } else { sign }),
        });
    };
    if !dtype.is_complex() {
        return plus(sum, "", &format!("{a}.{letter}"), b);
    }
    let [a_re, a_im] = ["re", "im"].map(|of| format!("{a}.{of}.{letter}"));
    let [b_re, b_im] = ["re", "im"].map(|of| format!("{b}.{of}"));
    let [re, im] = ["re", "im"].map(|of| format!("{sum}.{of}"));
    plus(&re, "", &a_re, &b_re);
    plus(&re, "-", &a_im, &b_im);
    plus(&im, "", &a_re, &b_im);
    plus(&im, "", &a_im, &b_re);
}
