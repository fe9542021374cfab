// How many invocations work in step in a kernel of this size: the driver chooses.
//
// Layout: one invocation writes it. No loops, no barriers.

//!default
const WORKGROUP = 256u;
//!end
@group(0) @binding(1) var<storage, read_write> size: array<u32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32, @builtin(subgroup_size) together: u32) {
    if lane == 0u {
        size[0] = together;
    }
}
