//! The rows of a block and their nearest centres, where an engine computes.

#[cfg(feature = "gpu")]
use crate::device::gpu::Memory;
#[cfg(feature = "gpu")]
use crate::device::gpu::clusters as card;
use crate::device::{Coordinate, Engine, Race, Tally, Wanted, cpu::clusters as host};
use crate::local::{Fresh, Local};
use crate::memory::Block;

/// The rows of a block, whole, and of at least one column.
pub(crate) struct Rows<'a, T: Coordinate> {
    block: &'a Local<T>,
    columns: usize,
    counted: bool,
    engine: &'a Engine,
    #[cfg(feature = "gpu")]
    card: Option<card::Rows<T>>,
}

/// A number for each row: about the squared distance to the nearest of some centres, on the host just that.
pub(crate) enum Distances<T: Coordinate> {
    Host(Block<T>),
    #[cfg(feature = "gpu")]
    Card(Memory),
}

/// Which rows belong to which cluster.
pub(crate) enum Assignment<'a, T: Coordinate> {
    Host(host::Assignment<'a, T>, &'a Engine),
    #[cfg(feature = "gpu")]
    Card(Box<card::Assignment<'a, T>>, &'a Engine),
}

impl<'a, T: Coordinate> Rows<'a, T> {
    /// Those of `block`, which one of the ranks that hold them counts.
    pub(crate) fn new(block: &'a Local<T>, counted: bool, engine: &'a Engine) -> Self {
        let columns = block.shape()[1];
        Self {
            block,
            columns,
            counted,
            engine,
            #[cfg(feature = "gpu")]
            card: engine.gpu().and_then(|gpu| card::Rows::new(block.card(gpu), columns)),
        }
    }

