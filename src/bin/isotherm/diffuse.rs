//! `isotherm diffuse`.

use std::f64::consts::PI;
use std::fmt::Write;
use std::time::Instant;

use isotherm::io;
use isotherm::prelude::*;
use isotherm::stencil::{Boundary, Formula, Neighbours, sweep};
use serde_json::json;

use crate::arguments::{self, Common, Walls};
use crate::output::TextFile;
use crate::report::{Facts, Report};
use crate::{heat, json, table};

/// The heat equation `u_t = a (u_xx + u_yy + ...)` on the unit interval, square or cube, by explicit steps.
///
/// It begins with `m + Π cos(k x) + ½ Π cos(..)`, two waves whose decay is known in closed form: so the error can be told.
struct Problem<'a> {
    size: &'a [usize],
    walls: Walls,
    /// The time of one step.
    step: f64,
    alpha: f64,
}

/// The numbers of half waves (whole ones of periodic problems) along even and odd axes, and the height, of each wave.
const WAVES: [([f64; 2], f64); 2] = [([1.0, 1.0], 1.0), ([3.0, 2.0], 0.5)];

impl<'a> Problem<'a> {
    fn new(arguments: &'a arguments::Diffuse) -> Self {
        let mut problem = Self { size: &arguments.size, walls: arguments.boundary, step: 0.0, alpha: arguments.alpha };
        // The largest step for which no wave grows.
        let limit =
            0.5 / (problem.alpha * (0..problem.size.len()).map(|axis| 1.0 / problem.width(axis).powi(2)).sum::<f64>());
        problem.step = arguments.cfl * limit;
        problem
    }

    /// The distance between elements. Fixed walls are elements themselves, just outside; others lie half a cell beyond.
    fn width(&self, axis: usize) -> f64 {
        let extent = self.size[axis] as f64;
        1.0 / if self.walls == Walls::Fixed { extent + 1.0 } else { extent }
    }

    /// What every element has beside the waves: the mean, where the walls let no heat through.
    fn mean(&self) -> f64 {
        if self.walls == Walls::Fixed { 0.0 } else { 1.0 }
    }

    fn wave_number(&self, half_waves: [f64; 2], axis: usize) -> f64 {
        let number = half_waves[axis % 2] * PI;
        if self.walls == Walls::Periodic { 2.0 * number } else { number }
    }

    /// The solution after `time`, for the elements of an array that lies like `like`.
    fn solution(&self, like: &DistArray<f64>, time: f64) -> Result<Expr<f64>> {
        let mut sum: Option<Expr<f64>> = None;
        for (half_waves, height) in WAVES {
            let decay = (0..self.size.len()).map(|axis| self.wave_number(half_waves, axis).powi(2)).sum::<f64>();
            let mut wave = like.index(0)?.cast::<f64>() * 0.0 + height * (-self.alpha * decay * time).exp();
            for axis in 0..self.size.len() {
                let number = self.wave_number(half_waves, axis);
                let place = like.index(axis)?.cast::<f64>();
                wave = wave
                    * match self.walls {
                        Walls::Fixed => ((place + 1.0) * (self.width(axis) * number)).sin(),
                        _ => ((place + 0.5) * (self.width(axis) * number)).cos(),
                    };
            }
            sum = Some(match sum {
                None => wave + self.mean(),
                Some(sum) => sum + wave,
            });
        }
        Ok(sum.expect("there are waves"))
    }

    /// The element after one step.
    fn formula<'s>(&self, u: &'s Neighbours<f64>) -> Formula<'s, f64> {
        let at = |axis: usize, places: isize| {
            let mut offset = vec![0; self.size.len()];
            offset[axis] = places;
            u.at(offset.as_slice())
        };
        let here = at(0, 0);
        (0..self.size.len()).fold(here.clone(), |sum, axis| {
            let k = self.alpha * self.step / self.width(axis).powi(2);
            sum + k * (at(axis, 1) + at(axis, -1) - 2.0 * &here)
        })
    }

    fn boundary(&self) -> Boundary<'static, f64> {
        match self.walls {
            Walls::Periodic => Boundary::Periodic,
            Walls::Fixed => Boundary::Fixed(0.0),
            Walls::Insulated => Boundary::Reflect,
        }
    }
}

