//! Every operation on both devices, in one process: what a card computes must be what the CPU computes, as near as its class says.

pub(crate) mod agreement;
mod arrays;
mod operations;
mod reductions;
mod values;

use std::fmt::Write;

use isotherm::prelude::*;
use isotherm::{Complex, Gpu};
use serde_json::{Value, json};

use agreement::{Bound, Sample};

/// The same ranks on both devices, and what came of the checks so far.
pub(super) struct Checks<'a> {
    cpu: &'a Context,
    gpu: &'a Context,
    agreed: usize,
    /// What differs, and where.
    wrong: Vec<String>,
    /// What brought as many bytes to the host as an operand has, as when the CPU computes it.
    on_host: Vec<String>,
    /// What was not run, and why.
    left_out: Vec<String>,
}

/// An element-wise operation.
struct Operation<T: Element, R: Element> {
    name: &'static str,
    bound: Bound,
    formula: fn(&[DistArray<T>]) -> Expr<R>,
}

/// Operations that share a kernel: together with two operands no more arrays than a kernel may have on every device.
const TOGETHER: usize = 6;

type Formula<T, R> = Box<dyn Fn(&[DistArray<T>]) -> Result<DistArray<R>>>;

/// Something that is computed from arrays.
struct Check<T: Element, R: Element> {
    name: String,
    run: Formula<T, R>,
    bound: Bound,
}

impl<'a> Checks<'a> {
    /// Run them all: of a quick run, for two dtypes. Collective.
    pub(super) fn run(cpu: &'a Context, gpu: &'a Context, quick: bool, say: &mut dyn FnMut(&str)) -> Result<Self> {
        let (agreed, nothing) = (0, Vec::new);
        let mut checks = Self { cpu, gpu, agreed, wrong: nothing(), on_host: nothing(), left_out: nothing() };
        for dtype in DType::ALL {
            say(&format!("checking {dtype}"));
            let on_card = gpu.gpu().is_some_and(|gpu: &Gpu| gpu.supports(dtype));
            if !on_card {
                checks.left_out.push(format!("all of {dtype}, which the device lacks"));
            } else if quick && ![DType::F32, DType::I32].contains(&dtype) {
                checks.left_out.push(format!("all of {dtype}, in a quick run"));
            } else {
                checks.of(dtype)?;
            }
        }
        Ok(checks)
    }

    fn of(&mut self, dtype: DType) -> Result<()> {
        match dtype {
            DType::Bool => {
                operations::of_bools(self)?;
                arrays::movements::<bool>(self)
            }
            DType::U8 => self.integers::<u8>(),
            DType::I32 => self.integers::<i32>(),
            DType::I64 => self.integers::<i64>(),
            DType::U64 => self.integers::<u64>(),
            DType::F32 => {
                operations::of_floats::<f32>(self, Bound::Ulps(3.0), 1.0 / f64::from(1 << 22))?;
                reductions::of_floats::<f32>(self)?;
                arrays::of_floats::<f32>(self)?;
                arrays::distances::<f32>(self)?;
                arrays::factorisations::<f32>(self)?;
                arrays::movements::<f32>(self)
            }
            DType::F64 => {
                operations::of_floats::<f64>(self, Bound::Bits, f64::EPSILON / 4.0)?;
                reductions::of_floats::<f64>(self)?;
                arrays::of_floats::<f64>(self)?;
                arrays::distances::<f64>(self)?;
                arrays::factorisations::<f64>(self)?;
                arrays::movements::<f64>(self)
            }
            DType::C32 => {
                operations::of_complex::<Complex<f32>>(self)?;
                arrays::movements::<Complex<f32>>(self)
            }
            DType::C64 => {
                operations::of_complex::<Complex<f64>>(self)?;
                arrays::movements::<Complex<f64>>(self)
            }
        }
    }

    fn integers<T: operations::Whole>(&mut self) -> Result<()> {
        operations::of_integers::<T>(self)?;
        reductions::of_integers::<T>(self)?;
        arrays::movements::<T>(self)
    }

    /// Evaluate these on the CPU and on the GPU, some in one pass.
    fn evaluate<T: Sample, R: Sample>(
        &mut self,
        operands: &[DistArray<T>],
        operations: &[Operation<T, R>],
    ) -> Result<()> {
        let there = self.on_gpu(operands)?;
        for group in operations.chunks(TOGETHER) {
            let all =
                |arrays: &[DistArray<T>]| group.iter().map(|its| (its.formula)(arrays)).collect::<Vec<_>>().eval();
            let names: Vec<String> = group.iter().map(|its| format!("{} of {}", its.name, T::DTYPE)).collect();
            let got = self.counted(&names.join(", "), &there, || all(&there))?;
            for (((want, got), its), name) in all(operands)?.iter().zip(&got).zip(group).zip(&names) {
                self.judge(name, its.bound, want, got)?;
            }
        }
        Ok(())
    }