    /// All values, in the memory of the host.
    pub(crate) fn on_host(&self) -> &'a [T] {
        self.block.as_slice()
    }

    /// Those on a GPU, which has kernels for so many centres.
    #[cfg(feature = "gpu")]
    fn card(&self, centers: usize) -> Option<&card::Rows<T>> {
        self.card.as_ref().filter(|card| card.takes(centers))
    }

    fn host(&self) -> host::Rows<'a, T> {
        host::Rows::new(self.on_host(), self.columns, self.counted, self.engine.cpu())
    }

    /// The largest magnitude; infinity if a value is not finite.
    pub(crate) fn largest(&self) -> f64 {
        #[cfg(feature = "gpu")]
        if let Some(card) = &self.card {
            return card.largest();
        }
        self.host().largest(self.engine.cpu())
    }

    /// The rows at these positions, one after the other.
    pub(crate) fn at(&self, positions: &[usize]) -> Vec<T> {
        #[cfg(feature = "gpu")]
        if let Some(card) = &self.card {
            return card.at(positions);
        }
        self.host().at(positions)
    }

    /// No row belongs to a cluster yet.
    pub(crate) fn assignment(&self, clusters: usize) -> Assignment<'_, T> {
        #[cfg(feature = "gpu")]
        if let Some(card) = self.card(clusters) {
            let assignment = card::Assignment::new(card, clusters, self.counted, self.engine.cpu());
            return Assignment::Card(Box::new(assignment), self.engine);
        }
        Assignment::Host(host::Assignment::new(self.engine.cpu(), self.host(), clusters), self.engine)
    }

    /// The number of the nearest centre for each row; of equally near ones the first.
    pub(crate) fn labels(&self, centers: &[T]) -> Local<i64> {
        #[cfg(feature = "gpu")]
        if let Some(card) = self.card(centers.len() / self.columns) {
            return Fresh::Card(card.labels(centers, self.engine.cpu())).done_in_line(self.engine);
        }
        Fresh::Here(self.labelled(centers).0).done_in_line(self.engine)
    }

    /// The positions of the `count` rows that are farthest from their nearest centres, with the squared distances; of equally far ones the first.
    pub(crate) fn farthest(&self, centers: &[T], count: usize) -> Vec<(usize, T)> {
        #[cfg(feature = "gpu")]
        if let Some(card) = self.card(centers.len() / self.columns)
            && let Some(found) = card.farthest(centers, count, self.engine.cpu())
        {
            return found;
        }
        let (_, distances) = self.labelled(centers);
        host::farthest(&distances, count)
    }

    /// On the host the number of the nearest centre of each row, and the squared distance to it.
    fn labelled(&self, centers: &[T]) -> (Block<i64>, Block<T>) {
        let (cpu, rows) = (self.engine.cpu(), self.host());
        let (mut labels, mut distances) = (cpu.pool().take(rows.len()), cpu.pool().take(rows.len()));
        rows.label(cpu, centers, &mut labels, &mut distances);
        (labels, distances)
    }

    /// Room for a distance of each row.
    pub(crate) fn distances(&self) -> Distances<T> {
        #[cfg(feature = "gpu")]
        if let Some(card) = self.card(1) {
            return Distances::Card(card.distances());
        }
        Distances::Host(self.engine.cpu().pool().take(self.block.shape()[0]))
    }

    /// Lower the distances to those from the last of `centers`, and show them to `see`, those of each task to a state of its own, with the position of
    /// the first: 1 before there is a centre, and before the first of them infinity. On a GPU `see` is shown the rows alone that may be the first to
    /// arrive in `race`.
    #[cfg_attr(not(feature = "gpu"), allow(unused_variables))]
    pub(crate) fn approach<R: Clone + Send + Sync>(
        &self,
        centers: &[T],
        race: &Race,
        distances: &mut Distances<T>,
        fresh: &R,
        see: impl Fn(&mut R, usize, &[T]) + Sync + Send,
    ) -> Vec<R> {
        let cpu = self.engine.cpu();
        match distances {
            Distances::Host(distances) => {
                match centers.len() / self.columns {
                    0 => distances.fill(T::ONE),
                    1 => distances.fill(T::INFINITY),
                    _ => {}
                }
                self.host().approach(cpu, centers.chunks_exact(self.columns).last(), distances, fresh, see)
            }
            #[cfg(feature = "gpu")]
            Distances::Card(distances) => {
                let mut state = fresh.clone();
                let card = self.card(1).expect("the distances are where the rows are");
                if let Some(rows) = card.race(centers, race, distances, cpu) {
                    for (position, distance) in rows {
                        see(&mut state, position, &[distance]);
                    }
                    return vec![state];
                }
                let (_, mut distances) = self.labelled(centers);
                if centers.is_empty() {
                    distances.fill(T::ONE);
                }
                see(&mut state, 0, &distances);
                vec![state]
            }
        }
    }
}

impl<T: Coordinate> Assignment<'_, T> {
    /// Label each row with its nearest centre; the sums over the rows here.
    pub(crate) fn renew(&mut self, centers: &[T], wanted: Wanted) -> Tally {
        match self {
            Self::Host(assignment, _) => assignment.renew(centers, wanted),
            #[cfg(feature = "gpu")]
            Self::Card(assignment, _) => assignment.renew(centers, wanted.inertia),
        }
    }

    /// The tally of the last pass, which was for the same centres, with the inertia.
    pub(crate) fn with_inertia(&mut self, centers: &[T]) -> Tally {
        match self {
            Self::Host(assignment, _) => assignment.with_inertia(centers),
            #[cfg(feature = "gpu")]
            Self::Card(assignment, _) => assignment.renew(centers, true),
        }
    }

    /// The label of each row.
    pub(crate) fn into_labels(self) -> Local<i64> {
        match self {
            Self::Host(assignment, engine) => Fresh::Here(assignment.into_labels()).done_in_line(engine),
            #[cfg(feature = "gpu")]
            Self::Card(assignment, engine) => Fresh::Card(assignment.into_labels()).done_in_line(engine),
        }
    }
}