/// Let heat spread. Where results shall be written is looked at before the work begins.
pub(crate) fn run(cx: &Context, arguments: &arguments::Diffuse, common: &Common) -> Result<Report> {
    let start = Instant::now();
    let plot = match &arguments.plot {
        Some(path) => Some(TextFile::create(cx, path)?),
        None => None,
    };
    let mut progress = common.progress(cx);
    let problem = Problem::new(arguments);
    let layout = arguments.split.layout(&arguments.size, cx.size())?;
    let mut next = cx.zeros::<f64>(layout.shape().clone(), &layout)?;
    let mut u = problem.solution(&next, 0.0)?.eval()?;
    let begin = Instant::now();
    for step in 1..=arguments.steps {
        sweep(u.halo().boundary(problem.boundary()), &mut next, |u| problem.formula(u))?;
        std::mem::swap(&mut u, &mut next);
        progress.say(format_args!("step {step} of {}", arguments.steps));
    }
    cx.comm().barrier()?;
    let stepping = begin.elapsed().as_secs_f64();
    let time = problem.step * arguments.steps as f64;
    let error = (&u - problem.solution(&u, time)?).abs().max(None);
    let (error, least, greatest, mean) = (error, u.min(None), u.max(None), u.mean(None)).eval()?;
    if let Some(path) = &arguments.out {
        io::write_npy(&u, path)?;
    }
    if let Some(plot) = plot {
        let title = format!("{} after {} steps, time {}", layout.shape(), arguments.steps, table::real(time));
        plot.write(cx, heat::draw(&u, &title)?.as_deref())?;
    }
    let answer = Answer {
        facts: Facts::of(&u, start)?,
        steps: arguments.steps,
        time,
        updates: u.size() as f64 * arguments.steps as f64 / stepping,
        stepping,
        error: error.item()?,
        least: least.item()?,
        greatest: greatest.item()?,
        mean: mean.item()?,
    };
    Ok(answer.report(arguments))
}

/// What is said of a run.
struct Answer {
    facts: Facts,
    steps: usize,
    time: f64,
    /// Elements per second.
    updates: f64,
    /// Seconds in the steps.
    stepping: f64,
    error: f64,
    least: f64,
    greatest: f64,
    mean: f64,
}

impl Answer {
    fn report(self, arguments: &arguments::Diffuse) -> Report {
        let text = self.text(arguments);
        let own = [
            ("steps", json!(self.steps)),
            ("time", json::number(self.time)),
            ("cell_updates_per_second", json::number(self.updates)),
            ("error", json::number(self.error)),
            ("minimum", json::number(self.least)),
            ("maximum", json::number(self.greatest)),
            ("mean", json::number(self.mean)),
        ];
        Report::new(self.facts, own, text)
    }

    fn text(&self, arguments: &arguments::Diffuse) -> String {
        let extents: Vec<String> = arguments.size.iter().map(|&extent| table::count(extent as u64)).collect();
        let [time, least, greatest, mean] = [self.time, self.least, self.greatest, self.mean].map(table::real);
        let [seconds, stepping] = [self.facts.seconds, self.stepping].map(table::seconds);
        let mut facts = vec![
            ("steps", format!("{}, until time {time}", table::count(self.steps as u64))),
            ("values", format!("{least} to {greatest}, mean {mean}")),
            ("error", format!("{} at most, against the closed form", table::real(self.error))),
            (
                "time",
                format!(
                    "{seconds} ({stepping} in the steps, {} million updates a second)",
                    (self.updates / 1e6).round()
                ),
            ),
            ("exchanged", self.facts.traffic()),
        ];
        facts.extend(arguments.out.iter().map(|path| ("written", path.display().to_string())));
        facts.extend(arguments.plot.iter().map(|path| ("plotted", path.display().to_string())));
        let walls = arguments.boundary.name();
        let mut text = format!("{} cells, {walls}, {}\n\n", extents.join(" x "), self.facts.place());
        for (name, value) in facts {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{name:<11} {value}");
        }
        text
    }
}
