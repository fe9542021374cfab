//! Whatever is wrong with a file is one error: the same on every rank, and at any number of ranks, before memory is taken for its values.

use std::path::Path;

use isotherm::LocalError;
use isotherm::io::csv::{Format, HeaderRow};
use isotherm::io::{dtype_of, npy_header, read, read_csv, read_npy, write_csv, write_npy, write_together};
use isotherm::prelude::*;

use super::cases::RANKS;
use super::folder::{Folder, golden};
use crate::world;

/// The error that `action` gives on each of the ranks: the same, and afterwards the ranks still understand each other.
fn error_on<R>(ranks: usize, action: impl Fn(&Context) -> Result<R> + Send + Sync) -> Error {
    let mut errors = world::run_on(ranks, |cx| {
        cx.pool().reset_peak();
        let Err(error) = action(cx) else { panic!("no error on rank {} of {ranks}", cx.rank()) };
        assert!(cx.pool().peak() < 64 << 10 && cx.pool().in_use() == 0, "{} bytes, then {error}", cx.pool().peak());
        world::assert_same(cx, &error)?;
        Ok(error)
    })
    .unwrap();
    errors.swap_remove(0)
}

/// As [`error_on`], at every number of ranks.
fn error<R>(action: impl Fn(&Context) -> Result<R> + Send + Sync) -> Error {
    let errors: Vec<Error> = world::sizes(RANKS).into_iter().map(|ranks| error_on(ranks, &action)).collect();
    assert!(errors.iter().all(|error| *error == errors[0]), "{errors:?}");
    errors[0].clone()
}

#[track_caller]
fn assert_says(error: &Error, kind: ErrorKind, path: &Path, reason: &str) {
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.message().contains(path.to_str().unwrap()), "{error} does not name {}", path.display());
    assert!(error.message().contains(reason), "{error}\nwanted: {reason}");
    assert!(!error.message().starts_with("rank") && error.message().lines().count() == 1, "{error}");
}

#[test]
fn arrays_that_are_none() {
    let folder = Folder::new("array-bad-npy");
    let whole = std::fs::read(golden("f64_c.npy")).unwrap();
    let huge = String::from_utf8_lossy(&whole[10..128]).replace("(2, 3), }          ", "(65536, 65536), }  ");
    let huge = [&whole[..10], huge.as_bytes(), &whole[128..]].concat();
    let cases: [(&str, Vec<u8>, &str); 6] = [
        (
            "short.npy",
            whole[..170].to_vec(),
            "byte 170: truncated: f64 of shape (2, 3) make 176 bytes, the file has 170",
        ),
        ("header.npy", whole[..60].to_vec(), "truncated: the header ends at byte 128, the file at 60"),
        ("long.npy", [&whole[..], &[0]].concat(), "too long"),
        ("empty.npy", Vec::new(), "truncated: the file ends within the first bytes of the header"),
        ("zip.npy", b"PK\x03\x04".to_vec(), "byte 0: no NPY file"),
        ("huge.npy", huge, "truncated: f64 of shape (65536, 65536) make 34359738496 bytes"),
    ];
    for (name, bytes, reason) in cases {
        let path = folder.write(name, bytes);
        assert_says(&error(|cx| read_npy::<f64>(cx, &path, 0)), ErrorKind::File, &path, reason);
        assert_says(&error(|cx| npy_header(cx, &path)), ErrorKind::File, &path, reason);
        assert_says(&error(|cx| dtype_of(cx, &path)), ErrorKind::File, &path, reason);
    }
    let object = golden("refused_object.npy");
    assert_says(&error(|cx| read_npy::<f64>(cx, &object, None)), ErrorKind::File, &object, "object dtype");
    let absent = folder.path("absent.npy");
    assert_says(&error(|cx| read_npy::<f64>(cx, &absent, 0)), ErrorKind::File, &absent, "No such file");
    assert_says(&error(|cx| read::<u8>(cx, folder.path(""), 0)), ErrorKind::Argument, &folder.path(""), "none of .npy");
}

