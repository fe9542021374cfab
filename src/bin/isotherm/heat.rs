//! A field as a picture: a heat map in so few paths that the file stays small.

use std::fmt::Write;

use isotherm::prelude::*;

/// Rows and columns of cells that are drawn at most; of more, every second, third, ...
const MOST_CELLS: usize = 192;

/// From cold to hot: Paul Tol's *sunset* scheme, told apart with every kind of colour vision.
const COLOURS: [[u8; 3]; 11] = [
    [0x36, 0x4b, 0x9a],
    [0x4a, 0x7b, 0xb7],
    [0x6e, 0xa6, 0xcd],
    [0x98, 0xca, 0xe1],
    [0xc2, 0xe4, 0xef],
    [0xea, 0xec, 0xcc],
    [0xfe, 0xda, 0x8b],
    [0xfd, 0xb3, 0x66],
    [0xf6, 0x7e, 0x4b],
    [0xdd, 0x3d, 0x2d],
    [0xa5, 0x00, 0x26],
];

/// Steps of the colour scale.
const LEVELS: usize = 40;

/// The longer side of the map, the scale beside it, and the room around both, in pixels.
const SIDE: f64 = 600.0;
const SCALE: f64 = 18.0;
const ROOM: f64 = 40.0;

/// Evenly spaced elements of the last two axes as SVG, on rank 0. Of more axes, the middle of each; a line becomes a strip.
pub(crate) fn draw(u: &DistArray<f64>, title: &str) -> Result<Option<String>> {
    let leading = u.ndim().saturating_sub(2);
    let strides: Vec<usize> = u.shape()[leading..].iter().map(|extent| extent.div_ceil(MOST_CELLS).max(1)).collect();
    let middle = u.shape()[..leading].iter().map(|extent| (extent / 2) as isize);
    let cells = strides.iter().map(|&stride| range(None, None).step(stride as isize));
    let items: Vec<isotherm::IndexItem> = middle.map(Into::into).chain(cells.map(Into::into)).collect();
    let sample = u.slice(items)?;
    let (rows, columns) = match sample.shape()[..] {
        [columns] => (1, columns),
        [rows, columns] => (rows, columns),
        _ => return Err(Error::new(ErrorKind::Shape, "a heat map of no axes")),
    };
    let values = sample.gather_on(0)?;
    Ok(values.map(|values| HeatMap { title, rows, columns, values: &values }.to_svg()))
}

struct HeatMap<'a> {
    title: &'a str,
    rows: usize,
    columns: usize,
    values: &'a [f64],
}

impl HeatMap<'_> {
    fn to_svg(&self) -> String {
        let finite = self.values.iter().copied().filter(|value| value.is_finite());
        let (low, high) = finite.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        let (wide, tall) = self.size();
        let height = tall.max(SIDE / 4.0);
        let (all_wide, all_tall) = (wide + SCALE + 4.0 * ROOM, height + 2.0 * ROOM);
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{all_wide}\" height=\"{all_tall}\" \
             font-family=\"sans-serif\" font-size=\"13\" fill=\"#333\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
        );
        // Writing to a string cannot fail.
        let _ =
            writeln!(svg, "<text x=\"{ROOM}\" y=\"{}\" font-size=\"18\">{}</text>", ROOM * 0.7, escaped(self.title));
        let (across, down) = (wide / self.columns.max(1) as f64, tall / self.rows.max(1) as f64);
        let _ = writeln!(
            svg,
            "<g transform=\"translate({ROOM} {ROOM}) scale({across} {down})\" shape-rendering=\"crispEdges\">"
        );
        for (level, path) in self.paths(low, high).iter().enumerate().filter(|(_, path)| !path.is_empty()) {
            let _ = writeln!(svg, "<path fill=\"{}\" d=\"{path}\"/>", colour(level));
        }
        svg += "</g>\n";
        scale(&mut svg, ROOM + wide + ROOM / 2.0, height, low, high);
        svg + "</svg>\n"
    }

    /// The map in pixels: cells are square unless that would make a side too short to see.
    fn size(&self) -> (f64, f64) {
        let (rows, columns) = (self.rows.max(1) as f64, self.columns.max(1) as f64);
        let cell = SIDE / rows.max(columns);
        ((cell * columns).max(SIDE / 12.0), (cell * rows).max(SIDE / 12.0))
    }

    /// For each level, the runs of cells that have it. What is not finite stays white.
    fn paths(&self, low: f64, high: f64) -> Vec<String> {
        let mut paths = vec![String::new(); LEVELS];
        for (y, row) in self.values.chunks(self.columns.max(1)).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| level(*a, low, high) == level(*b, low, high)) {
                if let Some(level) = level(run[0], low, high) {
                    let _ = write!(paths[level], "M{x} {y}h{len}v1h-{len}z", len = run.len());
                }
                x += run.len();
            }
        }
        paths
    }
}

fn level(value: f64, low: f64, high: f64) -> Option<usize> {
    let share = if high > low { (value - low) / (high - low) } else { 0.5 };
    value.is_finite().then(|| ((share * LEVELS as f64) as usize).min(LEVELS - 1))
}

fn colour(level: usize) -> String {
    let at = level as f64 / (LEVELS - 1) as f64 * (COLOURS.len() - 1) as f64;
    let first = (at as usize).min(COLOURS.len() - 2);
    let share = at - first as f64;
    let mix = |k: usize| f64::from(COLOURS[first][k]) * (1.0 - share) + f64::from(COLOURS[first + 1][k]) * share;
    format!("#{:02x}{:02x}{:02x}", mix(0).round() as u8, mix(1).round() as u8, mix(2).round() as u8)
}

/// The colours from the least value to the greatest, with their values.
fn scale(svg: &mut String, x: f64, height: f64, low: f64, high: f64) {
    let step = height / LEVELS as f64;
    for level in 0..LEVELS {
        let y = ROOM + height - (level + 1) as f64 * step;
        let _ = writeln!(
            svg,
            "<rect x=\"{x}\" y=\"{y:.1}\" width=\"{SCALE}\" height=\"{step:.1}\" fill=\"{}\"/>",
            colour(level)
        );
    }
    for k in 0..5 {
        let share = f64::from(k) / 4.0;
        let y = ROOM + height * (1.0 - share) + 4.0;
        let value = crate::table::real(low + (high - low) * share);
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{y:.1}\">{value}</text>", x + SCALE + 6.0);
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
