//! Arrays into text tables and back: however many ranks cut the text, the rows are the same.

use std::fmt::Write;

use isotherm::io::csv::{Format, HeaderRow, Missing};
use isotherm::io::{dtype_of, read, read_csv, read_csv_with_names, write, write_csv};
use isotherm::prelude::*;

use super::cases::{RANKS, Value, array, assert_same, every_dtype, layouts, values};
use super::folder::Folder;
use crate::world;

/// The text of the values of a shape, by definition.
fn text<T: Value>(shape: &Shape, delimiter: u8) -> Vec<u8> {
    let columns = if shape.ndim() == 1 { 1 } else { shape[1] };
    let row = |row: &[T]| {
        let fields = row.iter().map(|value| {
            let mut field = Vec::new();
            value.to_text(&mut field);
            field
        });
        [fields.collect::<Vec<_>>().join(&delimiter), vec![b'\n']].concat()
    };
    values::<T>(shape).chunks(columns).flat_map(row).collect()
}

fn round_trips<T: Value>(shape: &Shape) {
    let folder = Folder::new(&format!("array-csv-{}-{}", T::DTYPE, shape.ndim()));
    let (path, wanted) = (folder.path("x.csv"), text::<T>(shape, b','));
    let read_shape = Shape::from((shape[0], *shape[1..].first().unwrap_or(&1)));
    let format = Format::default().header(HeaderRow::None);
    for ranks in world::sizes(RANKS) {
        world::run_on(ranks, |cx| {
            for cx in [cx.with_staging_limit(100), cx.clone()] {
                let others = layouts(&read_shape, ranks);
                for (i, layout) in layouts(shape, ranks).iter().enumerate() {
                    write_csv(&array::<T>(&cx, shape, layout), &path, format, &[])?;
                    assert_eq!(std::fs::read(&path).unwrap(), wanted, "{layout}");
                    let other = &others[others.len() - 1 - i % others.len()];
                    let back = read_csv::<T>(&cx, &path, other, format)?;
                    assert_same(&back, &array(&cx, &read_shape, other), "read");
                    cx.comm().barrier()?;
                }
            }
            Ok(())
        })
        .unwrap();
    }
    assert_eq!(folder.names(), ["x.csv"]);
}

#[test]
fn every_dtype_and_layout_comes_back() {
    every_dtype!(round_trips(&(9, 7).into()));
}

#[test]
fn one_axis_is_a_column() {
    round_trips::<i64>(&11.into());
}

/// A table in which fields have line ends, quotes and spaces around their numbers, and its values.
fn quoted(rows: usize) -> (String, Vec<i64>) {
    let mut text = "\u{feff}id,\"the \"\"value\"\"\nin m\"\r\n".to_owned();
    for row in 0..rows {
        let end = ["\r\n", "\n", "\n\n", "\r"][row % 4];
        match row % 5 {
            0 => write!(text, "\"{row}\n\r\n\",-{row}{end}"),
            1 => write!(text, "{row},\"\n\n\n-{row}\"{end}"),
            _ => write!(text, " {row}\t,-{row}{end}"),
        }
        .unwrap();
    }
    (text, (0..rows as i64).flat_map(|row| [row, -row]).collect())
}

#[test]
fn line_ends_within_quotes_are_no_matter_to_any_ranks() {
    let folder = Folder::new("array-csv-quoted");
    for rows in [0, 1, 3, 57, 400] {
        let (text, wanted) = quoted(rows);
        let path = folder.write("quoted.csv", text);
        for ranks in world::sizes(1..=8) {
            world::run_on(ranks, |cx| {
                for cx in [cx.with_staging_limit(1), cx.clone()] {
                    let table = read_csv_with_names::<i64>(&cx, &path, None, Format::default())?;
                    assert_eq!(table.array.to_vec()?, wanted, "{rows} rows on {ranks} ranks");
                    assert_eq!(table.names.unwrap(), ["id", "the \"value\"\nin m"]);
                    let split = read_csv::<i64>(&cx, &path, 0, Format::default())?;
                    assert_eq!((split.split(), split.gather()?), (Some(0), wanted.clone()));
                }
                Ok(())
            })
            .unwrap();
        }
    }
}

#[test]
fn names_missing_values_and_delimiters() {
    let folder = Folder::new("array-csv-options");
    let path = folder.path("x.csv");
    world::on_each([3], |cx| {
        let x = cx.from_slice(&[1.0, f64::NAN, f64::INFINITY, -0.0], (2, 2), 1)?;
        let format = Format::default().delimiter(b';');
        write_csv(&x, &path, format, &["a;b", ""])?;
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "\"a;b\";\"\"\n1.0;nan\ninf;-0.0\n");
        let table = read_csv_with_names::<f64>(cx, &path, 0, format)?;
        assert_eq!(table.names.unwrap(), ["a;b", ""]);
        assert!(table.array.gather()?[1].is_nan());
        let error = read_csv::<f64>(cx, &path, 0, format.missing(Missing::Error)).unwrap_err();
        assert!(error.message().ends_with("line 2, column 2: a missing value"), "{error}");
        let none = cx.zeros::<f64>((0, 2), 0)?;
        write_csv(&none, &path, Format::default(), &["a", "b"])?;
        assert_eq!(read_csv::<f64>(cx, &path, 0, Format::default())?.shape(), &Shape::from((0, 2)));
        Ok(())
    });
}

#[test]
fn the_extension_says_the_format() {
    let folder = Folder::new("array-extension");
    world::on_each([2], |cx| {
        let x = cx.from_fn((5, 3), 0, |index| (index[0] * 3 + index[1]) as i32)?;
        for (name, delimiter, dtype) in [
            ("x.npy", None, DType::I32),
            ("x.CSV", Some(','), DType::F64),
            ("x.tsv", Some('\t'), DType::F64),
            ("x.txt", Some(' '), DType::F64),
        ] {
            write(&x, folder.path(name))?;
            if let Some(delimiter) = delimiter {
                assert!(std::fs::read_to_string(folder.path(name)).unwrap().starts_with(&format!("0{delimiter}1")));
            }
            assert_eq!(dtype_of(cx, folder.path(name))?, dtype, "{name}");
            assert_same(&read::<i32>(cx, folder.path(name), 0)?, &x, name);
        }
        let error = read::<i32>(cx, folder.path("x.mat"), 0).unwrap_err();
        assert!(error.message().ends_with("x.mat: the name ends in none of .npy, .csv, .tsv, .txt"), "{error}");
        Ok(())
    });
    for (text, columns) in [("a\tb,c\n1\t2\n", 2), ("1;2;3,5\n", 3), ("\n1, 2\n", 2), ("1 2 3 4\n", 4), ("7\n", 1)] {
        let path = folder.write("any.txt", text);
        let format = isotherm::io::Source::open(&path).and_then(|source| Format::guess(&source)).unwrap();
        let table = isotherm::io::csv::Table::open(&path, format).unwrap();
        assert_eq!(table.head().columns, columns, "{text:?}");
    }
}
