//! The bench of GPUs, at the sizes of a quick run.

use serde_json::Value;

use crate::{Folder, Run, isotherm, isotherm_in};

#[test]
fn every_section_says_something_and_keeps_it() {
    let folder = Folder::new("gpu-bench");
    let file = folder.path("gpu.json");
    let names = ["findings", "saxpy", "sum axis 0", "transpose", "matmul", "dispatch", "upload", "sort", "resplit"];
    let run = isotherm(&[&["gpu-bench", "--quick", "--out", &file][..], &names].concat());
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    for name in [
        "== what the device does",
        "== ceilings",
        "saxpy",
        "sum axis 0",
        "GB/s",
        "staging ring",
        "it needs several ranks",
    ] {
        assert!(run.stdout.contains(name), "{name} in\n{}", run.stdout);
    }
    let kept: Value = serde_json::from_str(&std::fs::read_to_string(&file).unwrap()).unwrap();
    assert!(kept["device"]["name"].is_string() && kept["ceilings"]["copy_bytes_per_second"].as_f64().unwrap() > 0.0);
    let records = kept["records"].as_array().unwrap();
    let of = |name: &str| records.iter().find(|record| record["workload"] == name).unwrap();
    let saxpy = of("saxpy");
    assert!(
        saxpy["median"].as_f64().unwrap() > 0.0 && saxpy["share"].as_f64().unwrap() > 0.0 && saxpy["target"].is_null(),
        "{saxpy}"
    );
    assert!(of("sort")["median"].as_f64().unwrap() > 0.0, "{}", of("sort"));
    assert!(of("resplit")["not_measured"].is_string() && of("resplit")["seconds"].is_null());
    assert!(records.iter().all(|record| record["wrong"].is_null()), "{records:?}");
}

#[test]
fn checks_compare_both_devices() {
    let run = isotherm(&["gpu-bench", "--quick", "--json", "checks"]);
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{}", run.stdout);
    let object: Value = serde_json::from_str(&run.stdout).unwrap();
    let checks = &object["checks"];
    assert!(checks["agreed"].as_u64().unwrap() > 200 && checks["wrong"].as_array().unwrap().is_empty(), "{checks}");
    let on_host = checks["on_host"].to_string();
    assert!(!on_host.contains("add of") && !on_host.contains("sum along [0] of"), "{on_host}");
    assert!(checks["not_run"][0].as_str().unwrap().contains("in a quick run"), "{checks}");
}

#[test]
fn ranks_share_a_device() {
    let run = isotherm(&["gpu-bench", "--quick", "--ranks", "3", "resplit"]);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("of link") && run.stdout.contains("on 3 ranks"), "{}", run.stdout);
}

#[test]
fn without_a_gpu_it_says_so() {
    let Run { code, stderr, .. } = isotherm(&["gpu-bench", "--device", "cpu"]);
    assert_eq!((code, stderr.as_str()), (1, "error: gpu-bench measures a GPU, and this is the CPU\n"));
    let Run { code, stderr, .. } = isotherm_in(&[("VK_DRIVER_FILES", "/nowhere.json")], &["gpu-bench", "saxpy"]);
    let note = "note: gpu: a rank's machine has no Vulkan device; the CPU computes\n";
    assert_eq!((code, stderr), (1, format!("{note}error: gpu-bench measures a GPU, and this is the CPU\n")));
}
