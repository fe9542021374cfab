//! CSV: however the bytes are cut into ranges, the rows are the same.

use std::fmt::Write;

use isotherm::Complex;
use isotherm::io::Staging;
use isotherm::io::csv::{Cursor, Field, Format, HeaderRow, Missing, Passage, Table, header_line, rows_len, write_rows};
use proptest::prelude::*;

use super::folder::Folder;

/// What ranks with the ranges between `cuts` read together: the values, or the first rank's error.
fn read_cut<T: Field>(table: &Table, cuts: &[u64]) -> Result<Vec<T>, String> {
    let whole = table.range(0, 1);
    let mut borders = vec![whole.start];
    borders.extend(cuts.iter().map(|&cut| whole.start + cut.min(whole.end - whole.start)));
    borders.push(whole.end);
    let ranges: Vec<_> = borders.windows(2).map(|pair| pair[0]..pair[1]).collect();
    let passages: Vec<Passage> = ranges.iter().map(|range| table.scan(range.clone()).unwrap()).collect();
    let mut before = Passage::EMPTY;
    let mut parts: Vec<(Cursor, u64)> = Vec::new();
    for (range, passage) in ranges.iter().zip(&passages) {
        let cursor = table.start().after(before);
        parts.push((cursor, table.count(range.clone(), cursor).map_err(|error| error.to_string())?));
        before = before.then(Passage::from_words(passage.to_words()));
    }
    let mut values = Vec::new();
    for (range, (cursor, rows)) in ranges.iter().zip(parts) {
        let mut part = vec![T::zeroed(); rows as usize * table.head().columns];
        table.parse(range.clone(), cursor, &mut part).map_err(|error| error.to_string())?;
        values.extend(part);
    }
    Ok(values)
}

fn read<T: Field>(folder: &Folder, text: impl AsRef<[u8]>, format: Format) -> Result<Vec<T>, String> {
    let table = Table::open(folder.write("table.csv", text), format).map_err(|error| error.to_string())?;
    read_cut(&table, &[])
}