    /// Run each on the CPU and on the GPU, on the same operands.
    fn compare<T: Sample, R: Sample>(&mut self, operands: &[DistArray<T>], checks: Vec<Check<T, R>>) -> Result<()> {
        for Check { name, run, bound } in checks {
            let name = format!("{name} of {}", T::DTYPE);
            // Anew for each: one that was fetched has a copy on the host.
            let there = self.on_gpu(operands)?;
            let got = self.counted(&name, &there, || run(&there));
            match (run(operands), got) {
                (Ok(want), Ok(got)) => self.judge(&name, bound, &want, &got)?,
                (_, Err(error)) if error.kind() == ErrorKind::Collective => return Err(error),
                (Ok(_), Err(error)) => self.wrong.push(format!("{name} fails: {}", error.message())),
                (Err(error), _) => self.wrong.push(format!("{name} fails on the CPU: {}", error.message())),
            }
        }
        Ok(())
    }

    /// The same arrays in the memory of the GPU alone: who wants them on the host has to fetch them.
    fn on_gpu<T: Element>(&self, operands: &[DistArray<T>]) -> Result<Vec<DistArray<T>>> {
        let there = operands.iter().map(|x| x.to_device(self.gpu)).collect::<Result<Vec<_>>>()?;
        there.iter().map(|x| select(x.equal(x), x, x).eval()).collect()
    }

    /// What `f` computes from these. If a whole array comes back meanwhile, the CPU has stepped in for the GPU.
    fn counted<T: Element, R>(&mut self, name: &str, operands: &[DistArray<T>], f: impl FnOnce() -> R) -> R {
        let fetched = || self.gpu.gpu().map_or(0, |gpu| gpu.traffic().down);
        let before = fetched();
        let result = f();
        let block = operands.first().map_or(1, |x| x.local_shape().size() * size_of::<T>());
        if fetched() - before >= block as u64 {
            self.on_host.push(name.to_owned());
        }
        result
    }

    /// Whether the elements agree on all ranks. Collective.
    fn judge<R: Sample>(&mut self, name: &str, bound: Bound, want: &DistArray<R>, got: &DistArray<R>) -> Result<()> {
        let mut own = String::new();
        if got.layout() == want.layout() {
            let pairs = got.local().iter().zip(want.local());
            let mut differing = pairs.enumerate().filter(|(_, (got, want))| !got.agrees(**want, bound));
            if let Some((at, (got, want))) = differing.next() {
                let more = differing.count();
                let _ = write!(own, "{name} is {got:?} at {at} of a block, on the CPU {want:?}, and {more} more");
            }
        } else {
            let _ = write!(own, "{name} lies as {}, on the CPU as {}", got.layout(), want.layout());
        }
        let all = self.gpu.comm().all_gather_v(own.as_bytes())?;
        match all.iter().find(|text| !text.is_empty()) {
            None => self.agreed += 1,
            Some(text) => self.wrong.push(String::from_utf8_lossy(text).into_owned()),
        }
        Ok(())
    }

    /// The elements as an array of the CPU, dealt along axis 0.
    fn array<T: Element>(&self, elements: &[T], shape: impl Into<Shape>) -> Result<DistArray<T>> {
        self.cpu.from_slice(elements, shape, 0)
    }

    pub(super) fn are_wrong(&self) -> usize {
        self.wrong.len()
    }

    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = vec![format!("{} agree with the CPU, {} do not", self.agreed, self.wrong.len())];
        lines.extend(self.wrong.iter().map(|what| format!("WRONG: {what}")));
        if !self.on_host.is_empty() {
            lines.push(format!("as many bytes as an operand has came to the host for: {}", self.on_host.join(", ")));
        }
        lines.extend(self.left_out.iter().map(|what| format!("not run: {what}")));
        lines
    }

    pub(super) fn json(&self) -> Value {
        let Self { agreed, wrong, on_host, left_out, .. } = self;
        json!({"agreed": agreed, "wrong": wrong, "on_host": on_host, "not_run": left_out})
    }
}

/// An element-wise operation.
fn of<T: Element, R: Element>(
    name: &'static str,
    bound: Bound,
    formula: fn(&[DistArray<T>]) -> Expr<R>,
) -> Operation<T, R> {
    Operation { name, bound, formula }
}

/// A check of an array program.
fn check<T: Element, R: Element>(
    name: impl Into<String>,
    bound: Bound,
    run: impl Fn(&[DistArray<T>]) -> Result<DistArray<R>> + 'static,
) -> Check<T, R> {
    Check { name: name.into(), run: Box::new(run), bound }
}
