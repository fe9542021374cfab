//! The programs, each with the class of its results.

use isotherm::cluster::{Init, KMeans};
use isotherm::decomposition::PCA;
use isotherm::io::csv::{Format, HeaderRow};
use isotherm::io::{read_csv, read_npy, write_csv, write_npy};
use isotherm::linalg;
use isotherm::prelude::*;
use isotherm::random::{self, Seed, Uniform};
use isotherm::stencil::{Boundary, sweep};
use isotherm::{Complex, Expr};

use crate::{Class, Digest};

/// The shape of the table that every program is given.
pub(crate) const SHAPE: (usize, usize) = (23, 6);

/// An element of it: signs mixed, and a hundred orders of magnitude, so that the order of additions would show.
pub(crate) fn element(index: &[usize]) -> f64 {
    let place = (index[0] * SHAPE.1 + index[1]) as u64;
    let uniform: f64 = random::at(Uniform, Seed::new(9), place);
    (uniform - 0.5) * [1e-50, 1.0, 1e50, 3.0][place as usize % 4]
}

pub(crate) struct Program {
    pub(crate) name: &'static str,
    pub(crate) class: Class,
    pub(crate) run: fn(&Context, &DistArray<f64>, &mut Digest) -> Result<()>,
}

pub(crate) const PROGRAMS: &[Program] = &[
    Program { name: "creation", class: Class::Exact, run: creation },
    Program { name: "random integers and uniform numbers", class: Class::Exact, run: random_exact },
    Program { name: "normal random numbers", class: Class::Reproducible, run: random_normal },
    Program { name: "movement", class: Class::Exact, run: movement },
    Program { name: "least, greatest, any, all", class: Class::Exact, run: choices },
    Program { name: "integers", class: Class::Exact, run: integers },
    Program { name: "files", class: Class::Exact, run: files },
    Program { name: "element-wise functions", class: Class::Reproducible, run: functions },
    Program { name: "sums, means, variances, norms", class: Class::Reproducible, run: sums },
    Program { name: "standardised columns", class: Class::Reproducible, run: standardised },
    Program { name: "complex numbers", class: Class::Reproducible, run: complex },
    Program { name: "k-means", class: Class::Reproducible, run: kmeans },
    Program { name: "a stencil", class: Class::Reproducible, run: stencil },
    Program { name: "QR of a tall matrix", class: Class::Bounded, run: qr },
    Program { name: "principal components", class: Class::Bounded, run: pca },
    Program { name: "products of floats", class: Class::Bounded, run: products },
];

fn creation(cx: &Context, x: &DistArray<f64>, digest: &mut Digest) -> Result<()> {
    let layout = x.layout();
    digest.array(x)?;
    digest.array(&cx.full(SHAPE, true, layout)?)?;
    digest.array(&cx.arange(-3_i32, 40, 2, 0)?)?;
    digest.array(&cx.linspace(0.0_f32, 1.0, 31, 0)?)?;
    digest.array(&cx.eye::<u8>(5, 7, 1, 1)?)?;
    digest.array(&cx.from_root(cx.size() - 1, &[1_i64, 2, 3, 4, 5], 5, 0)?)?;
    digest.array(&cx.from_block(x.local(), layout)?)
}

fn random_exact(cx: &Context, x: &DistArray<f64>, digest: &mut Digest) -> Result<()> {
    digest.array(&cx.random_uniform::<f64>(SHAPE, x.layout(), 1)?)?;
    digest.array(&cx.random_uniform::<Complex<f32>>(SHAPE, x.layout(), 2)?)?;
    digest.array(&cx.random_integers(-5_i64, 7, SHAPE, x.layout(), 3)?)
}

fn random_normal(cx: &Context, x: &DistArray<f64>, digest: &mut Digest) -> Result<()> {
    digest.array(&cx.random_normal::<f64>(SHAPE, x.layout(), 1)?)?;
    digest.array(&cx.random_normal::<f32>(SHAPE, x.layout(), 2)?)
}

