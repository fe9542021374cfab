//! `isotherm plan`.

use std::cell::RefCell;
use std::fmt::Write;
use std::time::Instant;

use isotherm::layout::Plan;
use isotherm::layout::plan::{Cost, Options};
use isotherm::prelude::*;
use serde_json::{Value, json};

use crate::arguments;
use crate::report::{Facts, Report};
use crate::table::{self, Table};

/// Of more ranks, the first and the last are shown.
const MOST_ROWS: usize = 16;

/// What a redistribution would move. Nothing moves, so any number of ranks can be asked for.
pub(crate) fn run(cx: &Context, arguments: &arguments::Plan, common: &arguments::Common) -> Result<Report> {
    let start = Instant::now();
    let (ranks, dtype) = (common.ranks.unwrap_or(cx.size()), arguments.dtype);
    let shape = Shape::from(arguments.shape.as_slice()).checked(dtype.bytes())?;
    let (from, to) = (arguments.from.layout(&shape, ranks)?, arguments.to.layout(&shape, ranks)?);
    let options = Options::new(dtype.bytes());
    let progress = RefCell::new(common.progress(cx));
    let cost = Cost::of(ranks, |rank| {
        progress.borrow_mut().say(format_args!("planning rank {rank} of {ranks}"));
        Plan::redistribute(&from, &to, rank, options.clone())
    })?;
    let facts = Facts {
        shape: Some(arguments.shape.clone()),
        dtype: Some(dtype),
        ranks,
        transport: "none",
        seconds: start.elapsed().as_secs_f64(),
        bytes_sent: 0,
        messages: 0,
    };
    let per_rank = cost.ranks.iter().map(|rank| {
        json!({
            "rank": rank.rank,
            "send_bytes": rank.send_bytes,
            "recv_bytes": rank.receive_bytes,
            "messages": rank.messages,
            "peak_bytes": rank.peak_bytes,
        })
    });
    let own = [
        ("total_bytes", json!(cost.total_bytes)),
        ("total_messages", json!(cost.total_messages)),
        ("peak_bytes", json!(cost.peak_bytes)),
        ("ranks", per_rank.collect::<Value>()),
    ];
    let head = format!("{dtype} array of shape {shape}: {} -> {}\n\n", deal(&from), deal(&to));
    Ok(Report::new(facts, own, head + &text(&cost)))
}

/// A layout without its shape.
fn deal(layout: &Layout) -> String {
    let shape = format!("{} ", layout.shape());
    layout.to_string().replacen(&shape, "", 1)
}

fn text(cost: &Cost) -> String {
    let mut table = Table::new(["rank", "sends", "receives", "messages", "peak memory"]);
    let bytes = |bytes: usize| table::bytes(bytes as u64);
    let hidden = cost.ranks.len().saturating_sub(MOST_ROWS);
    for rank in &cost.ranks {
        if hidden > 0 && rank.rank == MOST_ROWS / 2 {
            table.row(["..."]);
        }
        if hidden == 0 || rank.rank < MOST_ROWS / 2 || rank.rank >= cost.ranks.len() - MOST_ROWS / 2 {
            let (sends, receives) = (bytes(rank.send_bytes), bytes(rank.receive_bytes));
            let messages = table::count(rank.messages as u64);
            table.row([rank.rank.to_string(), sends, receives, messages, bytes(rank.peak_bytes)]);
        }
    }
    let mut text = table.to_string();
    let total = table::bytes(cost.total_bytes as u64);
    let messages = table::count(cost.total_messages as u64);
    // Writing to a string cannot fail.
    let _ = writeln!(text, "\n{total} in {messages} messages in all; {} at most on a rank", bytes(cost.peak_bytes));
    text
}
