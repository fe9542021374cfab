//! A scree plot: what share of the variance each component explains, and how they add up.

use plotters::prelude::*;

use crate::plot::{Area, Drawn, GRID, INK, svg, text, tick};

/// Bars and line of Paul Tol's *muted* scheme.
const BAR: RGBColor = RGBColor(0x88, 0xcc, 0xee);
const LINE: RGBColor = RGBColor(0x33, 0x22, 0x88);
/// Components that are drawn; more would be thinner than a line.
const MOST: usize = 200;

pub(crate) struct Scree<'a> {
    pub(crate) title: &'a str,
    /// By component, from the largest on.
    pub(crate) shares: &'a [f64],
}

impl Scree<'_> {
    pub(crate) fn to_svg(&self) -> Result<String, String> {
        svg(|canvas| self.draw(canvas))
    }

    fn draw(&self, canvas: &Area<'_>) -> Drawn {
        canvas.fill(&WHITE)?;
        let drawn = &self.shares[..self.shares.len().min(MOST)];
        let of = if drawn.len() < self.shares.len() { format!(", {} are drawn", drawn.len()) } else { String::new() };
        let title = format!("{}: {} components{of}", self.title, self.shares.len());
        let mut chart = ChartBuilder::on(canvas)
            .caption(title, text(20))
            .margin(16)
            .x_label_area_size(48)
            .y_label_area_size(64)
            .build_cartesian_2d(0.4..drawn.len() as f64 + 0.6, 0.0..1.05)?;
        chart
            .configure_mesh()
            .x_desc("component")
            .y_desc("share of the variance: bars each, line together")
            .axis_style(INK)
            .bold_line_style(GRID)
            .light_line_style(TRANSPARENT)
            .disable_x_mesh()
            .x_labels(drawn.len().min(12))
            .y_labels(8)
            .x_label_formatter(&|value| tick(*value))
            .y_label_formatter(&|value| format!("{:.0} %", value * 100.0))
            .label_style(text(13))
            .axis_desc_style(text(15))
            .draw()?;
        let bars = (1..).zip(drawn).map(|(number, &share)| {
            let middle = f64::from(number);
            Rectangle::new([(middle - 0.4, 0.0), (middle + 0.4, share)], BAR.filled())
        });
        chart.draw_series(bars)?;
        let together = drawn.iter().scan(0.0, |sum, share| {
            *sum += share;
            Some(*sum)
        });
        let line: Vec<(f64, f64)> = (1..).map(f64::from).zip(together).collect();
        chart.draw_series(LineSeries::new(line.iter().copied(), LINE.stroke_width(2)))?;
        chart.draw_series(line.iter().map(|&point| Circle::new(point, 3, LINE.filled())))?;
        Ok(canvas.present()?)
    }
}
