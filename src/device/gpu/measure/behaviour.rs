//! What a device does where drivers differ: small kernels ask it.

use crate::device::gpu::Gpu;
use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::gpu::measure::{BUILTINS, ROUNDING, SUBGROUP, TRIPS, random_bytes};
use crate::dtype::{DType, Element, Float};
use crate::memory::Pool;

/// What a device answered to one question.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Finding {
    /// What was asked.
    pub question: String,
    /// What it does.
    pub answer: String,
    /// Whether kernels rely on another answer: results of this device are not to be trusted.
    pub breaks: bool,
}

impl Finding {
    fn new(question: impl Into<String>, answer: impl Into<String>) -> Self {
        Self { question: question.into(), answer: answer.into(), breaks: false }
    }

    /// One that kernels rely on.
    fn needed(question: impl Into<String>, answer: impl Into<String>, holds: bool) -> Self {
        Self { breaks: !holds, ..Self::new(question, answer) }
    }
}

impl Gpu {
    /// What this device does where drivers differ: its limits, the accuracy of what kernels call, and what becomes of sums that cancel, of denormals and of NaN.
    ///
    /// **Local.** Some small kernels.
    pub fn findings(&self) -> Vec<Finding> {
        let mut all = self.limits();
        all.extend(self.subgroup());
        all.push(self.trips());
        all.extend(self.accuracy::<f32>("f32"));
        all.extend(self.rounding::<f32>("f32"));
        if self.supports(DType::F64) {
            all.extend(self.accuracy::<f64>("f64"));
            all.extend(self.rounding::<f64>("f64"));
        }
        all
    }

    fn limits(&self) -> Vec<Finding> {
        let limits = self.card().device.limits();
        let all = [
            ("bytes that a binding sees", limits.max_storage_buffer_binding_size),
            ("bytes of a buffer", limits.max_buffer_size),
            ("bytes of a workgroup's memory", limits.max_compute_workgroup_storage_size.into()),
            ("invocations of a workgroup", limits.max_compute_invocations_per_workgroup.into()),
            ("workgroups along one dimension", limits.max_compute_workgroups_per_dimension.into()),
            ("arrays of a kernel", limits.max_storage_buffers_per_shader_stage.into()),
            ("boundary of arguments in bytes", limits.min_uniform_buffer_offset_alignment.into()),
        ];
        let mut all: Vec<Finding> = all.map(|(question, most)| Finding::new(question, most.to_string())).into();
        all.push(Finding::new("elements of a segment", self.segment().to_string()));
        all
    }

    /// What one of the small kernels writes into `len` elements.
    fn answers<T: Element>(
        &self,
        shader: &Shader,
        declared: &str,
        given: &[&[T]],
        arguments: &[u32],
        len: usize,
    ) -> Vec<T> {
        let memories: Vec<_> =
            given.iter().map(|values| self.upload(bytemuck::cast_slice(values), size_of::<T>())).collect();
        let answers = self.upload(&vec![0; len * size_of::<T>()], size_of::<T>());
        let mut arrays: Vec<_> = memories.iter().map(|memory| (Access::Read, &memory.segments()[0])).collect();
        arrays.push((Access::Write, &answers.segments()[0]));
        let groups = given.first().map_or(1, |values| values.len()).div_ceil(self.workgroup());
        Launch { shader, parts: &[declared], arrays: &arrays, arguments, groups }.run(self, || "a question".to_owned());
        self.block::<T>(&answers, &Pool::new()).to_vec()
    }

    fn subgroup(&self) -> Option<Finding> {
        let (least, most) = self.adapter().subgroup?;
        let size = self.answers::<i32>(&SUBGROUP, "", &[], &[], 1)[0];
        Some(Finding::new("invocations in step", format!("{size} of {least} to {most}")))
    }

    fn trips(&self) -> Finding {
        const ASKED: u32 = 1_000_000;
        let made = self.answers::<i32>(&TRIPS, "", &[&[0]], &[ASKED], 1)[0] as u32;
        let answer = if made == ASKED { "all made".to_owned() } else { format!("end silently after {made}") };
        Finding::needed("loops of a million trips", answer, made >= 60_000)
    }

