//! The table of failures: every one a line with file, place and reason.

use isotherm::io::csv::{Format, HeaderRow, Table};
use isotherm::io::npy::Header;
use isotherm::io::{Source, Staged};

use super::folder::{Folder, golden};

/// The error's text, with the checks that hold for all of them.
fn text<T>(result: Result<T, isotherm::LocalError>, name: &str) -> String {
    let Err(error) = result else { panic!("{name} was read") };
    let error = error.to_string();
    assert!(error.contains(name), "{error} does not name {name}");
    assert!(error.len() < 400 && error.lines().count() == 1, "{error}");
    error
}

/// A version 1.0 file with this dict and as many bytes of data.
fn npy(dict: &str, data: usize) -> Vec<u8> {
    let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
    bytes.extend_from_slice(&(dict.len() as u16).to_le_bytes());
    bytes.extend_from_slice(dict.as_bytes());
    bytes.resize(bytes.len() + data, 0);
    bytes
}

fn header_error(folder: &Folder, bytes: &[u8]) -> String {
    text(Header::read(&Source::open(folder.write("bad.npy", bytes)).unwrap()), "bad.npy")
}

#[test]
fn files_that_cannot_be_opened() {
    let folder = Folder::new("failures-open");
    assert!(text(Source::open(folder.path("absent.npy")), "absent.npy").contains("No such file"));
    assert!(text(Source::open(folder.path(".")), "failures-open").contains("a folder"));
    assert!(text(Source::open("/dev/zero"), "/dev/zero").contains("no regular file"));
    assert!(text(Table::open(folder.path("absent.csv"), Format::default()), "absent.csv").contains("No such file"));
    assert!(text(Staged::create(folder.path("absent/x.npy")), "absent/x.npy").contains("No such file"));
}

#[test]
fn dicts_that_are_no_headers() {
    let folder = Folder::new("failures-dict");
    let cases = [
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (2,)", "expected ',' or '}', found the end of the header"),
        ("{'descr': '<f8', 'fortran_order': False}", "the key \"shape\" is missing"),
        ("{'fortran_order': False, 'shape': ()}", "the key \"descr\" is missing"),
        ("{'descr': '<f8', 'descr': '<f8'}", "the key \"descr\" comes twice"),
        ("{'descr': '<f8', 'extra': 1}", "unknown key \"extra\""),
        ("{'descr': '<f8' 'shape': ()}", "expected ',' or '}', found '\\''"),
        ("{'descr': '<f8', 'fortran_order': 0, 'shape': ()}", "expected True or False, found '0'"),
        ("{'descr': '<f8', 'fortran_order': Falsey, 'shape': ()}", "expected True or False"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (3)}", "one axis is written (n,)"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': [3]}", "expected '(', found '['"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (2, -3)}", "a negative extent"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (1.5,)}", "expected ',' or ')', found '.'"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': (18446744073709551616,)}", "more than 64 bits"),
        (
            "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296)}",
            "more bytes than can be addressed",
        ),
        (
            "{'descr': '<f8', 'fortran_order': False, 'shape': (0, 9223372036854775808, 2)}",
            "more bytes than can be addressed",
        ),
        ("{'descr': '|O', 'fortran_order': False, 'shape': ()}", "object dtype"),
        ("{'descr': '<O8', 'fortran_order': False, 'shape': ()}", "object dtype"),
        ("{'descr': [('a', '<f8')], 'fortran_order': False, 'shape': ()}", "a structured dtype"),
        ("{'descr': '<f2', 'fortran_order': False, 'shape': ()}", "dtype \"<f2\" is none of b1, u1"),
        ("{'descr': '|f8', 'fortran_order': False, 'shape': ()}", "does not say its byte order"),
        ("{'descr': 'é8', 'fortran_order': False, 'shape': ()}", "is none of"),
        ("{'descr': '', 'fortran_order': False, 'shape': ()}", "is none of"),
        ("{'descr': '<f8\\', 'fortran_order': False, 'shape': ()}", "a string without end"),
        ("{'descr': '<f8', 'fortran_order': False, 'shape': ()} + exit()", "expected the end of the header, found '+'"),
        ("__import__('os').system('true')", "expected '{', found '_'"),
        ("", "expected '{', found the end of the header"),
    ];
    for (dict, reason) in cases {
        let error = header_error(&folder, &npy(dict, 8));
        assert!(error.contains(reason), "{dict}\n{error}");
        assert!(error.contains("bad.npy, byte "), "{error}");
    }
    let axes = format!("{{'descr': '|u1', 'fortran_order': False, 'shape': ({})}}", "1,".repeat(65));
    assert!(header_error(&folder, &npy(&axes, 1)).contains("more than 64 axes"));
}

#[test]
fn a_place_in_an_error_is_the_byte_of_the_file() {
    let folder = Folder::new("failures-place");
    let bytes = npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-3,)}", 8);
    let at = bytes.iter().position(|&byte| byte == b'-').unwrap();
    assert!(header_error(&folder, &bytes).contains(&format!("byte {at}: in the header: a negative extent")));
}

#[test]
fn beginnings_that_are_no_npy() {
    let folder = Folder::new("failures-magic");
    assert!(header_error(&folder, b"").contains("truncated"));
    assert!(header_error(&folder, b"PK\x03\x04 an npz").contains("no NPY file"));
    assert!(header_error(&folder, b"\x93NUMPX\x01\x00\x00\x00").contains("no NPY file"));
    assert!(header_error(&folder, b"\x93NUMPY\x04\x00\x00\x00").contains("version 4.0"));
    assert!(header_error(&folder, b"\x93NUMPY\x02\x00\xff\xff\xff\xff").contains("more than 65536 are not read"));
    assert!(header_error(&folder, b"\x93NUMPY\x01\x00\xff\xff").contains("more than 65536 are not read"));
    assert!(header_error(&folder, b"\x93NUMPY\x01\x00\xf0\xff").contains("truncated: the header ends at byte 65530"));
    assert!(header_error(&folder, b"\x93NUMPY\x01\x00\x02\x00\xff\xff").contains("the header is no text"));
}