fn movement(cx: &Context, x: &DistArray<f64>, digest: &mut Digest) -> Result<()> {
    let cx = &cx.with_staging_limit(256); // many rounds
    let x = &cx.from_block(x.local(), x.layout())?;
    let mut written = x.clone();
    written.set((range(1, -1).step(2), ..), x.slice((range(None, None).step(-2), ..))?.slice(..11)?)?;
    let all = [
        x.resplit(1)?,
        x.balance()?,
        x.replicate()?,
        x.reshape((6, 23))?,
        x.transpose()?,
        x.flip(None)?,
        x.roll(7, 0)?,
        x.slice((range(None, None).step(-3), 1..5))?,
        x.take(&[22, 0, 0, 7, -1], 0)?,
        x.pad(&[(2, 3), (1, 0)], -1.0)?,
        x.repeat(2, 1)?,
        x.tile(2, 0)?,
        x.diff(0)?,
        concatenate(&[x, &x.flip(0)?], 1)?,
        stack(&[x, &x.roll(1, 1)?], 1)?,
        written,
    ];
    for moved in &all {
        digest.array(moved)?;
    }
    digest.bytes(x.preview()?.as_bytes());
    Ok(())
}

fn choices(_: &Context, x: &DistArray<f64>, digest: &mut Digest) -> Result<()> {
    for axes in [None, Some(0), Some(1)] {
        let (low, high) = (x.min(axes), x.max(axes)).eval()?;
        let (first, last) = (x.argmin(axes), x.argmax(axes)).eval()?;
        let (some, every) = (x.greater(0.49).any(axes), x.less(1.5).all(axes)).eval()?;
        digest.array(&low)?;
        digest.array(&high)?;
        digest.array(&first)?;
        digest.array(&last)?;
        digest.array(&some)?;
        digest.array(&every)?;
        digest.array(&x.count_nonzero(axes).eval()?)?;
    }
    Ok(())
}

fn integers(_: &Context, x: &DistArray<f64>, digest: &mut Digest) -> Result<()> {
    let whole = (x.sign() * 5.0 + x.index(0)?.cast::<f64>()).cast::<i64>().eval()?;
    for axes in [None, Some(0), Some(1)] {
        digest.array(&whole.sum(axes).eval()?)?;
        digest.array(&whole.prod(axes).eval()?)?; // wraps
    }
    digest.array(&(&whole * 7 - 3).floor_divide(&whole - 5).eval()?) // 0 divides somewhere
}

fn files(cx: &Context, x: &DistArray<f64>, digest: &mut Digest) -> Result<()> {
    let owner = cx.comm().broadcast(0, &[u64::from(std::process::id())])?[0];
    let path = |ending: &str| std::env::temp_dir().join(format!("isotherm-transports-{owner}.{ending}"));
    let (npy, csv, format) = (path("npy"), path("csv"), Format::default().header(HeaderRow::None));
    write_npy(x, &npy)?;
    write_csv(x, &csv, format, &[])?;
    digest.array(&read_npy::<f64>(cx, &npy, 1)?)?;
    digest.array(&read_csv::<f64>(cx, &csv, 0, format)?)?;
    for path in [npy, csv] {
        let bytes = std::fs::read(&path);
        digest.bytes(&cx.agree(bytes)?);
        cx.comm().barrier()?;
        cx.on_root(|| std::fs::remove_file(&path).unwrap());
        cx.comm().barrier()?;
    }
    Ok(())
}

fn functions(_: &Context, x: &DistArray<f64>, digest: &mut Digest) -> Result<()> {
    let unit = x.sign() * (x.abs() / (x.abs() + 1.0));
    let small = unit.eval()?;
    let all: [Expr<f64>; 14] = [
        small.exp(),
        small.expm1(),
        small.log1p(),
        small.abs().sqrt(),
        small.sin(),
        small.cos(),
        small.tan(),
        small.asin(),
        small.atan(),
        small.sinh(),
        small.tanh(),
        (small.abs() + 1e-9).log(),
        (small.abs() + 1e-9).log10(),
        (&small + 2.0).reciprocal(),
    ];
    for result in all.to_vec().eval()? {
        digest.array(&result)?;
    }
    digest.array(&(&small * &small + x.index(1)?.cast::<f64>()).eval()?)
}

