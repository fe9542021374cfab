//! The few rows whose keys may be the least, for the host to decide: who is the first in a race, and who is the farthest.

use std::array;

use crate::device::cpu::Cpu;
use crate::device::cpu::clusters as host;
use crate::device::gpu::clusters::table::Table;
use crate::device::gpu::clusters::{GROUPS, Rows, constant};
use crate::device::gpu::kernel::Access;
use crate::device::gpu::launch::{Launch, Shader};
use crate::device::gpu::{Memory, random};
use crate::device::tally::{Coordinate, Race};
use crate::dtype::DType;
use crate::layout::Progression;

const LEAST: Shader = Shader { name: "clusters/least", text: include_str!("../../../../shaders/clusters/least.wgsl") };

/// Rows that a list has room for, beside some for each that is asked for.
const ROOM: usize = 256;

/// A segment's rows, and how they are parted.
struct Place {
    segment: usize,
    rows: usize,
    groups: usize,
    /// The number of the first part among those of all segments.
    part: usize,
}

impl<T: Coordinate> Rows<T> {
    /// Lower the distances to those from the last of `centers`; the rows that may be the first to arrive, in their order, each with the squared distance to
    /// the nearest of `centers` that a CPU finds: 1 where there are none. Nothing where they are many. To the host come 4 bytes for each part
    /// of the rows, at most 8 KiB for each segment, 1 KiB, and these rows.
    pub(crate) fn race(&self, centers: &[T], race: &Race, distances: &Memory, cpu: &Cpu) -> Option<Vec<(usize, T)>> {
        match centers.chunks_exact(self.columns).last() {
            Some(last) => self.store_distances(last, centers.len() > self.columns, distances),
            None => self.gpu.fill(distances, T::ONE),
        }
        let positions = self.least(Some(race), distances, 1)?;
        Some(self.exactly(positions, centers, cpu))
    }

    /// The positions of the `count` rows that are farthest from their nearest centres, with the squared distances; of equally far ones the first. Nothing
    /// where many are as far. To the host comes what a race brings, and 16 bytes for each that is asked for.
    pub(crate) fn farthest(&self, centers: &[T], count: usize, cpu: &Cpu) -> Option<Vec<(usize, T)>> {
        let distances = self.distances();
        self.store_distances(centers, false, &distances);
        let rows = self.exactly(self.least(None, &distances, count)?, centers, cpu);
        let (positions, distances): (Vec<_>, Vec<_>) = rows.into_iter().unzip();
        let found = host::farthest(&distances, count);
        Some(found.into_iter().map(|(place, distance)| (positions[place], distance)).collect())
    }

    /// These rows, with the squared distance that a CPU finds: 1 where there is no centre.
    fn exactly(&self, positions: Vec<usize>, centers: &[T], cpu: &Cpu) -> Vec<(usize, T)> {
        let (mut labels, mut distances) = (vec![0; positions.len()], vec![T::ONE; positions.len()]);
        if !centers.is_empty() {
            let rows = self.at(&positions);
            host::Rows::new(&rows, self.columns, true, cpu).label(cpu, centers, &mut labels, &mut distances);
        }
        positions.into_iter().zip(distances).collect()
    }

    /// Positions in ascending order, those of the rows with the `count` least keys among them; nothing where these are many.
    fn least(&self, race: Option<&Race>, distances: &Memory, count: usize) -> Option<Vec<usize>> {
        let (gpu, most) = (&self.gpu, GROUPS.max(2 * count));
        let (mut places, mut parts) = (Vec::new(), 0);
        for (segment, start) in (0..self.len()).step_by(gpu.segment()).enumerate() {
            let rows = gpu.segment().min(self.len() - start);
            let groups = rows.div_ceil(gpu.workgroup()).min(most);
            places.push(Place { segment, rows, groups, part: parts });
            parts += groups;
        }
        let room = ROOM + 4 * count;
        let (least, found) = (Table::new(gpu, parts.max(1)), Table::of(gpu, &vec![0; 1 + room]));
        let launch = |list| {
            for place in &places {
                self.launch_least(race, distances, place, [&least, &found], list);
            }
        };
        launch(None);
        let mut bounds = least.download();
        bounds.truncate(parts);
        let bound = if count < parts { *bounds.select_nth_unstable(count.max(1) - 1).1 } else { u32::MAX };
        launch(Some((bound, room)));
        let found = found.download();
        let listed = found[1..].get(..found[0] as usize)?;
        let mut positions: Vec<usize> = listed.iter().map(|&position| position as usize).collect();
        positions.sort_unstable();
        Some(positions)
    }

    /// Find the least upper bounds of keys, or with a bound, and so much room, list the rows that are not above it.
    fn launch_least(
        &self,
        race: Option<&Race>,
        distances: &Memory,
        place: &Place,
        [least, found]: [&Table; 2],
        list: Option<(u32, usize)>,
    ) {
        let gpu = &self.gpu;
        let form = self.form(1);
        let (tolerance, tiny) = form.doubt();
        let ordered = if T::DTYPE == DType::F32 { "bitcast<u32>(x)" } else { "u32(bitcast<u64>(x) >> 32u)" };
        let head =
            format!("alias T = {};\nconst RACE = {};\nconst LIST = {};\n", T::DTYPE, race.is_some(), list.is_some())
                + &constant("TOLERANCE", tolerance)
                + &constant("TINY", tiny)
                + &constant("FARTHEST", form.farthest())
                + &format!("fn ordered(x: T) -> u32 {{ return {ordered}; }}\n")
                + &random::product(gpu);
        let arrays = [
            (Access::Read, &distances.segments()[place.segment]),
            (Access::Write, least.buffer()),
            (Access::Write, found.buffer()),
        ];
        let (seed, indices) =
            race.map_or(([0; 4], Progression::interval(0..1)), |race| (race.seed.words(), race.indices));
        let (bound, room) = list.unwrap_or_default();
        let halves = |number: usize| array::from_fn::<u32, 2, _>(|half| (number as u64 >> (32 * half)) as u32);
        let numbers = [indices.run(), place.rows, place.segment * gpu.segment(), place.groups, place.part]
            .map(|number| number as u32);
        let arguments =
            [&seed[..], &halves(indices.start()), &halves(indices.period()), &numbers, &[bound, room as u32]].concat();
        Launch { shader: &LEAST, parts: &[&head], arrays: &arrays, arguments: &arguments, groups: place.groups }
            .run(gpu, || format!("rows of {}", T::DTYPE));
    }
}