#[test]
fn a_file_cut_anywhere_is_truncated() {
    let folder = Folder::new("failures-truncated");
    let whole = std::fs::read(golden("f64_c.npy")).unwrap();
    for len in 0..whole.len() {
        let error = header_error(&folder, &whole[..len]);
        assert!(error.contains("truncated") && error.contains(&format!("byte {len}")) || len < 128, "{len}: {error}");
        assert!(error.contains("truncated"), "{len}: {error}");
    }
    let error = header_error(&folder, &[&whole[..], &[0]].concat());
    assert!(error.contains("too long: f64 of shape (2, 3) make 176 bytes, the file has 177"), "{error}");
}

#[test]
fn a_promise_of_gigabytes_is_broken_before_it_is_believed() {
    let folder = Folder::new("failures-bomb");
    let error = header_error(&folder, &npy("{'descr': '<f8', 'fortran_order': False, 'shape': (65536, 65536)}", 8));
    assert!(
        error.contains("truncated: f64 of shape (65536, 65536) make 34359738443 bytes, the file has 83"),
        "{error}"
    );
}

#[test]
fn dtypes_of_numpy_that_we_do_not_have() {
    let cases = [
        ("refused_object.npy", "object dtype \"|O\": it is a pickle, a program that is never run here"),
        ("refused_structured.npy", "a structured dtype"),
        ("refused_f16.npy", "\"<f2\" is none of"),
        ("refused_text.npy", "\"<U2\" is none of"),
        ("refused_date.npy", "\"<M8[s]\" is none of"),
    ];
    for (name, reason) in cases {
        let error = text(Header::read(&Source::open(golden(name)).unwrap()), name);
        assert!(error.contains(reason), "{error}");
    }
}

fn table_error(folder: &Folder, bytes: impl AsRef<[u8]>, format: Format) -> String {
    let result = Table::open(folder.write("bad.csv", bytes), format).and_then(|table| {
        let (range, start) = (table.range(0, 1), table.start());
        let rows = table.count(range.clone(), start)?;
        let parsed = table.parse(range.clone(), start, &mut vec![0.0_f64; rows as usize * table.head().columns]);
        // What parsing finds, checking finds before there are values.
        let checked = table.check::<f64>(range, start).map(|again| assert_eq!(again, rows));
        assert_eq!(checked.map_err(|error| error.to_string()), parsed.as_ref().map_err(ToString::to_string).copied());
        parsed
    });
    text(result, "bad.csv")
}

#[test]
fn tables_that_are_none() {
    let folder = Folder::new("failures-csv");
    let long = format!("a\n1\n\"{}", "2\n".repeat(5000));
    let cases: [(&[u8], &str); 14] = [
        (b"", "line 1: the file holds no record"),
        (b"\n\r\n\n", "line 1: the file holds no record"),
        (b"\xef\xbb\xbf", "line 1: the file holds no record"),
        (b"a,b\n1,2\n\n3\n", "line 4: 1 field, the first record has 2"),
        (b"1,2\n3,4,5\n", "line 2: 3 fields, the first record has 2"),
        (b"1,2\n3,4,\n", "line 2: 3 fields, the first record has 2"),
        (b"x\n\"1\n\"\n\n\noops\n", "line 6, column 1: \"oops\" is no f64"),
        (b"1,2\r\n3,4 5\r\n", "line 2, column 2: \"4 5\" is no f64"),
        (b"1,2\n3,\xff\n", "line 2, column 2: bytes that are no UTF-8 text"),
        (b"1,2\n3,\0\n", "line 2, column 2: \"\\0\" is no f64"),
        (b"1,2\n3,\"4\n5,6\n", "line 2: the file ends within a quoted field"),
        (b"1,\"2", "line 1: the file ends within a quoted field"),
        (long.as_bytes(), "line 3: a field of more than 4,096 bytes; is a quote left open?"),
        (b"\xff\xfe1\0,\0", "byte 0: the text is UTF-16; only UTF-8 is read"),
    ];
    for (bytes, reason) in cases {
        let error = table_error(&folder, bytes, Format::default());
        assert!(error.ends_with(reason), "{error}\nwanted: {reason}");
    }
    let words = format!("1\n{}", "é".repeat(100));
    let error = table_error(&folder, words, Format::default());
    assert!(error.ends_with(&format!("line 2, column 1: \"{}\"... is no f64", "é".repeat(40))), "{error}");
    let error = table_error(&folder, "a\n1\n", Format::default().header(HeaderRow::None));
    assert!(error.ends_with("line 1, column 1: \"a\" is no f64"), "{error}");
    for delimiter in [b'"', b'\n', b'1', b'.', b'-', 0xe9] {
        assert!(table_error(&folder, "1", Format::default().delimiter(delimiter)).contains("the delimiter"));
    }
}

#[test]
fn a_table_that_changes_between_the_passes() {
    let folder = Folder::new("failures-changed");
    let table = Table::open(folder.write("bad.csv", "1\n2\n3\n"), Format::default()).unwrap();
    for rows in [2, 4] {
        let error = text(table.parse(table.range(0, 1), table.start(), &mut vec![0_u8; rows]), "bad.csv");
        assert!(error.contains("the file has changed"), "{error}");
    }
    std::fs::OpenOptions::new().write(true).open(folder.path("bad.csv")).unwrap().set_len(2).unwrap();
    text(table.scan(table.range(0, 1)), "bad.csv");
}
