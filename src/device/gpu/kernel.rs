//! Kernels: compute pipelines with the bindings that they need.

use wgpu::{
    BindGroupLayout, BindGroupLayoutDescriptor, BindGroupLayoutEntry, BindingType, BufferBindingType, ComputePipeline,
    ComputePipelineDescriptor, ErrorFilter, PipelineCompilationOptions, PipelineLayout, PipelineLayoutDescriptor,
    ShaderModuleDescriptor, ShaderRuntimeChecks, ShaderSource, ShaderStages,
};

use crate::device::gpu::card::Card;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Access {
    Read,
    Write,
}

/// How kernels of one share of a device are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Variant {
    /// Invocations of a workgroup, unless a kernel says otherwise.
    pub(super) workgroup: usize,
    /// Whether accesses outside of arrays are kept from happening.
    pub(super) checked: bool,
}

/// The bytes of arguments that a kernel may have.
pub(super) const ARGUMENTS: u64 = 1024;

/// The bindings of kernels that do the same with as many arrays: they can share what is bound.
pub(super) struct Bindings {
    /// Another one for each.
    pub(super) number: usize,
    pub(super) layout: BindGroupLayout,
    pipelines: PipelineLayout,
}

impl Bindings {
    pub(super) fn new(card: &Card, number: usize, arrays: &[Access]) -> Self {
        let arguments = entry(0, BufferBindingType::Uniform, true);
        let arrays = (1..)
            .zip(arrays)
            .map(|(at, access)| entry(at, BufferBindingType::Storage { read_only: *access == Access::Read }, false));
        let entries: Vec<BindGroupLayoutEntry> = std::iter::once(arguments).chain(arrays).collect();
        let layout =
            card.device.create_bind_group_layout(&BindGroupLayoutDescriptor { label: None, entries: &entries });
        let pipelines = card.device.create_pipeline_layout(&PipelineLayoutDescriptor {
            label: None,
            bind_group_layouts: &[Some(&layout)],
            immediate_size: 0,
        });
        Self { number, layout, pipelines }
    }
}

fn entry(binding: u32, ty: BufferBindingType, has_dynamic_offset: bool) -> BindGroupLayoutEntry {
    let ty = BindingType::Buffer { ty, has_dynamic_offset, min_binding_size: None };
    BindGroupLayoutEntry { binding, visibility: ShaderStages::COMPUTE, ty, count: None }
}

/// A compiled kernel.
pub(super) struct Kernel {
    pub(super) name: String,
    pub(super) pipeline: ComputePipeline,
    pub(super) bindings: std::sync::Arc<Bindings>,
}

impl Kernel {
    /// Compiles a kernel.
    ///
    /// # Panics
    /// When it is not valid: the tests validate all that there are.
    #[allow(unsafe_code)]
    pub(super) fn new(card: &Card, source: Source, checked: bool) -> Self {
        let Source { name, text, bindings } = source;
        let scope = card.device.push_error_scope(ErrorFilter::Validation);
        let bindings = card.bindings(&bindings);
        let checks = if checked { ShaderRuntimeChecks::checked() } else { ShaderRuntimeChecks::unchecked() };
        let descriptor =
            ShaderModuleDescriptor { label: Some(&name), source: ShaderSource::Wgsl(text.as_str().into()) };
        // SAFETY: without checks a kernel must stay in its arrays and its loops must end. Those of this crate pass the tests that
        // surround arrays by canaries and bound trips; builds with debug assertions check them, but for these tests.
        let module = unsafe { card.device.create_shader_module_trusted(descriptor, checks) };
        let pipeline = card.device.create_compute_pipeline(&ComputePipelineDescriptor {
            label: Some(&name),
            layout: Some(&bindings.pipelines),
            module: &module,
            entry_point: Some("main"),
            compilation_options: PipelineCompilationOptions {
                zero_initialize_workgroup_memory: false,
                ..PipelineCompilationOptions::default()
            },
            cache: card.compiled.cache(),
        });
        if let Some(error) = pollster::block_on(scope.pop()) {
            panic!("kernel {name}: {error}\n{text}");
        }
        Self { name, pipeline, bindings }
    }
}
