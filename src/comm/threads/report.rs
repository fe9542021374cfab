//! What the ranks are told when the board finds a fault: one error, with a row for what each rank did.

use crate::comm::Call;
use crate::comm::checked::table;
use crate::comm::threads::board::{Board, Doing, SlotKey};
use crate::error::{Error, ErrorKind};

impl Board {
    /// All ranks of one collective are told that they do not agree.
    pub(super) fn report_slot(&mut self, key: SlotKey) {
        let slot = &self.slots[&key];
        let ranks = slot.group.members.clone();
        let calls: Vec<Option<Call>> = slot.seats.iter().map(|seat| seat.call).collect();
        self.report("the ranks made different calls", &ranks, &calls);
    }

    /// All ranks are told that none of them can go on.
    pub(super) fn report_world(&mut self) {
        let ranks: Vec<usize> = (0..self.doing.len()).collect();
        self.report("no rank can go on", &ranks, &[]);
    }

    /// One rank failed in a call.
    pub(super) fn fail(&mut self, rank: usize, call: &Call, why: &str) -> Error {
        if self.fault.is_none() {
            self.report(why, &[rank], &[Some(*call)]);
        }
        self.fault.clone().expect("it was just reported")
    }

    /// End the communication: every rank gets this error from now on. `calls` are those that the ranks are judged by,
    /// where they made one.
    fn report(&mut self, headline: &str, ranks: &[usize], calls: &[Option<Call>]) {
        let call_of = |place: usize| calls.get(place).copied().flatten();
        let rows: Vec<_> =
            ranks.iter().enumerate().map(|(place, &rank)| (rank, self.row(rank, call_of(place)))).collect();
        let at = ranks.iter().enumerate().find_map(|(place, &rank)| call_of(place).or(self.resting(rank)));
        let at = at.expect("a fault is found by a rank that called something").at;
        let text = table(self.cause(ranks).unwrap_or(headline), &rows);
        self.fault = Some(Error::at(ErrorKind::Collective, text, at));
        for rank in 0..self.doing.len() {
            if self.rests(rank) {
                self.wake(rank);
            }
        }
    }

    /// The headline when a rank is gone.
    fn cause(&self, ranks: &[usize]) -> Option<&'static str> {
        let any = |test: fn(&Doing) -> bool| ranks.iter().any(|&rank| test(&self.doing[rank]));
        match () {
            () if any(|doing| matches!(doing, Doing::Panicked(_))) => Some("a rank panicked"),
            () if any(|doing| matches!(doing, Doing::Left)) => Some("a rank has left while others call it"),
            () => None,
        }
    }

    fn resting(&self, rank: usize) -> Option<Call> {
        if let Doing::Resting(_, call) = self.doing[rank] { Some(call) } else { None }
    }

    fn row(&self, rank: usize, judged: Option<Call>) -> String {
        let after = self.last[rank].map_or(String::new(), |call| format!(", after {call}"));
        if let Some(call) = judged.or(self.resting(rank)) {
            return call.to_string();
        }
        match &self.doing[rank] {
            Doing::Computing | Doing::Resting(..) => format!("computing{after}"),
            Doing::Left => match &self.notes[rank] {
                Some(note) => format!("left: {note}"),
                None => format!("left{after}"),
            },
            Doing::Panicked(message) => format!("panicked: {message}{after}"),
        }
    }

    /// What every rank does, for the watchdog; `None` unless `rank` is the first that waits.
    pub(super) fn overview(&self, rank: usize) -> Option<String> {
        let first = (0..self.doing.len()).find(|&rank| self.rests(rank))?;
        let rows: Vec<_> = (0..self.doing.len()).map(|rank| (rank, self.row(rank, None))).collect();
        (first == rank).then(|| table("ranks have waited for long", &rows))
    }
}
