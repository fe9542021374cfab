//! What the commands answer.

use isotherm::io;
use serde_json::{Value, json};

use crate::{Folder, isotherm, isotherm_with, json};

const DIGITS: [&str; 4] = ["kmeans", "data/digits.csv", "-k", "10"];

/// An object without what differs from run to run.
fn steady(mut object: Value) -> Value {
    for key in ["seconds", "bytes_sent", "ranks_used"] {
        object.as_object_mut().unwrap().remove(key);
    }
    object
}

#[test]
fn kmeans_is_the_same_on_any_ranks_and_split() {
    let alone = json(&DIGITS);
    assert_eq!(
        (&alone["shape"], &alone["dtype"], &alone["ranks_used"]),
        (&json!([1797, 64]), &json!("f64"), &json!(1))
    );
    assert_eq!((&alone["bytes_sent"], &alone["converged"]), (&json!(0), &json!(true)));
    let sizes = alone["sizes"].as_array().unwrap().iter().map(|size| size.as_u64().unwrap());
    assert_eq!((sizes.clone().count(), sizes.sum::<u64>()), (10, 1797));
    let rows: Vec<usize> =
        alone["centers"].as_array().unwrap().iter().map(|row| row.as_array().unwrap().len()).collect();
    assert_eq!(rows, [64; 10]);
    for more in
        [["--ranks", "4", "--split", "0"], ["--ranks", "3", "--split", "-1"], ["--ranks", "2", "--split", "none"]]
    {
        let other = json(&[DIGITS.as_slice(), &more].concat());
        assert_eq!(other["ranks_used"].to_string(), more[1]);
        assert!(other["bytes_sent"].as_u64().unwrap() > 0);
        assert_eq!(steady(other), steady(alone.clone()), "{more:?}");
    }
}

