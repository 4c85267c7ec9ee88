//! What the process has after a round.

use std::{fmt, fs, sync::atomic::Ordering};

use tokio::runtime::Handle;

use crate::Counts;

/// How much more memory than in the second round there may be in the last, in percent.
const GROWTH: u64 = 5;

/// All of it so far.
#[derive(Debug, Clone)]
pub(crate) struct Figures {
    pub(crate) round: usize,
    pub(crate) calls: u64,
    pub(crate) streams: u64,
    pub(crate) wrong: u64,
    /// In KiB.
    pub(crate) memory: u64,
    pub(crate) descriptors: u64,
    pub(crate) tasks: u64,
}

impl Figures {
    pub(crate) const HEADER: &str = "| round | calls | hostile streams | wrong answers | memory, KiB | \
        descriptors | tasks |\n| --- | --- | --- | --- | --- | --- | --- |";

    pub(crate) fn now(round: usize, counts: &Counts) -> Self {
        Figures {
            round,
            calls: counts.calls.load(Ordering::Relaxed),
            streams: counts.streams.load(Ordering::Relaxed),
            wrong: counts.wrong.load(Ordering::Relaxed),
            memory: memory(),
            descriptors: fs::read_dir("/proc/self/fd").map_or(0, |entries| entries.count() as u64),
            tasks: Handle::current().metrics().num_alive_tasks() as u64,
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Figures { round, calls, streams, wrong, memory, descriptors, tasks } = self;
        write!(
            f,
            "| {round} | {calls} | {streams} | {wrong} | {memory} | {descriptors} | {tasks} |"
        )
    }
}

/// The memory of this process that is there, in KiB.
fn memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().strip_suffix(" kB")?.parse().ok()).unwrap_or_default()
}

/// What is wrong with the figures.
pub(crate) fn judge(figures: &[Figures]) -> Result<(), String> {
    let (Some(second), Some(last)) = (figures.get(1), figures.last()) else {
        return Err("two rounds are needed to compare".into());
    };
    let most = second.memory + second.memory * GROWTH / 100;
    let checks = [
        (last.wrong == 0, format!("{} answers were wrong", last.wrong)),
        (last.calls > 0 && last.streams > 0, "nobody called".into()),
        (last.memory <= most, format!("{} KiB of memory are more than {most}", last.memory)),
        (
            last.descriptors == second.descriptors,
            format!("{} descriptors are not {}", last.descriptors, second.descriptors),
        ),
        (last.tasks == second.tasks, format!("{} tasks are not {}", last.tasks, second.tasks)),
    ];
    let wrong: Vec<String> =
        checks.into_iter().filter(|(right, _)| !right).map(|(_, wrong)| wrong).collect();
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}
