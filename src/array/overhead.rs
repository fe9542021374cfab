//! What an evaluation of arrays costs the host: `cargo test --all-features --lib overhead -- --ignored --nocapture`.
//!
//! Arrays of one element on a GPU, as in `device/gpu/overhead.rs`: nothing is handed over.

use crate::Device;
use crate::array::Roots;
use crate::device::gpu::overhead::measure;

#[test]
#[ignore = "it prints times"]
fn host_time_of_an_evaluation() {
    let measured = crate::run_on(1, |cx| {
        let there = cx.on(Device::Gpu(0))?;
        let gpu = there.engine().gpu().expect("it was opened");
        let mut x = there.ones::<f32>(1, None)?;
        measure(gpu, "an expression, without evaluation", |_| drop(-&x * 0.5 + &x));
        measure(gpu, "an evaluation of arrays", |_| x = (-&x * 0.5 + &x).eval().expect("it fits"));
        Ok(())
    });
    measured.expect("it runs");
}
