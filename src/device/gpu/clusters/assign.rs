//! The passes of k-means on a GPU.

use crate::device::cpu::Cpu;
use crate::device::gpu::Memory;
use crate::device::gpu::clusters::parts::Part;
use crate::device::gpu::clusters::state::Plan;
use crate::device::gpu::clusters::table::Table;
use crate::device::gpu::clusters::text::{Form, TRIPS};
use crate::device::gpu::clusters::{GROUPS, MOVE, Rows, constant};
use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::tally::{Coordinate, Tally};

const PASS: Shader = Shader { name: "clusters/pass", text: include_str!("../../../../shaders/clusters/pass.wgsl") };
const WIDEN: Shader = Shader { name: "clusters/widen", text: include_str!("../../../../shaders/clusters/widen.wgsl") };

/// Which rows belong to which cluster.
pub(crate) struct Assignment<'a, T: Coordinate> {
    pub(super) rows: &'a Rows<T>,
    pub(super) cpu: &'a Cpu,
    pub(super) counted: bool,
    pub(super) plan: Plan,
    /// Numbers of 32 bits, segment by segment.
    pub(super) labels: Memory,
    /// Rows for the host to decide, from the beginning of each segment on: the number of a label there, and the label.
    pub(super) doubts: Memory,
    pub(super) tally: Tally,
    /// The most workgroups of a launch.
    pub(super) groups: usize,
    zeros: Table,
    state: Table,
    is_fresh: bool,
}

/// What all parts of a pass have in common.
struct Pass<'p> {
    form: Form,
    /// The centres, and from a word on the clusters that they stand for.
    centers: &'p Table,
    numbers: usize,
    /// How many there are.
    count: usize,
    inertia: bool,
}

impl<'a, T: Coordinate> Assignment<'a, T> {
    /// No row belongs to a cluster yet. What is in doubt is decided on `cpu`.
    pub(crate) fn new(rows: &'a Rows<T>, clusters: usize, counted: bool, cpu: &'a Cpu) -> Self {
        let (gpu, columns) = (&rows.gpu, rows.columns);
        let fields = if counted { rows.fields() } else { [0, 0] };
        let labels = gpu.empty(rows.len(), 4);
        let plan = Plan::new(T::DTYPE, fields, clusters, columns, labels.segments().len());
        Self {
            cpu,
            counted,
            doubts: gpu.empty(rows.len(), 8),
            tally: Tally::new(clusters, columns),
            groups: GROUPS,
            zeros: Table::of(gpu, &vec![0; plan.len()]),
            state: Table::new(gpu, plan.len()),
            is_fresh: true,
            rows,
            labels,
            plan,
        }
    }

    /// Label each row with its nearest centre; the sums over the rows.
    pub(crate) fn renew(&mut self, centers: &[T], inertia: bool) -> Tally {
        let (gpu, columns) = (&self.rows.gpu, self.rows.columns);
        let (distinct, numbers) = distinct(centers, columns);
        let form = self.rows.form(numbers.len());
        let mut words: Vec<u32> = bytemuck::cast_slice(&form.centers(&distinct)).to_vec();
        let at = words.len();
        words.extend(&numbers);
        self.state.copy(&self.zeros);
        let pass = Pass { form, centers: &Table::of(gpu, &words), numbers: at, count: numbers.len(), inertia };
        self.rows.parts.iter().for_each(|part| self.launch(&pass, part));
        self.is_fresh = false;
        let state = self.state.download();
        self.plan.apply(&state, &mut self.tally, inertia);
        self.decide(&state, centers, inertia);
        self.tally.clone()
    }