fn sums(_: &Context, x: &DistArray<f64>, digest: &mut Digest) -> Result<()> {
    for axes in [None, Some(0), Some(1)] {
        let results = (x.sum(axes), x.mean(axes), x.var(axes), x.std(axes).ddof(1)).eval()?;
        digest.array(&results.0)?;
        digest.array(&results.1)?;
        digest.array(&results.2)?;
        digest.array(&results.3)?;
        digest.array(&x.norm(axes).eval()?)?;
        digest.array(&x.cast::<f32>().sum(axes).eval()?)?;
    }
    Ok(())
}

fn standardised(_: &Context, x: &DistArray<f64>, digest: &mut Digest) -> Result<()> {
    let (mean, std) = (x.mean(0), x.std(0)).eval()?;
    let z = ((x - &mean) / &std).eval()?;
    digest.array(&z)?;
    digest.array(&(&z - z.resplit(1)? * 0.5).square().sum(1).eval()?)
}

fn complex(_: &Context, x: &DistArray<f64>, digest: &mut Digest) -> Result<()> {
    let z = (x.cast::<Complex<f64>>() * Complex::new(0.5, -2.0) + Complex::new(0.0, 1.0)).eval()?;
    for axes in [None, Some(0), Some(1)] {
        digest.array(&z.sum(axes).eval()?)?;
        digest.array(&z.var(axes).eval()?)?;
    }
    digest.array(&(&z * &z).eval()?)
}

fn kmeans(_: &Context, x: &DistArray<f64>, digest: &mut Digest) -> Result<()> {
    let small = (x.sign() + x.index(0)?.cast::<f64>() * 0.25).eval()?;
    for init in [Init::PlusPlus, Init::Random] {
        let fit = KMeans::new(4).init(init).seed(11).fit(&small)?;
        digest.array(&fit.centers)?;
        digest.array(&fit.labels)?;
        digest.bytes(&fit.inertia.to_bits().to_le_bytes());
        digest.bytes(&fit.iterations.to_le_bytes());
    }
    Ok(())
}

fn stencil(cx: &Context, x: &DistArray<f64>, digest: &mut Digest) -> Result<()> {
    let u = cx.from_fn(SHAPE, 0, element)?;
    for boundary in [Boundary::Periodic, Boundary::Reflect, Boundary::Fixed(0.5)] {
        let mut next = u.clone();
        sweep(u.halo().boundary(boundary), &mut next, |u| {
            u.at([0, 0]) + 0.1 * (u.at([1, 0]) + u.at([-1, 0]) + u.at([0, 2]) - 3.0 * u.at([0, 0]))
        })?;
        digest.array(&(&next - x).eval()?)?;
    }
    Ok(())
}

fn qr(_: &Context, x: &DistArray<f64>, digest: &mut Digest) -> Result<()> {
    let factors = linalg::qr(&near_one(x)?)?;
    digest.array(&factors.q)?;
    digest.array(&factors.r)
}

fn pca(_: &Context, x: &DistArray<f64>, digest: &mut Digest) -> Result<()> {
    let (fit, scores) = PCA::new(3).fit_transform(&near_one(x)?)?;
    digest.array(&fit.components)?;
    digest.array(&scores)?;
    fit.explained_variance.iter().for_each(|variance| digest.bytes(&variance.to_bits().to_le_bytes()));
    Ok(())
}

/// The table, squeezed to around one.
fn near_one(x: &DistArray<f64>) -> Result<DistArray<f64>> {
    (x.sign() * 0.01 + x.abs().sqrt().sin() * 0.1 + 1.0).eval()
}

fn products(_: &Context, x: &DistArray<f64>, digest: &mut Digest) -> Result<()> {
    let near_one = near_one(x)?;
    for axes in [None, Some(0), Some(1)] {
        digest.array(&near_one.prod(axes).eval()?)?;
        digest.array(&near_one.cast::<f32>().prod(axes).eval()?)?;
    }
    Ok(())
}
