//! Kernels: compute pipelines with the bindings that they need.

use wgpu::{
    BindGroupLayout, BindGroupLayoutDescriptor, BindGroupLayoutEntry, BindingType, BufferBindingType, ComputePipeline,
    ComputePipelineDescriptor, ErrorFilter, PipelineCompilationOptions, PipelineLayoutDescriptor,
    ShaderModuleDescriptor, ShaderRuntimeChecks, ShaderSource, ShaderStages,
};

use crate::device::gpu::card::Card;

/// Invocations of a workgroup, unless a kernel says otherwise.
pub(super) const WORKGROUP: usize = 256;

/// A kernel in WGSL.
///
/// Its entry point is `main`. Binding 0 of group 0 is a uniform of up to [`ARGUMENTS`] bytes; the bindings from 1 on are the arrays.
pub(super) struct Source {
    /// What is reported when something is wrong with it.
    pub(super) name: String,
    pub(super) text: String,
    pub(super) bindings: Vec<Access>,
}

/// What a kernel does with an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Access {
    Read,
    Write,
}

/// The bytes of arguments that a kernel may have.
pub(super) const ARGUMENTS: u64 = 1024;

/// A compiled kernel.
pub(super) struct Kernel {
    pub(super) name: String,
    pub(super) pipeline: ComputePipeline,
    pub(super) layout: BindGroupLayout,
}

impl Kernel {
    /// Compiles a kernel.
    ///
    /// # Panics
    /// When it is not valid: the tests validate all that there are.
    #[allow(unsafe_code)]
    pub(super) fn new(card: &Card, source: Source) -> Self {
        let Source { name, text, bindings } = source;
        let scope = card.device.push_error_scope(ErrorFilter::Validation);
        let arguments = entry(0, BufferBindingType::Uniform, true);
        let arrays = (1..)
            .zip(&bindings)
            .map(|(at, access)| entry(at, BufferBindingType::Storage { read_only: *access == Access::Read }, false));
        let entries: Vec<BindGroupLayoutEntry> = std::iter::once(arguments).chain(arrays).collect();
        let layout =
            card.device.create_bind_group_layout(&BindGroupLayoutDescriptor { label: Some(&name), entries: &entries });
        let pipelines = card.device.create_pipeline_layout(&PipelineLayoutDescriptor {
            label: Some(&name),
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
        let checks =
            if cfg!(debug_assertions) { ShaderRuntimeChecks::checked() } else { ShaderRuntimeChecks::unchecked() };
        let descriptor =
            ShaderModuleDescriptor { label: Some(&name), source: ShaderSource::Wgsl(text.as_str().into()) };
        // SAFETY: without checks a kernel must stay in its arrays and its loops must end. Those of this crate pass the tests that
        // surround arrays by canaries and bound trips; builds with debug assertions check them always.
        let module = unsafe { card.device.create_shader_module_trusted(descriptor, checks) };
        let pipeline = card.device.create_compute_pipeline(&ComputePipelineDescriptor {
            label: Some(&name),
            layout: Some(&pipelines),
            module: &module,
            entry_point: Some("main"),
            compilation_options: PipelineCompilationOptions {
                zero_initialize_workgroup_memory: false,
                ..PipelineCompilationOptions::default()
            },
            cache: None,
        });
        if let Some(error) = pollster::block_on(scope.pop()) {
            panic!("kernel {name}: {error}\n{text}");
        }
        Self { name, pipeline, layout }
    }
}

fn entry(binding: u32, ty: BufferBindingType, has_dynamic_offset: bool) -> BindGroupLayoutEntry {
    let ty = BindingType::Buffer { ty, has_dynamic_offset, min_binding_size: None };
    BindGroupLayoutEntry { binding, visibility: ShaderStages::COMPUTE, ty, count: None }
}
