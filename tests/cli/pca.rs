//! `isotherm pca`: its answer, its files, its picture.

use isotherm::io;
use serde_json::{Value, json};

use crate::{Folder, isotherm, json};

const IRIS: [&str; 4] = ["pca", "data/iris.csv", "-n", "3"];

fn floats(value: &Value) -> Vec<f64> {
    value.as_array().unwrap().iter().map(|item| item.as_f64().unwrap()).collect()
}

#[test]
fn it_gives_scikit_learns_numbers_on_any_ranks_and_split() {
    // AC-25, rounded.
    let variances = [4.228_241_706_034_864, 0.242_670_747_928_633_44, 0.078_209_500_042_919_42];
    for more in [["--ranks", "1", "--split", "0"], ["--ranks", "4", "--split", "0"], ["--ranks", "3", "--split", "1"]] {
        let answer = json(&[IRIS.as_slice(), &more].concat());
        assert_eq!((&answer["shape"], &answer["dtype"]), (&json!([150, 4]), &json!("f64")));
        assert_eq!(
            answer["components"].as_array().unwrap().iter().map(|row| floats(row).len()).collect::<Vec<_>>(),
            [4; 3]
        );
        assert_eq!(floats(&answer["mean"]).len(), 4);
        for (variance, expected) in floats(&answer["explained_variance"]).iter().zip(variances) {
            assert!((variance / expected - 1.0).abs() < 1e-10, "{more:?}: {variance}");
        }
        let [ratios, values] = ["explained_variance_ratio", "singular_values"].map(|key| floats(&answer[key]));
        assert!(
            (ratios[0] - 0.924_618_723_201_727_1).abs() < 1e-10 && (values[0] - 25.099_960_442_183_864).abs() < 1e-8
        );
    }
    let share = json(&["pca", "data/iris.csv", "-n", "0.95"]);
    assert_eq!(floats(&share["explained_variance"]).len(), 2);
    assert_eq!(floats(&json(&["pca", "data/iris.csv"])["singular_values"]).len(), 4);
}

#[test]
fn it_writes_components_scores_and_a_picture() {
    let folder = Folder::new("pca");
    let (out, plot) = (folder.path("new/results"), folder.path("scree.svg"));
    let run = isotherm(&[IRIS.as_slice(), &["--ranks", "4", "--whiten", "--out", &out, "--plot", &plot]].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    for words in ["150 rows of 4 columns (f64), on 4 ranks (threads)", "together", "99.48 %", "left out", "exchanged"] {
        assert!(run.stdout.contains(words), "{words} in\n{}", run.stdout);
    }
    let svg = std::fs::read_to_string(&plot).unwrap();
    // Three bars on a white ground, three points on a line.
    assert_eq!((svg.matches("<circle").count(), svg.matches("<rect").count()), (3, 4));
    assert_eq!(folder.files(), ["new", "scree.svg"], "nothing half-written is left");
    isotherm::run_on(2, |cx| {
        use isotherm::prelude::*;
        let scores = io::read_npy::<f64>(cx, format!("{out}/scores.npy"), 0)?;
        let components = io::read_npy::<f64>(cx, format!("{out}/components.npy"), None)?;
        assert_eq!((&**scores.shape(), &**components.shape()), ([150, 3].as_slice(), [3, 4].as_slice()));
        let variances = scores.var(0).ddof(1).eval()?.to_vec()?;
        assert!(variances.iter().all(|variance| (variance - 1.0).abs() < 1e-12), "white: {variances:?}");
        Ok(())
    })
    .unwrap();
}

#[test]
fn what_cannot_be_analysed_is_refused() {
    let refused = |arguments: &[&str], code: i32, words: &str| {
        let run = isotherm(arguments);
        assert!(run.code == code && run.stderr.contains(words), "{words} in {} {}", run.code, run.stderr);
        assert_eq!(run.stdout, "");
    };
    refused(&["pca", "data/iris.csv", "-n", "5", "--ranks", "2"], 1, "5 components of 150 rows and 4 columns");
    refused(&["pca", "data/iris.csv", "-n", "0"], 2, "a number of components, or a share between 0 and 1");
    refused(&["pca", "data/iris.csv", "-n", "1.5"], 2, "a number of components, or a share between 0 and 1");
    refused(&["pca", "data/missing.csv", "-n", "1", "--ranks", "3"], 1, "missing.csv");
}
