//! Clusters as a picture: points in the colour of their cluster, and the centres with their numbers.

use plotters::coord::Shift;
use plotters::coord::types::RangedCoordf64;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Paul Tol's *muted* scheme, in an order that keeps neighbours apart: told apart with every kind of colour vision.
const COLOURS: [RGBColor; 9] = [
    RGBColor(0x33, 0x22, 0x88),
    RGBColor(0xcc, 0x66, 0x77),
    RGBColor(0x11, 0x77, 0x33),
    RGBColor(0xdd, 0xcc, 0x77),
    RGBColor(0x88, 0xcc, 0xee),
    RGBColor(0x88, 0x22, 0x55),
    RGBColor(0x44, 0xaa, 0x99),
    RGBColor(0x99, 0x99, 0x33),
    RGBColor(0xaa, 0x44, 0x99),
];
pub(crate) const INK: RGBColor = RGBColor(0x33, 0x33, 0x33);
pub(crate) const GRID: RGBColor = RGBColor(0xe6, 0xe6, 0xe6);
pub(crate) const SIZE: (u32, u32) = (960, 640);
const LEGEND_WIDTH: u32 = 170;
const LEGEND_LINES: usize = 24;
/// Browsers show so many circles without effort; of more points, evenly spaced ones are drawn.
const MOST_POINTS: usize = 20_000;
/// Values beyond are left out: the difference of two would overflow.
const LARGEST: f64 = 1e300;

pub(crate) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
type Plane<'a> = DrawingArea<SVGBackend<'a>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
pub(crate) type Drawn = Result<(), Box<dyn std::error::Error>>;

/// A picture as SVG; its text is text, shown in the reader's sans-serif font.
pub(crate) fn svg(draw: impl FnOnce(&Area<'_>) -> Drawn) -> Result<String, String> {
    let mut svg = String::new();
    draw(&SVGBackend::with_string(&mut svg, SIZE).into_drawing_area())
        .map_err(|error| format!("the picture could not be drawn: {error}"))?;
    Ok(svg)
}

/// What to draw: one x, y and cluster a point, and the clusters' centres in the same plane.
pub(crate) struct Scatter<'a> {
    pub(crate) title: &'a str,
    pub(crate) x_name: &'a str,
    pub(crate) y_name: &'a str,
    pub(crate) points: &'a [(f64, f64)],
    pub(crate) clusters: &'a [usize],
    pub(crate) centres: &'a [(f64, f64)],
    /// The members of each cluster, which may be more than there are points here.
    pub(crate) sizes: &'a [u64],
}

