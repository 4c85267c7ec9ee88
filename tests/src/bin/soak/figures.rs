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
    /// In KiB, where `/proc` tells.
    pub(crate) memory: Option<u64>,
    /// Where `/proc` tells.
    pub(crate) descriptors: Option<u64>,
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
            descriptors: fs::read_dir("/proc/self/fd").ok().map(|entries| entries.count() as u64),
            tasks: Handle::current().metrics().num_alive_tasks() as u64,
        }
    }
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Figures { round, calls, streams, wrong, memory, descriptors, tasks } = self;
        let [memory, descriptors] = [memory, descriptors].map(|figure| match figure {
            Some(figure) => figure.to_string(),
            None => "not known".to_owned(),
        });
        write!(
            f,
            "| {round} | {calls} | {streams} | {wrong} | {memory} | {descriptors} | {tasks} |"
        )
    }
}

/// The memory of this process that is there, in KiB.
fn memory() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// What the figures do not tell.
pub(crate) fn not_checked(figures: &[Figures]) -> Vec<&'static str> {
    let mut names = Vec::new();
    if figures.iter().any(|it| it.memory.is_none()) {
        names.push("memory");
    }
    if figures.iter().any(|it| it.descriptors.is_none()) {
        names.push("descriptors");
    }
    names
}

/// What is wrong with the figures.
pub(crate) fn judge(figures: &[Figures]) -> Result<(), String> {
    let (Some(second), Some(last)) = (figures.get(1), figures.last()) else {
        return Err("two rounds are needed to compare".into());
    };
    let mut wrong = Vec::new();
    if last.wrong > 0 {
        wrong.push(format!("{} answers were wrong", last.wrong));
    }
    if last.calls == 0 || last.streams == 0 {
        wrong.push("nobody called".to_owned());
    }
    if let (Some(before), Some(after)) = (second.memory, last.memory) {
        let most = before + before * GROWTH / 100;
        if after > most {
            wrong.push(format!("{after} KiB of memory are more than {most}"));
        }
    }
    if let (Some(before), Some(after)) = (second.descriptors, last.descriptors)
        && before != after
    {
        wrong.push(format!("{after} descriptors are not {before}"));
    }
    if last.tasks != second.tasks {
        wrong.push(format!("{} tasks are not {}", last.tasks, second.tasks));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}
