//! What the command line shows: tables, JSON, pictures and progress, without the program around them.
#![cfg(feature = "cli")]
#![allow(clippy::unwrap_used)]

#[path = "../src/bin/isotherm/json.rs"]
mod json;
#[path = "../src/bin/isotherm/plot.rs"]
mod plot;
#[path = "../src/bin/isotherm/progress.rs"]
mod progress;
#[path = "../src/bin/isotherm/table.rs"]
mod table;

use std::time::Duration;

use plot::Scatter;
use progress::Progress;
use table::Table;

#[test]
fn numbers_stand_right_and_words_left() {
    let mut table = Table::new(["cluster", "points", "share", "name"]);
    table.row(["0", "1,797", "12.5 MiB", "zéro"]).row(["10", "2", "nan", "9 lives, no number"]).row(["2", "", "-0.5"]);
    let wanted = "\
cluster  points     share  name
-------  ------  --------  ------------------
      0   1,797  12.5 MiB  zéro
     10       2       nan  9 lives, no number
      2              -0.5
";
    assert_eq!(table.to_string(), wanted);
    assert_eq!(Table::new(["a"]).to_string(), "a\n-\n");
}

#[test]
fn numbers_for_people() {
    let counts = [0, 999, 1000, 1_234_567, u64::MAX].map(table::count);
    assert_eq!(counts, ["0", "999", "1,000", "1,234,567", "18,446,744,073,709,551,615"]);
    let bytes = [0, 1023, 1024, 13_107_200, 1 << 30, u64::MAX].map(table::bytes);
    assert_eq!(bytes, ["0 B", "1023 B", "1.00 KiB", "12.5 MiB", "1.00 GiB", "16.0 EiB"]);
    let seconds = [2.5e-5, 0.0123, 1.0, 59.9, 725.0].map(table::seconds);
    assert_eq!(seconds, ["25 us", "12.3 ms", "1.00 s", "59.90 s", "12 min 5 s"]);
    let reals = [0.0, 1_165_178.64, -0.000_123_456_7, 3.0, 0.1 + 0.2, 1e300, f64::NAN, -f64::INFINITY].map(table::real);
    assert_eq!(reals, ["0.0", "1165178.6", "-0.000123457", "3.0", "0.3", "1.00000e300", "nan", "-inf"]);
}

#[test]
fn json_has_null_where_it_has_no_number() {
    let object = json::object([
        ("inertia", json::number(0.1)),
        ("nothing", json::number(f64::NAN)),
        ("centers", json::matrix(&[1.0, f64::INFINITY, -3.0, 4.5], 2)),
    ]);
    let text = serde_json::to_string(&object).unwrap();
    assert_eq!(text, r#"{"centers":[[1.0,null],[-3.0,4.5]],"inertia":0.1,"nothing":null}"#);
    assert_eq!(json::matrix(&[], 0), serde_json::json!([]));
}

#[test]
fn progress_is_one_line_wiped_out_at_the_end() {
    let mut screen = Vec::new();
    let mut progress = Progress::on(Some(&mut screen), Duration::ZERO);
    progress.say("iteration 1\nof 300");
    progress.say("x".repeat(200));
    drop(progress);
    let wanted = format!("\riteration 1of 300\x1b[K\r{}\x1b[K\r\x1b[K", "x".repeat(79));
    assert_eq!(String::from_utf8(screen).unwrap(), wanted);
}

#[test]
fn progress_is_rare_and_silent_where_nobody_looks() {
    let mut screen = Vec::new();
    let mut progress = Progress::on(Some(&mut screen), Duration::from_hours(1));
    (0..1000).for_each(|i| progress.say(i));
    drop(progress);
    assert_eq!(screen, b"\r0\x1b[K\r\x1b[K");
    Progress::new(false).say("not on the terminal of this test");
}

fn scatter(points: &[(f64, f64)], centres: &[(f64, f64)]) -> String {
    let clusters: Vec<usize> = (0..points.len()).map(|i| i % centres.len().max(1)).collect();
    let sizes: Vec<u64> = centres.iter().map(|_| 3).collect();
    let (title, x_name, y_name) = ("a < b & c", "x", "y");
    Scatter { title, x_name, y_name, points, clusters: &clusters, centres, sizes: &sizes }.to_svg().unwrap()
}

#[test]
fn a_picture_shows_every_point_and_centre() {
    let points: Vec<_> = (0..100).map(|i| (f64::from(i), f64::from(i * i % 37))).collect();
    let svg = scatter(&points, &[(10.0, 10.0), (20.0, 30.0)]);
    // A legend's dot for each cluster, and two rings for each centre.
    assert_eq!(svg.matches("<circle").count(), 100 + 2 + 4);
    assert!(svg.contains("a &lt; b &amp; c") && svg.trim_end().ends_with("</svg>"));
}

#[test]
fn a_picture_of_anything_ends() {
    let odd =
        [f64::NAN, f64::INFINITY, f64::MAX, 1e300, -1e300, 5e-324, -0.0, 1e16, 1e16 + 2.0, 1.0, 1.0 + f64::EPSILON];
    for a in odd {
        for b in odd {
            scatter(&[(a, b), (b, 1.0)], &[(a, a)]);
        }
    }
    scatter(&[], &[]);
    let many: Vec<_> = (0..50_000).map(|i| (f64::from(i % 223), f64::from(i % 227))).collect();
    let centres: Vec<_> = (0..40).map(|i| (f64::from(i), f64::from(i))).collect();
    let svg = scatter(&many, &centres);
    assert!(svg.contains("16667 of 50000") && svg.contains("and 16 more"));
}
