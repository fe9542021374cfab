//! Launches of kernels that are files of `shaders` with texts of their own in the places of the examples.

use std::fmt::Write;

use wgpu::Buffer;

use crate::device::gpu::kernel::{Access, Source};
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

impl Launch<'_> {
    /// Record it. `about` says for reports what this kernel of the shader does.
    pub(super) fn run(self, gpu: &Gpu, about: impl FnOnce() -> String) {
        let Self { shader, parts, arrays, arguments, groups } = self;
        let mut key = String::with_capacity(64 + parts.iter().map(|part| part.len()).sum::<usize>());
        write!(key, "{} {}\n{}", shader.name, gpu.workgroup(), parts.concat()).expect("a string takes all");
        let kernel = gpu.card().kernel(&key, || {
            let body = filled(shader.text, parts);
            let head = format!("const WORKGROUP = {}u;\n{}", gpu.workgroup(), library::link(&body));
            let name = format!("{}: {}", shader.name, about());
            Source { name, text: head + &body, bindings: arrays.iter().map(|(access, _)| *access).collect() }
        });
        let buffers: Vec<&Buffer> = arrays.iter().map(|(_, buffer)| *buffer).collect();
        gpu.work().stream.launch(&kernel, &buffers, bytemuck::cast_slice(arguments), groups);
    }
}
