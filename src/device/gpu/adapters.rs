//! The GPUs of a machine: what they are, and which one a rank takes.

use std::fmt;
use std::sync::LazyLock;

use wgpu::{Backends, DeviceType, Features, Instance, InstanceDescriptor, InstanceFlags, hal::api::Vulkan};

/// What a Vulkan device is and can do: a line of `isotherm info`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Adapter {
    /// The model.
    pub name: String,
    /// Who made it.
    pub vendor: &'static str,
    /// The driver and its version.
    pub driver: String,
    /// What sort of device it is.
    pub kind: AdapterKind,
    /// Bytes of its own memory; nothing when the driver does not say.
    pub memory: Option<u64>,
    /// Whether it computes with `f64` and complex `f64`.
    pub f64: bool,
    /// Whether it computes with `i64` and `u64`.
    pub i64: bool,
    /// Whether it computes with half precision.
    pub f16: bool,
    /// The least and the most invocations that work in step; nothing when kernels cannot use that.
    pub subgroup: Option<(u32, u32)>,
    /// Where it sits on the bus; empty when the driver does not say.
    pub bus: String,
}

/// The sorts of devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum AdapterKind {
    /// A card with memory of its own.
    Discrete,
    /// One that shares the processor's memory.
    Integrated,
    /// A part of a card that a virtual machine was given.
    Virtual,
    /// A driver that computes on the processor.
    Software,
}

impl fmt::Display for AdapterKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Discrete => "discrete",
            Self::Integrated => "integrated",
            Self::Virtual => "virtual",
            Self::Software => "software",
        })
    }
}

/// The GPUs of this machine, in the order of their numbers: real ones by their place on the bus; where there are none, software.
///
/// **Local.** It asks the Vulkan drivers. Empty when there is no Vulkan loader or no driver.
pub fn adapters() -> Vec<Adapter> {
    all().iter().map(describe).collect()
}

/// The devices themselves, in the order of [`adapters`]. The drivers are asked once in a process: that takes them some ten milliseconds each.
pub(super) fn all() -> &'static [wgpu::Adapter] {
    static ALL: LazyLock<Vec<wgpu::Adapter>> = LazyLock::new(found);
    &ALL
}

fn found() -> Vec<wgpu::Adapter> {
    let mut descriptor = InstanceDescriptor::new_without_display_handle();
    descriptor.backends = Backends::VULKAN;
    descriptor.flags = InstanceFlags::empty().with_env();
    let instance = Instance::new(descriptor);
    let mut all = pollster::block_on(instance.enumerate_adapters(Backends::VULKAN));
    if all.iter().any(|adapter| kind(adapter) < AdapterKind::Software) {
        all.retain(|adapter| kind(adapter) < AdapterKind::Software);
    }
    all.sort_by_key(|adapter| adapter.get_info().device_pci_bus_id);
    all
}

fn kind(adapter: &wgpu::Adapter) -> AdapterKind {
    match adapter.get_info().device_type {
        DeviceType::DiscreteGpu => AdapterKind::Discrete,
        DeviceType::IntegratedGpu => AdapterKind::Integrated,
        DeviceType::VirtualGpu => AdapterKind::Virtual,
        DeviceType::Cpu | DeviceType::Other => AdapterKind::Software,
    }
}

pub(super) fn describe(adapter: &wgpu::Adapter) -> Adapter {
    let (info, features) = (adapter.get_info(), adapter.features());
    let subgroup = (info.subgroup_min_size, info.subgroup_max_size);
    Adapter {
        vendor: vendor(info.vendor),
        driver: [info.driver, info.driver_info].join(" ").trim().to_owned(),
        kind: kind(adapter),
        memory: memory(adapter),
        f64: features.contains(Features::SHADER_F64),
        i64: features.contains(Features::SHADER_INT64),
        f16: features.contains(Features::SHADER_F16),
        subgroup: features.contains(Features::SUBGROUP).then_some(subgroup),
        bus: info.device_pci_bus_id,
        name: info.name,
    }
}

/// The maker behind a PCI vendor number, or one of Vulkan's own.
fn vendor(number: u32) -> &'static str {
    match number {
        0x1002 => "AMD",
        0x10de => "NVIDIA",
        0x8086 => "Intel",
        0x106b => "Apple",
        0x13b5 => "ARM",
        0x5143 => "Qualcomm",
        0x10005 => "Mesa",
        _ => "unknown",
    }
}

/// `VK_MEMORY_HEAP_DEVICE_LOCAL_BIT` of the Vulkan specification.
const DEVICE_LOCAL: u32 = 1;

/// The bytes of the heaps that belong to the device. wgpu does not tell them; Vulkan does.
#[allow(unsafe_code)]
fn memory(adapter: &wgpu::Adapter) -> Option<u64> {
    // SAFETY: the handle is only asked for properties, and not kept or destroyed.
    let adapter = unsafe { adapter.as_hal::<Vulkan>() }?;
    let instance = adapter.shared_instance().raw_instance();
    // SAFETY: the physical device belongs to this instance, and both live as long as the adapter.
    let memory = unsafe { instance.get_physical_device_memory_properties(adapter.raw_physical_device()) };
    let heaps = memory.memory_heaps.iter().take(memory.memory_heap_count as usize);
    let own: u64 = heaps.filter(|heap| heap.flags.as_raw() & DEVICE_LOCAL != 0).map(|heap| heap.size).sum();
    (own > 0).then_some(own)
}
