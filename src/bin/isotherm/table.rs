//! Plain tables for people, and the numbers in them.

use std::fmt;

/// Rows of text under a header, printed in aligned columns: numbers to the right, words to the left. `...` stands for what is left out.
pub(crate) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    /// A table with these names of columns and no rows.
    pub(crate) fn new<S: Into<String>>(header: impl IntoIterator<Item = S>) -> Self {
        Self { rows: vec![header.into_iter().map(Into::into).collect()] }
    }

    /// Add a row; cells that are missing at its end stay empty.
    pub(crate) fn row<S: Into<String>>(&mut self, cells: impl IntoIterator<Item = S>) -> &mut Self {
        self.rows.push(cells.into_iter().map(Into::into).collect());
        self
    }

    fn cells(&self, column: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().map(move |row| row.get(column).map_or("", String::as_str))
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> =
            (0..columns).map(|c| self.cells(c).map(|cell| cell.chars().count()).max().unwrap_or(0)).collect();
        let numbers: Vec<bool> = (0..columns)
            .map(|c| self.cells(c).skip(1).all(|cell| ["", "..."].contains(&cell) || is_number(cell)))
            .collect();
        for (i, row) in self.rows.iter().enumerate() {
            let mut line = String::new();
            for (c, &width) in widths.iter().enumerate() {
                let cell = row.get(c).map_or("", String::as_str);
                let padding = " ".repeat(width - cell.chars().count());
                line += if c > 0 { "  " } else { "" };
                line += &if numbers[c] { padding + cell } else { cell.to_owned() + &padding };
            }
            writeln!(f, "{}", line.trim_end())?;
            if i == 0 {
                let rule: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
                writeln!(f, "{}", rule.join("  "))?;
            }
        }
        Ok(())
    }
}

/// Whether a cell begins as a number does: `1,797`, `-0.5`, `12.5 MiB`, `nan`.
fn is_number(cell: &str) -> bool {
    let first = cell.split(' ').next().unwrap_or("");
    first.replace(',', "").parse::<f64>().is_ok()
}

/// An integer with a comma between thousands.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number of bytes in the largest unit that leaves at least one, with three digits or so.
pub(crate) fn bytes(number: u64) -> String {
    const UNITS: [&str; 7] = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
    let mut value = number as f64;
    let mut unit = 0;
    while value >= 1024.0 {
        value /= 1024.0;
        unit += 1;
    }
    let decimals = match value {
        _ if unit == 0 => 0,
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    format!("{value:.decimals$} {}", UNITS[unit])
}

/// A number with about six digits: `1165178.6`, `0.000123457`, `1.23457e-12`.
pub(crate) fn real(number: f64) -> String {
    let magnitude = number.abs();
    if magnitude != 0.0 && !(1e-5..1e15).contains(&magnitude) {
        return if number.is_finite() { format!("{number:.5e}") } else { number.to_string().to_lowercase() };
    }
    let decimals = if magnitude == 0.0 { 1 } else { (5.0 - magnitude.log10().floor()).max(1.0) as usize };
    let text = format!("{number:.decimals$}");
    let shorter = text.trim_end_matches('0');
    // At least one decimal, so that it reads as the float it is.
    if shorter.ends_with('.') { format!("{shorter}0") } else { shorter.to_owned() }
}

/// A time: `3.2 ms`, `1.25 s`, `12 min 5 s`.
pub(crate) fn seconds(number: f64) -> String {
    match number {
        ..1e-3 => format!("{:.0} us", number * 1e6),
        ..1.0 => format!("{:.1} ms", number * 1e3),
        ..60.0 => format!("{number:.2} s"),
        _ => format!("{} min {} s", number.round() as u64 / 60, number.round() as u64 % 60),
    }
}
