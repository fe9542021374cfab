//! Launches of kernels that are files of `shaders` with texts of their own in the places of the examples.

use std::hash::Hash;
use std::sync::Arc;

use wgpu::Buffer;

use crate::device::gpu::kernel::{Access, Kernel, Source};
use crate::device::gpu::key::Key;
use crate::device::gpu::program::text::Text;
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
        let kernel = self.kernel(gpu, self.parts, || self.compile(gpu, self.parts, about()));
        gpu.work().stream.launch(&kernel, self.arrays, &[self.arguments], self.groups);
    }

    /// Record it with parts that follow from `form`: they are written once, not looked at again at every launch. Its own are empty.
    pub(super) fn run_form<const N: usize>(
        self,
        gpu: &Gpu,
        form: &impl Hash,
        write: impl FnOnce() -> [Text; N],
        about: impl FnOnce() -> String,
    ) {
        let kernel = self.kernel(gpu, form, || self.compile(gpu, &write().each_ref().map(|part| &**part), about()));
        gpu.work().stream.launch(&kernel, self.arrays, &[self.arguments], self.groups);
    }

    /// The kernel of what tells it apart from others of its shader.
    fn kernel(&self, gpu: &Gpu, form: &(impl Hash + ?Sized), make: impl FnOnce() -> Arc<Kernel>) -> Arc<Kernel> {
        let mut key = Key::default();
        key.add(self.shader.name).add(&gpu.variant()).add(form);
        for (access, _) in self.arrays {
            key.add(access);
        }
        gpu.card().kernel(key, make)
    }

    /// A new kernel of these texts.
    fn compile(&self, gpu: &Gpu, parts: &[&str], about: String) -> Arc<Kernel> {
        let Self { shader, arrays, .. } = self;
        let body = filled(shader.text, parts);
        let head = format!("const WORKGROUP = {}u;\n{}", gpu.workgroup(), library::link(&body));
        let bindings = arrays.iter().map(|(access, _)| *access).collect();
        let source = Source { name: format!("{}: {about}", shader.name), text: head + &body, bindings };
        gpu.card().compile(shader.name, gpu.variant().checked, source)
    }
}
