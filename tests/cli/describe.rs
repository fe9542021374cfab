//! `isotherm describe`.

use isotherm::io;
use serde_json::{Value, json};

use crate::{Folder, isotherm, json};

const KEYS: [&str; 10] = ["name", "count", "nan", "mean", "std", "min", "q25", "median", "q75", "max"];

#[test]
fn a_table_has_its_names_and_the_same_numbers_on_any_ranks_and_split() {
    let alone = json(&["describe", "data/iris.csv"]);
    let columns = alone["columns"].as_array().unwrap();
    assert_eq!((&alone["shape"], &alone["dtype"], &alone["bytes_sent"]), (&json!([150, 4]), &json!("f64"), &json!(0)));
    assert_eq!(columns.len(), 4);
    let header = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/data/iris.csv")).unwrap();
    let names: Vec<&str> = header.lines().next().unwrap().split(',').collect();
    for (column, name) in columns.iter().zip(names) {
        let keys: Vec<&String> = column.as_object().unwrap().keys().collect();
        assert!(keys.len() == KEYS.len() && KEYS.iter().all(|key| column.get(key).is_some()), "{keys:?}");
        assert_eq!((&column["name"], &column["count"], &column["nan"]), (&json!(name), &json!(150), &json!(0)));
    }
    let first = &columns[0];
    let ordered = ["min", "q25", "median", "q75", "max"].map(|key| first[key].as_f64().unwrap());
    assert_eq!(ordered, [4.3, 5.1, 5.8, 6.4, 7.9]);
    let near = |key: &str, value: f64| (first[key].as_f64().unwrap() - value).abs() < 1e-12;
    assert!(near("mean", 5.843_333_333_333_334) && near("std", 0.828_066_127_977_863), "{first}");
    for more in
        [["--ranks", "3", "--split", "0"], ["--ranks", "3", "--split", "1"], ["--ranks", "2", "--split", "none"]]
    {
        let other = json(&[["describe", "data/iris.csv"].as_slice(), &more].concat());
        assert_eq!(other["columns"], alone["columns"], "{more:?}");
        assert_eq!(other["ranks_used"].to_string(), more[1]);
    }
}

#[test]
fn binary_files_of_every_dtype_have_numbered_columns() {
    let folder = Folder::new("describe");
    let [line, matrix, flags, complex, cube] =
        ["line", "matrix", "flags", "complex", "cube"].map(|name| folder.path(&format!("{name}.npy")));
    isotherm::run_on(2, |cx| {
        io::write_npy(&cx.arange(0_i64, 5, 1, 0)?, &line)?;
        io::write_npy(&cx.from_slice(&[1.0_f32, f32::NAN, 3.0, f32::NAN], (2, 2), 0)?, &matrix)?;
        io::write_npy(&cx.from_slice(&[true, false, true, true], 4, 0)?, &flags)?;
        io::write_npy(&cx.zeros::<isotherm::Complex<f64>>(2, None)?, &complex)?;
        io::write_npy(&cx.zeros::<u8>((2, 2, 2), None)?, &cube)
    })
    .unwrap();
    let described = |file: &str| json(&["describe", file, "--ranks", "2"]);
    let answer = described(&line);
    let expected = json!({"name": "0", "count": 5, "nan": 0, "mean": 2.0, "std": 2.5_f64.sqrt(), "min": 0.0, "q25": 1.0,
        "median": 2.0, "q75": 3.0, "max": 4.0});
    assert_eq!(
        (&answer["columns"], &answer["dtype"], &answer["shape"]),
        (&json!([expected]), &json!("i64"), &json!([5]))
    );
    let answer = described(&matrix);
    assert_eq!((&answer["columns"][0]["q25"], &answer["dtype"]), (&json!(1.5), &json!("f32")));
    let empty = &answer["columns"][1];
    assert_eq!(
        (&empty["name"], &empty["count"], &empty["nan"], &empty["mean"]),
        (&json!("1"), &json!(0), &json!(2), &Value::Null)
    );
    assert_eq!(described(&flags)["columns"][0]["mean"], json!(0.75));
    for (file, words) in [(&complex, "holds c64"), (&cube, "(2, 2, 2) has no columns")] {
        let run = isotherm(&["describe", file, "--ranks", "2"]);
        assert_eq!((run.code, run.stdout.as_str()), (1, ""));
        assert!(run.stderr.starts_with("error: ") && run.stderr.contains(words), "{}", run.stderr);
    }
}

#[test]
fn people_get_a_table() {
    let folder = Folder::new("described");
    let file = folder.path("holes.csv");
    std::fs::write(&file, "height,weight\n1.5,NA\n2.5,70\n3.5,80\n").unwrap();
    let run = isotherm(&["describe", &file, "--ranks", "2"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert!(lines[0].ends_with("holes.csv: 3 rows of 2 columns (f64), on 2 ranks (threads)"), "{}", run.stdout);
    let row = |line: &str| line.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(row(lines[2]).join(" "), "column count nan mean std min 25 % median 75 % max");
    assert_eq!(row(lines[5]), ["weight", "2", "1", "75.0", "7.07107", "70.0", "72.5", "75.0", "77.5", "80.0"]);
    assert!(run.stdout.contains("exchanged"));
}
