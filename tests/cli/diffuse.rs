//! What `isotherm diffuse` answers.

use isotherm::io;
use isotherm::prelude::*;
use serde_json::{Value, json};

use crate::{Folder, isotherm, json};

/// What does not depend on ranks and clocks.
fn steady(answer: &Value) -> Vec<Value> {
    ["shape", "dtype", "steps", "time", "error", "minimum", "maximum", "mean"].map(|key| answer[key].clone()).to_vec()
}

#[test]
fn the_same_on_any_ranks_and_near_the_closed_form() {
    for (size, boundary, most) in [
        ("200", "periodic", 3e-3),
        ("48,40", "fixed", 3e-3),
        ("48,40", "insulated", 3e-3),
        ("48,40", "periodic", 1e-2),
        ("20,18,16", "insulated", 1e-2),
    ] {
        let arguments = ["diffuse", "--size", size, "--steps", "60", "--boundary", boundary];
        let alone = json(&arguments);
        assert_eq!((&alone["dtype"], &alone["steps"], &alone["bytes_sent"]), (&json!("f64"), &json!(60), &json!(0)));
        let number = |key: &str| alone[key].as_f64().unwrap();
        assert!((0.0..most).contains(&number("error")), "{size} {boundary}: {}", alone["error"]);
        assert!(number("cell_updates_per_second") > 0.0);
        if boundary != "fixed" {
            assert!((number("mean") - 1.0).abs() < 1e-14, "no heat is lost: {}", alone["mean"]);
        }
        for more in
            [["--ranks", "3", "--split", "0"], ["--ranks", "4", "--split", "-1"], ["--ranks", "2", "--split", "none"]]
        {
            let other = json(&[arguments.as_slice(), &more].concat());
            assert_eq!(steady(&other), steady(&alone), "{size} {boundary} {more:?}");
        }
    }
}

#[test]
fn it_writes_the_state_and_a_small_picture() {
    let folder = Folder::new("diffuse");
    let (out, plot) = (folder.path("heat.npy"), folder.path("heat.svg"));
    let arguments = ["diffuse", "--size", "500,300", "--steps", "5", "--ranks", "3", "--out", &out, "--plot", &plot];
    let run = isotherm(&arguments);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    for words in ["500 x 300 cells, insulated walls, on 3 ranks (threads)", "closed form", "exchanged", "plotted"] {
        assert!(run.stdout.contains(words), "{words} in\n{}", run.stdout);
    }
    assert_eq!(folder.files(), ["heat.npy", "heat.svg"]);
    let svg = std::fs::read_to_string(&plot).unwrap();
    assert!(svg.starts_with("<svg") && svg.ends_with("</svg>\n") && svg.len() < 300_000, "{} bytes", svg.len());
    // Every third row and every second column is drawn: the runs of all paths cover the cells once.
    let paths = svg.lines().filter_map(|line| line.strip_prefix("<path")?.split_once("d=\""));
    let runs = paths.flat_map(|(_, path)| path.split('h').skip(1).step_by(2));
    let cells: usize = runs.map(|run| run[..run.find('v').unwrap()].parse::<usize>().unwrap()).sum();
    assert_eq!(cells, 167 * 150);
    isotherm::run_on(2, |cx| {
        let u = io::read_npy::<f64>(cx, &out, 0)?;
        assert_eq!(*u.shape(), (500, 300).into());
        assert!((u.mean(None).item()? - 1.0).abs() < 1e-14);
        Ok(())
    })
    .unwrap();
}

#[test]
fn lines_and_cubes_have_pictures_too() {
    let folder = Folder::new("diffuse-axes");
    for size in ["1000", "9,10,11"] {
        let plot = folder.path("heat.svg");
        assert_eq!(isotherm(&["diffuse", "--size", size, "--plot", &plot, "--quiet"]).code, 0);
        assert!(std::fs::read_to_string(&plot).unwrap().contains("<path"));
    }
}

#[test]
fn arguments_that_make_no_sense() {
    for more in [
        ["--size", "0,5"],
        ["--size", "2,2,2,2"],
        ["--cfl", "1.5"],
        ["--alpha", "0"],
        ["--steps", "0"],
        ["--boundary", "open"],
    ] {
        let base: &[&str] = if more[0] == "--size" { &["diffuse"] } else { &["diffuse", "--size", "8"] };
        assert_eq!(isotherm(&[base, &more].concat()).code, 2, "{more:?}");
    }
}