#[test]
fn arrays_that_are_others_than_asked_for() {
    let path = golden("f64_c.npy");
    let wrong = error(|cx| read_npy::<f32>(cx, &path, 0));
    assert_says(&wrong, ErrorKind::DType, &path, "holds f64, not the f32 that was asked for");
    assert_eq!(error(|cx| read_npy::<f64>(cx, &path, 2)).kind(), ErrorKind::Axis);
    for ranks in world::sizes([3, 5]) {
        let other = error_on(ranks, |cx| read_npy::<f64>(cx, &path, Layout::split((3, 2), 0, ranks)?));
        assert_eq!(other.kind(), ErrorKind::Layout);
        let poor = error_on(ranks, |cx| read_npy::<f64>(&cx.with_memory_budget(7), &path, None));
        assert_eq!(poor.kind(), ErrorKind::Memory);
    }
}

#[test]
fn a_byte_that_is_no_bool_is_the_first_one() {
    let folder = Folder::new("array-bad-bool");
    let header = isotherm::io::npy::Header::new(DType::Bool, (20, 10).into());
    let mut bytes = header.to_bytes();
    bytes.extend((0..200).map(|i| if i % 30 == 29 { i } else { 1 }));
    let path = folder.write("flags.npy", bytes);
    for placement in [None, Some(0), Some(1)] {
        let error = error(|cx| read_npy::<bool>(cx, &path, placement));
        assert_says(&error, ErrorKind::File, &path, "element 29: the byte 29 is no bool");
    }
}

#[test]
fn tables_that_are_none() {
    let folder = Folder::new("array-bad-csv");
    let many = "1,2\n".repeat(500);
    let cases: [(String, &str); 8] = [
        (String::new(), "line 1: the file holds no record"),
        ("\n\n".into(), "line 1: the file holds no record"),
        (many.clone() + "3\n" + &many, "line 501: 1 field, the first record has 2"),
        (many.clone() + "3,4,5\n" + &many + "6\n", "line 501: 3 fields, the first record has 2"),
        ("a,b\n".to_owned() + &many + "x,1\n" + &many + "1,y", "line 502, column 1: \"x\" is no f64"),
        (many.clone() + "1,\"2\n" + &many, "line 501: a field of more than 4,096 bytes; is a quote left open?"),
        (many.clone() + "1,\"2\n", "line 501: the file ends within a quoted field"),
        ("\u{feff}\"1\n\",2\n".to_owned() + &many + "1,2 3", "line 503, column 2: \"2 3\" is no f64"),
    ];
    for (text, reason) in cases {
        // Long enough that a quote left open meets the limit of a field.
        let text = text.replace("1,\"2\n1", &format!("1,\"2\n{}1", many.repeat(3)));
        let path = folder.write("bad.csv", text);
        assert_says(&error(|cx| read_csv::<f64>(cx, &path, 0, Format::default())), ErrorKind::File, &path, reason);
    }
    let path = folder.write("bad.csv", many.clone() + "1,\n" + &many);
    let missing = error(|cx| read_csv::<i32>(cx, &path, 1, Format::default()));
    assert_says(&missing, ErrorKind::File, &path, "line 501, column 2: a missing value, which i32 does not have");
    let delimiter = error(|cx| read_csv::<i32>(cx, &path, 1, Format::default().delimiter(b'1')));
    assert_says(&delimiter, ErrorKind::File, &path, "the delimiter '1' is part of numbers");
    let words = folder.write("words.csv", "a,b\n1,2\n");
    let no_header = Format::default().header(HeaderRow::None);
    let found = error(|cx| read_csv::<f64>(cx, &words, 0, no_header));
    assert_says(&found, ErrorKind::File, &words, "line 1, column 1: \"a\" is no f64");
    let axis = error(|cx| read_csv::<f64>(cx, &words, 2, Format::default()));
    assert_eq!(axis.kind(), ErrorKind::Axis);
    for ranks in world::sizes([5]) {
        let poor = error_on(ranks, |cx| read_csv::<f64>(&cx.with_memory_budget(15), &words, None, Format::default()));
        assert_eq!(poor.kind(), ErrorKind::Memory);
    }
}