impl Scatter<'_> {
    pub(crate) fn to_svg(&self) -> Result<String, String> {
        svg(|canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Area<'_>) -> Drawn {
        canvas.fill(&WHITE)?;
        let (left, right) = canvas.split_horizontally(SIZE.0 - LEGEND_WIDTH);
        let shown =
            || self.points.iter().copied().zip(self.clusters.iter().copied()).filter(|(point, _)| is_shown(*point));
        let corners =
            || shown().map(|(point, _)| point).chain(self.centres.iter().copied().filter(|&point| is_shown(point)));
        let mut chart = ChartBuilder::on(&left)
            .caption(self.title, text(20))
            .margin(16)
            .x_label_area_size(48)
            .y_label_area_size(64)
            .build_cartesian_2d(extent(corners().map(|(x, _)| x)), extent(corners().map(|(_, y)| y)))?;
        chart
            .configure_mesh()
            .x_desc(self.x_name)
            .y_desc(self.y_name)
            .axis_style(INK)
            .bold_line_style(GRID)
            .light_line_style(TRANSPARENT)
            .x_labels(8)
            .y_labels(8)
            .x_label_formatter(&|value| tick(*value))
            .y_label_formatter(&|value| tick(*value))
            .label_style(text(13))
            .axis_desc_style(text(15))
            .draw()?;
        let plane = chart.plotting_area();
        let stride = shown().count().div_ceil(MOST_POINTS).max(1);
        for (point, cluster) in shown().step_by(stride) {
            marker(plane, point, cluster)?;
        }
        for (cluster, &centre) in self.centres.iter().enumerate().filter(|(_, centre)| is_shown(**centre)) {
            disc(plane, centre, cluster)?;
        }
        self.legend(&right, shown().count().div_ceil(stride))?;
        Ok(canvas.present()?)
    }

    /// The clusters with their sizes, beside the chart.
    fn legend(&self, area: &Area<'_>, drawn: usize) -> Drawn {
        let line = |i: usize| (8, 64 + 22 * i as i32);
        let note = text(13);
        area.draw(&Text::new("cluster: points", (line(0).0, line(0).1 - 22), note.clone()))?;
        let listed = self.sizes.len().min(LEGEND_LINES);
        for (cluster, &size) in self.sizes.iter().enumerate().take(listed) {
            let (x, y) = line(cluster);
            let style = colour(cluster).filled();
            match cluster / COLOURS.len() % 3 {
                0 => area.draw(&Circle::new((x + 6, y + 6), 6, style))?,
                1 => area.draw(&TriangleMarker::new((x + 6, y + 6), 7, style))?,
                _ => area.draw(&Rectangle::new([(x, y), (x + 12, y + 12)], style))?,
            }
            area.draw(&Text::new(format!("{cluster}: {}", crate::table::count(size)), (x + 20, y), note.clone()))?;
        }
        let mut notes = Vec::new();
        if listed < self.sizes.len() {
            notes.push(format!("and {} more", self.sizes.len() - listed));
        }
        // The caller may have left points out as well.
        let all = self.sizes.iter().sum::<u64>().max(self.points.len() as u64);
        if (drawn as u64) < all {
            notes.push(format!("{} of {}", crate::table::count(drawn as u64), crate::table::count(all)));
            notes.push("points are drawn".to_owned());
        }
        for (i, words) in notes.into_iter().enumerate() {
            area.draw(&Text::new(words, line(listed + i), note.clone()))?;
        }
        Ok(())
    }
}

pub(crate) fn text(size: i32) -> TextStyle<'static> {
    TextStyle::from(("sans-serif", size).into_font()).color(&INK)
}

fn is_shown((x, y): (f64, f64)) -> bool {
    x.abs() <= LARGEST && y.abs() <= LARGEST
}

fn colour(cluster: usize) -> RGBColor {
    COLOURS[cluster % COLOURS.len()]
}

/// A point; clusters beyond the ninth share colours and have other shapes.
fn marker(plane: &Plane<'_>, point: (f64, f64), cluster: usize) -> Drawn {
    let style = colour(cluster).mix(0.7).filled();
    match cluster / COLOURS.len() % 3 {
        0 => plane.draw(&Circle::new(point, 3, style))?,
        1 => plane.draw(&TriangleMarker::new(point, 4, style))?,
        _ => plane.draw(&(EmptyElement::at(point) + Rectangle::new([(-3, -3), (3, 3)], style)))?,
    }
    Ok(())
}

/// A centre: its cluster's number on white, ringed with its colour.
fn disc(plane: &Plane<'_>, centre: (f64, f64), cluster: usize) -> Drawn {
    let number = text(13).pos(Pos::new(HPos::Center, VPos::Center));
    plane.draw(
        &(EmptyElement::at(centre)
            + Circle::new((0, 0), 12, WHITE.filled())
            + Circle::new((0, 0), 12, colour(cluster).stroke_width(3))
            + Text::new(cluster.to_string(), (0, 0), number)),
    )?;
    Ok(())
}

/// The range of an axis: that of the values and a twentieth on both sides.
fn extent(values: impl Iterator<Item = f64>) -> std::ops::Range<f64> {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
    if low > high {
        return 0.0..1.0;
    }
    // Values that are nearly equal get a range that floats can still divide into ticks.
    let least = (low.abs().max(high.abs()) * 1e-6).max(1e-100);
    let margin =
        if high - low < least { least.max(f64::from(u8::from(low == high)) * 0.5) } else { (high - low) / 20.0 };
    low - margin..high + margin
}

/// A number on an axis, without the noise of its last bits.
pub(crate) fn tick(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        1e-3..1e6 => format!("{value:.6}").trim_end_matches('0').trim_end_matches('.').to_owned(),
        _ => {
            let text = format!("{value:.3e}");
            let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
            format!("{}e{exponent}", digits.trim_end_matches('0').trim_end_matches('.'))
        }
    }
}