    /// Errors of the operations in `builtins.wgsl`, each beside what kernels rely on.
    fn accuracy<T: Probed>(&self, name: &str) -> Vec<Finding> {
        const COUNT: usize = 4096;
        let bytes = random_bytes(4 * COUNT);
        // Between -128 and 128, with all bits of the significand in use.
        let number = |bytes: &[u8]| {
            T::of((f64::from(i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])) + 0.3) / f64::from(1 << 24))
        };
        let all: Vec<T> = bytes.chunks(4).map(number).collect();
        let (left, right) = all.split_at(COUNT / 2);
        let count = left.len();
        let operations = T::operations();
        let declared = format!("alias T = {name};\n");
        let answers = self.answers(&BUILTINS, &declared, &[left, right], &[count as u32], operations.len() * count);
        let finding = |((what, allowed, right_one), answers): (&Operation<T>, &[T])| {
            let errors =
                answers.iter().zip(left.iter().zip(right)).map(|(&answer, (&x, &y))| answer.ulps_from(right_one(x, y)));
            let worst = errors.fold(0.0, f64::max);
            Finding::needed(format!("{name}: {what}"), format!("{worst:.0} ulp at most of {count}"), worst <= *allowed)
        };
        operations.iter().zip(answers.chunks(count)).map(finding).collect()
    }

    /// The answers of `rounding.wgsl`.
    fn rounding<T: Probed>(&self, name: &str) -> Vec<Finding> {
        let given = T::given();
        let declared = format!("alias T = {name};\n");
        let answers = self.answers(&ROUNDING, &declared, &[&given[..]], &[], 14);
        let number = |at: usize| -> f64 { answers[at].into() };
        let choose = |holds: bool, yes: &str, no: &str| if holds { yes.to_owned() } else { no.to_owned() };
        let about = |what: &str, holds: bool, yes: &str, no: &str| {
            Finding::new(format!("{name}: {what}"), choose(holds, yes, no))
        };
        let needed = |what: &str, holds: bool, yes: &str, no: &str| {
            Finding::needed(format!("{name}: {what}"), choose(holds, yes, no), holds)
        };
        vec![
            about("the error of a sum", answers[0] == given[1], "what it is", "lost: sums are reordered"),
            about("fma", number(1) != 0.0, "one rounding", "two roundings"),
            about("a product that is added", number(2) != 0.0, "one rounding, fused", "two roundings"),
            about("half of the least normal number", number(3) > 0.0, "kept", "zero: denormals are flushed"),
            about("twice that", answers[4] == given[4], "whole again", "lost"),
            about("infinity - infinity", number(5).is_nan(), "NaN", "folded"),
            about("infinity * 0", number(6).is_nan(), "NaN", "folded"),
            about("max(NaN, 1)", number(7).is_nan(), "NaN", "1"),
            about("min(1, NaN)", number(8).is_nan(), "NaN", "1"),
            about("NaN != NaN", number(9) == 1.0, "true", "false: folded"),
            about("NaN < 1, NaN > 1, NaN == 1", number(10) == 0.0, "false", "true for some"),
            about("0 * -1", number(11).is_sign_negative(), "-0", "0"),
            needed("1 / 0", number(12) == f64::INFINITY, "infinity", "not infinity"),
            about("sqrt(-1)", number(13).is_nan(), "NaN", "not NaN"),
        ]
    }
}

/// An operation of `builtins.wgsl`: its name, the ulps that it may be off, and the right result.
type Operation<T> = (&'static str, f64, fn(T, T) -> T);

/// The floats that devices are asked about.
trait Probed: Float + Into<f64> {
    fn of(value: f64) -> Self;
    /// How many numbers lie between these two, and one.
    fn ulps_from(self, right: Self) -> f64;
    fn operations() -> [Operation<Self>; 12];
    /// What `rounding.wgsl` is given.
    fn given() -> [Self; 8];
}

macro_rules! probed {
    ($($rust:ident: $small:expr, $bits:expr, $quotient:expr;)*) => {$(
        impl Probed for $rust {
            fn of(value: f64) -> Self {
                value as $rust
            }

            fn ulps_from(self, right: Self) -> f64 {
                let unit = f64::from(right.abs().next_up() - right.abs());
                if self == right { 0.0 } else { f64::from((self - right).abs()) / unit }
            }

            fn operations() -> [Operation<Self>; 12] {
                [
                    ("+", 0.0, |x, y| x + y),
                    ("-", 0.0, |x, y| x - y),
                    ("*", 0.0, |x, y| x * y),
                    ("/", $quotient, |x, y| x / y),
                    ("sqrt", 3.0, |x, _| x.abs().sqrt()),
                    ("fma", 1.0, |x, y| x.mul_add(y.abs(), x)),
                    ("floor", 0.0, |x, _| x.floor()),
                    ("ceil", 0.0, |x, _| x.ceil()),
                    ("trunc", 0.0, |x, _| x.trunc()),
                    ("round", 0.0, |x, _| x.round_ties_even()),
                    ("min", 0.0, |x, y| x.min(y)),
                    ("max", 0.0, |x, y| x.max(y)),
                ]
            }

            fn given() -> [Self; 8] {
                let long = 1.0 + $bits;
                [1.0, $small, long, long * long, <$rust>::MIN_POSITIVE, <$rust>::INFINITY, <$rust>::NAN, 0.0]
            }
        }
    )*};
}
probed! {
    f32: 1e-9, 1.0 / 4_194_304.0, 3.0;
    f64: 1e-18, 1.0 / 1_125_899_906_842_624.0, 3.0;
}