#[test]
fn what_only_some_ranks_see() {
    if world::threads_only("each of five ranks is tried in turn; tests/faults has the same on processes") {
        return;
    }
    let folder = Folder::new("array-some-ranks");
    let here = folder.write("here.csv", "1,2\n3,4\n");
    let other = folder.write("other.csv", "1,2\n3,4\n5,6\n");
    let (npy, wider) = (golden("f64_c.npy"), golden("f64_fortran.npy"));
    for alone in 0..5 {
        let pick =
            |cx: &Context, one: &Path, rest: &Path| if cx.rank() == alone { one.to_owned() } else { rest.to_owned() };
        let missing =
            error_on(5, |cx| read_csv::<f64>(cx, pick(cx, &folder.path("no.csv"), &here), 0, Format::default()));
        assert!(missing.message().contains("no.csv: No such file"), "{missing}");
        assert_eq!(missing.message().starts_with(&format!("rank {alone}: ")), alone > 0, "{missing}");
        let only = error_on(5, |cx| read_npy::<f64>(cx, pick(cx, &npy, &folder.path("no.npy")), 0));
        assert!(only.message().contains("no.npy: No such file"), "{only}");
        let differs = error_on(5, |cx| read_csv::<f64>(cx, pick(cx, &other, &here), 0, Format::default()));
        assert!(differs.message().contains("another file than rank 0 finds under this name"), "{differs}");
        let order = error_on(5, |cx| read_npy::<f64>(cx, pick(cx, &npy, &wider), 0));
        assert!(order.message().contains("another file than rank 0 finds under this name"), "{order}");
    }
}

#[test]
fn files_that_cannot_be_written() {
    let folder = Folder::new("array-unwritable");
    let read_only = folder.write("read-only.npy", "old");
    let mut permissions = std::fs::metadata(&read_only).unwrap().permissions();
    permissions.set_readonly(true);
    std::fs::set_permissions(&read_only, permissions).unwrap();
    let cases = [
        (folder.path("absent/x.npy"), "No such file"),
        (read_only, "is read-only"),
        (folder.path("."), "something else than a regular file"),
        (folder.path("read-only.npy/x.npy"), "Not a directory"),
    ];
    for (path, reason) in cases {
        let npy = error(|cx| write_npy(&cx.ones::<f64>((5, 4), 0)?, &path));
        assert_says(&npy, ErrorKind::File, &path, reason);
        let csv = error(|cx| write_csv(&cx.ones::<f64>((5, 4), 1)?, &path, Format::default(), &[]));
        assert_says(&csv, ErrorKind::File, &path, reason);
    }
    assert_eq!(folder.names(), ["read-only.npy"]);
    let too_long = error(|cx| write_together(cx, folder.path("x"), u64::MAX, |_| Ok(())));
    assert_says(&too_long, ErrorKind::File, &folder.path("x"), "18446744073709551615 bytes");
    for shape in [Shape::from(()), (3, 0).into(), (2, 2, 2).into()] {
        let error = error(|cx| write_csv(&cx.ones::<f64>(&shape, None)?, folder.path("x"), Format::default(), &[]));
        assert_eq!(error.kind(), ErrorKind::Shape);
    }
    let names = error(|cx| write_csv(&cx.ones::<f64>((2, 2), 0)?, folder.path("x"), Format::default(), &["a"]));
    assert!(names.message().contains("1 names for the columns of shape (2, 2)"), "{names}");
    assert_eq!(folder.names(), ["read-only.npy"]);
}

#[test]
fn one_rank_that_cannot_write_spoils_the_file_for_all_and_leaves_the_old_one() {
    if world::threads_only("a panic ends the processes; tests/faults has that") {
        return;
    }
    let folder = Folder::new("array-spoiled");
    let path = folder.write("x", "old");
    for failing in 0..3 {
        let error = error_on(3, |cx| {
            write_together(cx, &path, 3, |part| {
                part.write_all_at(b"x", cx.rank() as u64)?;
                if cx.rank() == failing { Err(LocalError::new("the disk is full")) } else { Ok(()) }
            })
        });
        assert!(error.message().ends_with("the disk is full"), "{error}");
        assert_eq!((folder.names(), std::fs::read(&path).unwrap()), (vec!["x".to_owned()], b"old".to_vec()));
        let panicked = world::run_on(3, |cx| {
            write_together(cx, &path, 3, |_| {
                assert!(cx.rank() != failing, "a bug");
                Ok(())
            })
        });
        assert!(panicked.unwrap_err().message().contains("a bug"));
        assert_eq!((folder.names(), std::fs::read(&path).unwrap()), (vec!["x".to_owned()], b"old".to_vec()));
    }
}