/// NaN equals NaN here.
fn same(a: &Result<Vec<f64>, String>, b: &Result<Vec<f64>, String>) -> bool {
    match (a, b) {
        (Ok(a), Ok(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a == b || a.is_nan() && b.is_nan()),
        (Err(a), Err(b)) => a == b,
        _ => false,
    }
}

/// Whether every cut in two, and every cut into 1 to 9 equal parts shifted to every byte, reads the same.
fn check_cuts(table: &Table) -> Result<Vec<f64>, String> {
    let whole = read_cut::<f64>(table, &[]);
    let len = table.range(0, 1).end - table.range(0, 1).start;
    for parts in 2..=9 {
        for shift in 0..=len {
            let cuts: Vec<u64> = (0..parts - 1).map(|i| (shift + i * len / parts).min(len)).collect();
            let cut = read_cut(table, &cuts);
            assert!(same(&cut, &whole), "cut at {cuts:?}: {cut:?} is not {whole:?}");
        }
    }
    whole
}

#[test]
fn every_cut_reads_the_same_rows() {
    let folder = Folder::new("csv-cuts");
    let nan = f64::NAN;
    let cases: [(&str, &[f64]); 9] = [
        ("a,b\n1,2\n3,4\n", &[1.0, 2.0, 3.0, 4.0]),
        ("1,2\r\n3,4\r\n\r\n5,6", &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        ("\u{feff}x,\"the \"\"y\"\"\naxis\"\n\"1\n\",\"\r\n2\"\n\"3\",4\n", &[1.0, 2.0, 3.0, 4.0]),
        ("5\" disk,b\n1,2\n\n\n3,\n", &[1.0, 2.0, 3.0, nan]),
        ("1,2\r3,4\r\r5,6\r", &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        ("1\n\"\"\n2\n\n\"NA\"", &[1.0, nan, 2.0, nan]),
        (" 1 ,\t2\n+inf,-Infinity\nN/A,null\n", &[1.0, 2.0, f64::INFINITY, f64::NEG_INFINITY, nan, nan]),
        ("a\n", &[]),
        ("a,b\n1,\"2\"\"\"\n", &[]),
    ];
    for (text, wanted) in cases {
        let table = Table::open(folder.write("table.csv", text), Format::default()).unwrap();
        let values = check_cuts(&table);
        if text.ends_with("\"\"\"\n") {
            assert!(values.unwrap_err().ends_with("line 2, column 2: \"2\\\"\" is no f64"));
        } else {
            assert!(same(&values, &Ok(wanted.to_vec())), "{text:?}: {values:?}");
        }
    }
}

/// The records of csv-core alone, over the whole text at once.
fn oracle(text: &[u8]) -> Vec<Vec<Vec<u8>>> {
    let mut reader = csv_core::Reader::new();
    let (mut records, mut record, mut at) = (Vec::new(), Vec::new(), 0);
    loop {
        let mut field = vec![0; text.len() + 1];
        let (mut result, mut read, mut wrote) = reader.read_field(&text[at..], &mut field);
        if result == csv_core::ReadFieldResult::InputEmpty {
            let (last, _, more) = reader.read_field(&[], &mut field[wrote..]);
            (result, read, wrote) = (last, read, wrote + more);
        }
        at += read;
        let csv_core::ReadFieldResult::Field { record_end } = result else { return records };
        field.truncate(wrote);
        record.push(field);
        if record_end {
            records.push(std::mem::take(&mut record));
        }
    }
}

/// All texts of up to five of the bytes that matter: the borders between states are all there.
#[test]
fn every_short_text_reads_as_csv_core_reads_it() {
    let folder = Folder::new("csv-exhaustive");
    let format = Format::default().header(HeaderRow::None);
    let letters = b"7,\"\n\r";
    for len in 1..=5_u32 {
        for number in 0..letters.len().pow(len) {
            let text: Vec<u8> = (0..len).map(|i| letters[number / letters.len().pow(i) % letters.len()]).collect();
            let records = oracle(&text);
            let table = match Table::open(folder.write("table.csv", &text), format) {
                Ok(table) => table,
                Err(error) => {
                    let error = error.to_string();
                    assert!(records.is_empty() || error.contains("within a quoted field"), "{error}");
                    continue;
                }
            };
            let counted = table.count(table.range(0, 1), table.start()).map_err(|error| error.to_string());
            let equal = records.iter().all(|record| record.len() == records[0].len());
            match counted {
                Ok(rows) => assert!(equal && rows == records.len() as u64, "{text:?}"),
                Err(error) => assert!(!equal || error.contains("within a quoted field"), "{text:?}: {error}"),
            }
            let whole = read_cut::<f64>(&table, &[]);
            // The longest only for their records: cutting all of them would take half of this suite's time.
            for cut in (0..=u64::from(len)).filter(|_| len < 5) {
                let cuts = [cut, (cut + 1).min(u64::from(len))];
                assert!(same(&read_cut(&table, &cuts), &whole), "{text:?} cut at {cuts:?}");
            }
        }
    }
}

#[test]
fn texts_longer_than_the_reading_buffer() {
    let folder = Folder::new("csv-long");
    for shift in 0..7 {
        // Rows of 2 x 7 bytes and line ends of two, quoted and with a line end within: the buffer ends at another of them each time.
        let mut text = "x".repeat(shift + 1) + ",y\r\n";
        let rows = 40_000;
        for row in 0..rows {
            write!(text, "\"{row}\r\n\",\"-{row}\"\r\n").unwrap();
        }
        let table = Table::open(folder.write("table.csv", &text), Format::default()).unwrap();
        let wanted: Vec<i64> = (0..rows).flat_map(|row| [row, -row]).collect();
        let third = text.len() as u64 / 3;
        assert_eq!(read_cut::<i64>(&table, &[third + shift as u64, 2 * third]).unwrap(), wanted);
    }
}

#[test]
fn plain_records_among_others_in_a_long_text() {
    let folder = Folder::new("csv-mixed");
    let kinds = ["{}\n", "{}\r\n", "{}\r", "\"{}\n", "{}\n\n", " {}\n", "{}\r\n\r\n", "{}\n"];
    let (mut text, mut expected) = (String::new(), Vec::new());
    for row in 0..60_000_usize {
        // Runs of plain records, long and short, so that buffers end in all of them.
        let kind = if row % 700 < 600 { row / 700 % 3 } else { row % 8 };
        let value = f64::from_bits((row as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 12 | 0x3ff << 52) - 1.5;
        let first = if kind == 3 { format!("{value}\"") } else { format!("{value}") };
        text.push_str(
            &kinds[kind].replace("{}", &format!("{first},{row},{}", if row % 97 == 0 { "NA" } else { "-2.5e-3" })),
        );
        expected.extend([value, row as f64, if row % 97 == 0 { f64::NAN } else { -2.5e-3 }]);
    }
    let lines = text.matches('\n').count();
    let table = Table::open(folder.write("long.csv", &text), Format::default()).unwrap();
    let len = text.len() as u64;
    for cuts in [vec![], vec![len / 3, len / 2], (1..40).map(|i| i * len / 40).collect()] {
        assert!(same(&read_cut(&table, &cuts), &Ok(expected.clone())), "cut at {cuts:?}");
    }
    text.push_str("1,2,3\n1,two,3\n");
    let error = read::<f64>(&folder, &text, Format::default()).unwrap_err();
    assert!(error.ends_with(&format!("line {}, column 2: \"two\" is no f64", lines + 2)), "{error}");
}

#[test]
fn a_header_is_found_or_given() {
    let folder = Folder::new("csv-header");
    let names = |text: &str, header| {
        let table = Table::open(folder.write("table.csv", text), Format::default().header(header)).unwrap();
        (table.head().names.clone(), read_cut::<f64>(&table, &[]).map_or(99, |values| values.len()))
    };
    let named = |names: &[&str]| Some(names.iter().map(|&name| name.to_owned()).collect::<Vec<_>>());
    assert_eq!(names("1,2\n3,4\n", HeaderRow::Auto), (None, 4));
    assert_eq!(names("NA,2e5\n3,4\n", HeaderRow::Auto), (None, 4));
    assert_eq!(names("i,j\n3,4\n", HeaderRow::Auto), (named(&["i", "j"]), 2));
    assert_eq!(names("2020,\n3,4\n", HeaderRow::Present), (named(&["2020", ""]), 2));
    assert_eq!(names("1,2\n3,4\n", HeaderRow::None), (None, 4));
    assert_eq!(names("a,b\n3,4\n", HeaderRow::None), (None, 99));
}

#[test]
fn every_dtype_reads_its_own_numbers() {
    let folder = Folder::new("csv-dtypes");
    let format = Format::default().header(HeaderRow::None);
    assert_eq!(read(&folder, "18446744073709551615,+0\n", format), Ok(vec![u64::MAX, 0]));
    assert_eq!(
        read(&folder, "-9223372036854775808,9007199254740993\n", format),
        Ok(vec![i64::MIN, 9_007_199_254_740_993])
    );
    assert_eq!(read(&folder, "true,False,0,1\n", format), Ok(vec![true, false, false, true]));
    assert_eq!(read(&folder, "0.1,1e-45,16777217\n", format), Ok(vec![0.1_f32, 1e-45, 16_777_216.0]));
    let complex = [(1.0, 0.0), (0.0, -2.0), (1e-3, 2e5), (-1.5, -3e-7)].map(|(re, im)| Complex::new(re, im));
    assert_eq!(read(&folder, "1,-2j,(1e-3+2e+5j),-1.5-3e-7i\n", format), Ok(complex.to_vec()));
    for (text, dtype) in [("256", "u8"), ("-1", "u8"), ("1.0", "u8"), ("1e1", "u8"), ("0x1", "u8"), ("1 2", "u8")] {
        let error = read::<u8>(&folder, text, format).unwrap_err();
        assert!(error.ends_with(&format!("line 1, column 1: {text:?} is no {dtype}")), "{error}");
    }
    for text in ["j", "1+j", "1+2", "(1", "1j+2", "1e", "--1", "+"] {
        assert!(read::<Complex<f64>>(&folder, text, format).is_err(), "{text}");
    }
}

#[test]
fn missing_values_are_nan_or_an_error() {
    let folder = Folder::new("csv-missing");
    let text = "1,\nNA, n/a \nNaN,NULL\nnone,\"\"\n";
    let values = read::<f32>(&folder, text, Format::default()).unwrap();
    assert_eq!(values.iter().map(|value| value.is_nan()).collect::<Vec<_>>()[..2], [false, true]);
    assert_eq!(values.iter().filter(|value| value.is_nan()).count(), 7);
    let error = read::<f64>(&folder, text, Format::default().missing(Missing::Error)).unwrap_err();
    assert!(error.ends_with("line 1, column 2: a missing value"), "{error}");
    let error = read::<i32>(&folder, text, Format::default()).unwrap_err();
    assert!(error.ends_with("line 1, column 2: a missing value, which i32 does not have"), "{error}");
    assert!(read::<Complex<f32>>(&folder, text, Format::default()).unwrap()[1].re.is_nan());
}

/// Three ranks write rows one after the other; what they wrote is read back.
fn round_trip<T: Field>(values: &[T], columns: usize, format: Format) -> Vec<T> {
    let folder = Folder::new(&format!("csv-write-{}", T::DTYPE));
    let names: Vec<String> = (0..columns).map(|column| format!("\"{column}\", a name")).collect();
    let header = header_line(&names, format);
    let rows = values.len() / columns;
    let text = folder.written("table.csv", |part| {
        part.write_all_at(&header, 0).unwrap();
        let mut at = header.len() as u64;
        for rank in 0..3 {
            let mine = &values[rows * rank / 3 * columns..rows * (rank + 1) / 3 * columns];
            write_rows(part, at, mine, columns, format, &Staging::default()).unwrap();
            at += rows_len(mine);
        }
    });
    assert_eq!(String::from_utf8(text.clone()).unwrap().lines().count(), rows + 1);
    let table = Table::open(folder.path("table.csv"), format).unwrap();
    assert_eq!(table.head().names.as_deref(), Some(&names[..]));
    read_cut(&table, &[text.len() as u64 / 2]).unwrap()
}

proptest! {
    #[test]
    fn floats_come_back_bit_for_bit(values in prop::collection::vec(prop::num::f64::ANY, 0..60), tab in any::<bool>()) {
        let format = if tab { Format::default().delimiter(b'\t') } else { Format::default() };
        let values = &values[..values.len() / 3 * 3];
        let back = round_trip(values, 3, format);
        let bits = |values: &[f64]| values.iter().map(|v| if v.is_nan() { 0 } else { v.to_bits() }).collect::<Vec<_>>();
        prop_assert_eq!(bits(&back), bits(values));
    }

    #[test]
    fn complex_numbers_come_back(parts in prop::collection::vec((any::<f32>(), any::<f32>()), 0..20)) {
        let values: Vec<Complex<f32>> = parts.iter().map(|&(re, im)| Complex::new(re, im)).collect();
        prop_assert_eq!(round_trip(&values, 1, Format::default()), values);
    }

    #[test]
    fn any_text_reads_the_same_however_it_is_cut(text in "([0-9]{1,3}|[,\"\n\r]|\r\n|,\"|\",|\"\"| |é|\u{feff}){0,40}", cuts in prop::collection::vec(0..120_u64, 0..8)) {
        let folder = Folder::new("csv-any");
        let format = Format::default().header(HeaderRow::None);
        if let Ok(table) = Table::open(folder.write("table.csv", text), format) {
            let mut cuts = cuts;
            cuts.sort_unstable();
            let whole = read_cut(&table, &[]);
            let cut = read_cut(&table, &cuts);
            prop_assert!(same(&cut, &whole), "{:?} is not {:?}", cut, whole);
        }
    }
}

#[test]
fn rows_longer_than_the_writing_buffer() {
    let values: Vec<i32> = (0..60_000).map(|i: i32| i.wrapping_mul(2_654_435_761_u32 as i32)).collect();
    assert_eq!(round_trip(&values, 30_000, Format::default()), values);
    assert_eq!(round_trip(&values, 2, Format::default()), values);
    assert_eq!(round_trip(&[true, false], 2, Format::default()), [true, false]);
}
