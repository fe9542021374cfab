//! Launches of kernels that are files of `shaders` with texts of their own in the places of the examples.

use std::sync::Arc;

use smallvec::SmallVec;
use wgpu::Buffer;

use crate::device::gpu::kernel::{Access, Kernel, Source};
use crate::device::gpu::key::Key;
use crate::device::gpu::source::filled;
use crate::device::gpu::{Gpu, library};

/// A file of the folder `shaders`.
pub(super) struct Shader {
    /// Its path there, without the ending.
    pub(super) name: &'static str,
    pub(super) text: &'static str,
}

/// A launch of a kernel.
pub(super) struct Launch<'a> {
    pub(super) shader: &'a Shader,
    /// What stands in the places of the examples, in their order. The first one is that of the declarations; the size of workgroups, `WORKGROUP`, and what
    /// the kernel needs of the function library are put before it.
    pub(super) parts: &'a [&'a str],
    /// The arrays of the bindings from 1 on.
    pub(super) arrays: &'a [(Access, &'a Buffer)],
    /// What binding 0 holds, at most [`ARGUMENTS`](super::kernel::ARGUMENTS) bytes.
    pub(super) arguments: &'a [u32],
    pub(super) groups: usize,
}

/// What a kernel must do at least, for profiles: 0 where that is not known. Who launches it may tell [`Stream::charge`](super::stream::Stream::charge) before.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cost {
    /// Bytes of device memory that it must read and write, each once.
    pub(super) bytes: u64,
    /// Operations on elements.
    pub(super) operations: u64,
}

impl Launch<'_> {
    /// Record it. `about` says for reports what this kernel of the shader does.
    pub(super) fn run(self, gpu: &Gpu, about: impl FnOnce() -> String) {
        let Self { shader, parts, arrays, arguments, groups } = self;
        let kernel = kernel(gpu, shader, parts, arrays, about);
        gpu.work().stream.launch(&kernel, arrays, &[arguments], groups);
    }
}

/// The kernel of these texts.
fn kernel(
    gpu: &Gpu,
    shader: &Shader,
    parts: &[&str],
    arrays: &[(Access, &Buffer)],
    about: impl FnOnce() -> String,
) -> Arc<Kernel> {
    let accesses: SmallVec<[Access; 8]> = arrays.iter().map(|(access, _)| *access).collect();
    let key = Key::default().and("texts").and(shader.name).and(&gpu.variant()).and(parts).and(&*accesses);
    gpu.card().kernel(key, || {
        let body = filled(shader.text, parts);
        let head = format!("const WORKGROUP = {}u;\n{}", gpu.workgroup(), library::link(&body));
        let source =
            Source { name: format!("{}: {}", shader.name, about()), text: head + &body, bindings: accesses.to_vec() };
        gpu.card().compile(shader.name, gpu.variant().checked, source)
    })
}