    fn launch(&self, pass: &Pass<'_>, part: &Part) {
        let (gpu, plan, form) = (&self.rows.gpu, &self.plan, pass.form);
        let segment = part.first / gpu.segment();
        let tiles = part.rows.div_ceil(gpu.workgroup());
        let most = TRIPS / (form.trips() + MOVE * form.columns + 8);
        let each = tiles.div_ceil(self.groups).min(most).max(1);
        let groups = tiles.div_ceil(each);
        let head = form.head() + &self.head(form);
        let inertia = "if certain && arguments.counted != 0u { add_up(arguments.inertia, 1u, least, 1u); }\n";
        let arrays = [
            (Access::Read, part.buffer(&self.rows.table)),
            (Access::Read, pass.centers.buffer()),
            (Access::Read, pass.centers.buffer()),
            (Access::Write, &self.labels.segments()[segment]),
            (Access::Write, &self.doubts.segments()[segment]),
            (Access::Write, self.state.buffer()),
        ];
        let counts = [
            part.rows,
            part.offset,
            part.first % gpu.segment(),
            each,
            groups,
            pass.count,
            plan.clusters,
            self.counted.into(),
            self.is_fresh.into(),
            plan.sum.base as usize,
            plan.sum.words,
            plan.inertia(),
            plan.sums(),
            plan.kept(),
            plan.counter(segment),
            pass.numbers,
        ];
        let parts: [&str; 3] = [&head, &form.nearest(), if pass.inertia { inertia } else { "" }];
        Launch { shader: &PASS, parts: &parts, arrays: &arrays, arguments: &counts.map(|count| count as u32), groups }
            .run(gpu, || format!("{} columns of {}", form.columns, T::DTYPE));
    }

    fn head(&self, form: Form) -> String {
        let (name, (tolerance, tiny)) = (T::DTYPE.name(), form.doubt());
        let (width, shown) = (T::DTYPE.bytes() / 4, self.plan.shown());
        let words = match width {
            1 => "vec2<u32>(bitcast<u32>(value), 0u)",
            _ => "vec2<u32>(u32(bitcast<u64>(value) & 0xfffffffflu), u32(bitcast<u64>(value) >> 32u))",
        };
        let cells = self.plan.kept().next_power_of_two().max(256);
        constant("TOLERANCE", tolerance)
            + &constant("TINY", tiny)
            + &format!(
                "const LOCAL = {};\nconst CELLS = {cells}u;\n\
                 const WIDTH = {width}u;\nconst SHOWN = {shown}u;\n\
                 fn words_of(value: T) -> vec2<u32> {{ return {words}; }}\n\
                 fn is_negative(value: T) -> bool {{ return signbit_{name}(value); }}\n\
                 fn spread(value: T, base: u32) -> Spread {{ return spread_{name}(value, base); }}\n",
                self.plan.kept() > 0
            )
    }

    /// The label of each row, as elements of i64.
    pub(crate) fn into_labels(self) -> Memory {
        let gpu = &self.rows.gpu;
        let wide = gpu.empty(self.labels.len(), 8);
        for (at, (labels, wide)) in self.labels.segments().iter().zip(wide.segments()).enumerate() {
            let len = gpu.segment().min(self.labels.len() - at * gpu.segment());
            let arrays = [(Access::Read, labels), (Access::Write, wide)];
            let (arguments, groups) = ([len as u32], len.div_ceil(gpu.workgroup()));
            Launch { shader: &WIDEN, parts: &[""], arrays: &arrays, arguments: &arguments, groups }
                .run(gpu, || "labels".to_owned());
        }
        wide
    }
}

/// The centres that are not the same as one before them, with their numbers: the others cannot be the first of the nearest.
fn distinct<T: Coordinate>(centers: &[T], columns: usize) -> (Vec<T>, Vec<u32>) {
    let (mut distinct, mut numbers) = (Vec::with_capacity(centers.len()), Vec::new());
    for (number, center) in centers.chunks(columns).enumerate() {
        if !distinct.chunks(columns).any(|other| other == center) {
            distinct.extend_from_slice(center);
            numbers.push(number as u32);
        }
    }
    (distinct, numbers)
}