#[test]
fn kmeans_writes_labels_centres_and_a_picture() {
    let folder = Folder::new("written");
    let (out, plot) = (folder.path("new/results"), folder.path("clusters.svg"));
    let run = isotherm(&[DIGITS.as_slice(), &["--ranks", "4", "--out", &out, "--plot", &plot]].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    for words in [
        "1,797 rows of 64 columns (f64) in 10 clusters, on 4 ranks (threads)",
        "inertia",
        "iterations",
        "time",
        "exchanged",
    ] {
        assert!(run.stdout.contains(words), "{words} in\n{}", run.stdout);
    }
    let svg = std::fs::read_to_string(&plot).unwrap();
    // Points, a legend's dot for all but the tenth cluster, which has triangles, and two rings for each centre.
    let tenth = svg.matches("<polygon").count();
    assert_eq!(svg.matches("<circle").count() + tenth, 1797 + 10 + 20);
    assert_eq!(folder.files(), ["clusters.svg", "new"], "nothing half-written is left");
    let printed = isotherm(&[DIGITS.as_slice(), &["--json"]].concat()).stdout;
    let answer: Value = serde_json::from_str(&printed).unwrap();
    isotherm::run_on(2, |cx| {
        let labels = io::read_npy::<i64>(cx, format!("{out}/labels.npy"), None)?.to_vec()?;
        let size = |cluster: i64| labels.iter().filter(|&&label| label == cluster).count();
        assert_eq!(json!((0..10).map(size).collect::<Vec<_>>()), answer["sizes"]);
        let centers = io::read_npy::<f64>(cx, format!("{out}/centers.npy"), None)?;
        let rows: Vec<Vec<f64>> = centers.local().chunks(64).map(<[f64]>::to_vec).collect();
        // As text: serde_json reads decimals only to the last bit but one.
        assert!(printed.contains(&format!("\"centers\":{}", json!(rows))));
        Ok(())
    })
    .unwrap();
}

#[test]
fn kmeans_begins_where_it_is_told() {
    let folder = Folder::new("begins");
    let out = folder.path("out");
    let first = json(&["kmeans", "data/iris.csv", "-k", "3", "--tol", "0", "--out", &out]);
    let again = ["kmeans", "data/iris.csv", "-k", "3", "--init", &folder.path("out/centers.npy"), "--tol", "0"];
    let again = json(&again);
    assert_eq!((&again["iterations"], &again["inertia"]), (&json!(1), &first["inertia"]));
    let seeded = |seed: &str| {
        json(&["kmeans", "data/iris.csv", "-k", "3", "--init", "random", "--seed", seed, "--max-iter", "1"])["sizes"]
            .clone()
    };
    assert_eq!(seeded("1"), seeded("1"));
    assert!((2..9).any(|seed| seeded(&seed.to_string()) != seeded("1")));
    let table = folder.path("start.csv");
    std::fs::write(&table, "5.1,3.5,1.4,0.2\n7.0,3.2,4.7,1.4\n6.3,3.3,6.0,2.5\n").unwrap();
    let given = json(&["kmeans", "data/iris.csv", "-k", "3", "--init", &table, "--tol", "0", "--ranks", "2"]);
    assert_eq!((&given["iterations"], &given["sizes"]), (&json!(4), &json!([50, 62, 38])), "the start of AC-24");
}

#[test]
fn a_file_has_its_own_dtype() {
    let folder = Folder::new("dtypes");
    let (single, whole) = (folder.path("f32.npy"), folder.path("i64.npy"));
    isotherm::run_on(1, |cx| {
        let x = cx.from_fn((12, 2), 0, |index| (index[0] % 2 * 50 + index[0]) as i64)?;
        io::write_npy(&x, &whole)?;
        io::write_npy(&cx.from_fn((12, 2), 0, |index| (index[0] % 2 * 50 + index[0]) as f32)?, &single)
    })
    .unwrap();
    let dtype = |file: &str, more: &[&str]| json(&[&["kmeans", file, "-k", "2"], more].concat());
    let [own, integers, asked, text] = [
        dtype(&single, &[]),
        dtype(&whole, &[]),
        dtype(&whole, &["--dtype", "float32"]),
        dtype("data/iris.csv", &["--dtype", "f32"]),
    ];
    assert_eq!([&own["dtype"], &integers["dtype"], &asked["dtype"], &text["dtype"]], ["f32", "f64", "f32", "f32"]);
    assert_eq!([&own["sizes"], &integers["sizes"], &asked["sizes"]], [&json!([6, 6]); 3]);
}

#[test]
fn a_picture_of_few_columns_shows_them() {
    let folder = Folder::new("columns");
    let plot = folder.path("plot.svg");
    for (columns, name) in [(1, "row"), (2, "column 1"), (3, "second principal axis")] {
        let table = folder.path("table.csv");
        let row = |i: usize| (0..columns).map(|c| (i * (c + 3) % 17).to_string()).collect::<Vec<_>>().join(",") + "\n";
        std::fs::write(&table, (0..30).map(row).collect::<String>()).unwrap();
        let run = isotherm(&["kmeans", &table, "-k", "2", "--ranks", "3", "--plot", &plot, "--quiet"]);
        assert_eq!((run.code, run.stdout.as_str(), run.stderr.as_str()), (0, "", ""));
        assert!(std::fs::read_to_string(&plot).unwrap().contains(name));
    }
}

#[test]
fn a_plan_adds_up() {
    let small = json(&["plan", "--shape", "8,6", "--from", "0", "--to", "1", "--ranks", "2"]);
    assert_eq!((&small["total_bytes"], &small["total_messages"]), (&json!(192), &json!(2)));
    assert_eq!(
        small["ranks"][1],
        json!({"rank": 1, "send_bytes": 96, "recv_bytes": 96, "messages": 1, "peak_bytes": 576})
    );
    let large = json(&["plan", "--shape", "100,50,50", "--from", "0", "--to", "-1", "--ranks", "64", "--dtype", "f32"]);
    let ranks = large["ranks"].as_array().unwrap();
    let sum = |key: &str| ranks.iter().map(|rank| rank[key].as_u64().unwrap()).sum::<u64>();
    assert_eq!((ranks.len(), &large["ranks_used"], &large["dtype"]), (64, &json!(64), &json!("f32")));
    assert_eq!(
        (json!(sum("send_bytes")), json!(sum("recv_bytes"))),
        (large["total_bytes"].clone(), large["total_bytes"].clone())
    );
    assert_eq!(json!(sum("messages")), large["total_messages"]);
    let still = json(&["plan", "--shape", "9", "--from", "none", "--to", "0", "--ranks", "3"]);
    assert_eq!((&still["total_bytes"], &still["shape"]), (&json!(0), &json!([9])));
    let text = isotherm(&["plan", "--shape", "100,50,50", "--from", "0", "--to", "2", "--ranks", "64"]).stdout;
    assert!(text.starts_with("f64 array of shape (100, 50, 50): split 0 over 64 -> split 2 over 64\n"), "{text}");
}

#[test]
fn info_tells_what_there_is() {
    let info = json(&["info", "--ranks", "3"]);
    assert_eq!((&info["ranks"], &info["transport"], &info["shape"]), (&json!(3), &json!("threads"), &Value::Null));
    assert!(info["cores"].as_u64().unwrap() > 0 && info["features"].as_array().unwrap().contains(&json!("cli")));
    assert!(isotherm(&["info"]).stdout.contains("ranks     1 (threads)"));
    assert!(isotherm_with(Some("5"), &["info"]).stdout.contains("ranks     5 (threads)"));
    assert!(isotherm_with(Some("5"), &["--ranks", "2", "info"]).stdout.contains("ranks     2 (threads)"));
}

#[test]
fn help_shows_every_option_and_examples() {
    let main = isotherm(&["--help"]);
    assert!(
        main.code == 0
            && ["describe", "info", "kmeans", "plan", "Examples:", "--ranks", "--json"]
                .iter()
                .all(|word| main.stdout.contains(word))
    );
    let kmeans = isotherm(&["kmeans", "--help"]).stdout;
    for option in [
        "-k",
        "--init",
        "--max-iter",
        "--tol",
        "--seed",
        "--ranks",
        "--dtype",
        "--split",
        "--json",
        "--out",
        "--plot",
        "--quiet",
    ] {
        assert!(kmeans.contains(option), "{option} in\n{kmeans}");
    }
    assert!(isotherm(&["--version"]).stdout.contains(env!("CARGO_PKG_VERSION")));
}
