// Whether loops end early: counts the trips of one, of which a driver in software makes 65535 at most.
//
// Layout: one invocation writes the count. Trips: as many as the arguments say; more than any kernel may ask for, which is the question.

struct Arguments {
    trips: u32,
}
@group(0) @binding(0) var<uniform> arguments: Arguments;
//!default
const WORKGROUP = 256u;
//!end
// Zero, which no compiler knows.
@group(0) @binding(1) var<storage, read> zero: array<u32>;
@group(0) @binding(2) var<storage, read_write> counted: array<u32>;

@compute @workgroup_size(WORKGROUP)
fn main(@builtin(local_invocation_index) lane: u32) {
    if lane > 0u {
        return;
    }
    var count = 0u;
    for (var k = 0u; k < arguments.trips; k++) {
        count += 1u + (zero[0] & k);
    }
    counted[0] = count;
}
