//! How it ends when it cannot: 1 with one or two lines about the data, 2 with the usage.

use crate::{Folder, Run, isotherm, isotherm_with};

/// The error of a run that must fail for its data.
#[track_caller]
fn error(arguments: &[&str]) -> String {
    let Run { code, stdout, stderr } = isotherm(arguments);
    assert_eq!((code, stdout.as_str()), (1, ""), "{stderr}");
    assert!(stderr.lines().count() <= 2 && !stderr.contains(".rs:"), "{stderr}");
    stderr.strip_prefix("error: ").unwrap().trim_end().to_owned()
}

#[test]
fn arguments_that_make_no_sense() {
    let kmeans = |more: &[&'static str]| [&["kmeans", "data/iris.csv", "-k", "3"], more].concat();
    let plan = |more: &[&'static str]| [&["plan", "--shape", "4,4", "--from", "0"], more].concat();
    for arguments in [
        vec![],
        vec!["cluster"],
        vec!["kmeans", "data/iris.csv"],
        vec!["kmeans", "data/iris.csv", "-k", "0"],
        kmeans(&["--ranks", "0"]),
        kmeans(&["--ranks", "many"]),
        kmeans(&["--dtype", "i64"]),
        kmeans(&["--dtype", "f16"]),
        kmeans(&["--split", "rows"]),
        kmeans(&["--tol", "-1"]),
        kmeans(&["--tol", "nan"]),
        kmeans(&["--max-iter", "0"]),
        kmeans(&["--seed", "-1"]),
        plan(&["--ranks", "2"]),
        plan(&["--to", "1", "--dtype", "int8"]),
        vec!["plan", "--shape", "4,x", "--from", "0", "--to", "1"],
    ] {
        let run = isotherm(&arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(!run.stderr.is_empty());
    }
    let run = isotherm_with(Some("four"), &["info"]);
    assert_eq!(run.code, 2);
    assert!(run.stderr.contains("ISOTHERM_RANKS=\"four\""), "{}", run.stderr);
}

#[test]
fn data_that_cannot_be_clustered() {
    let folder = Folder::new("data");
    let file = |name: &str, text: &str| {
        let path = folder.path(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    for ranks in ["1", "3"] {
        let kmeans =
            |file: &str, more: &[&str]| error(&[&["kmeans", file, "-k", "3", "--ranks", ranks], more].concat());
        let missing = kmeans("no/such.csv", &[]);
        assert!(missing.contains("no/such.csv") && missing.contains("No such file"), "{missing}");
        assert!(kmeans("README", &[]).contains("ends in none of .npy, .csv, .tsv, .txt"));
        let holes = kmeans(&file("holes.csv", "1,2\n3,\n5,6\n7,NA\n"), &[]);
        assert_eq!(holes, "2 rows hold NaN or infinity, the first is row 1");
        assert_eq!(kmeans(&file("few.csv", "1,2\n3,4\n"), &[]), "3 clusters of 2 rows");
        let ragged = kmeans(&file("ragged.csv", "1,2\n3,4\n5\n6,7\n"), &[]);
        assert!(ragged.contains("ragged.csv, line 3") && ragged.contains("1 field"), "{ragged}");
        let axis = kmeans("data/iris.csv", &["--split", "2"]);
        assert_eq!(axis, "axis 2 of an array with 2 axes");
        let start = kmeans("data/iris.csv", &["--init", &file("start.csv", "1,2,3\n4,5,6\n7,8,9\n")]);
        assert_eq!(start, "9 values for 3 centres of 4 columns");
    }
    assert_eq!(
        error(&["plan", "--shape", "4,4", "--from", "0", "--to", "5", "--ranks", "2"]),
        "axis 5 of an array with 2 axes"
    );
}

#[test]
fn places_that_cannot_be_written() {
    let folder = Folder::new("places");
    let blocked = folder.path("file");
    std::fs::write(&blocked, "").unwrap();
    let kmeans = |flag: &str, path: &str| error(&["kmeans", "data/iris.csv", "-k", "3", flag, path]);
    let inside = format!("{blocked}/results");
    assert!(kmeans("--out", &inside).contains(&inside));
    let picture = format!("{}/clusters.svg", folder.path("missing"));
    assert!(kmeans("--plot", &picture).contains(&picture));
    // A failure after the picture's place was looked at leaves nothing there.
    error(&["kmeans", "no/such.csv", "-k", "3", "--plot", &folder.path("never.svg")]);
    assert_eq!(folder.files(), ["file"]);
}
