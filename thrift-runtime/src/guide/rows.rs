//! The rows of the tables in the guide, which the defaults of settings are compared with.

use std::time::Duration;

use crate::protocol::Limits;
use crate::transport::socket_options::SocketOptions;

/// The part of the page about limits under a heading.
fn section(heading: &str) -> &'static str {
    let page = include_str!("limits.md");
    let (_, section) = page.split_once(&format!("\n# {heading}\n")).unwrap();
    section.split_once("\n# ").map_or(section, |(section, _)| section)
}

/// Checks that settings stand there with their defaults.
pub(crate) fn check<'a>(heading: &str, rows: impl IntoIterator<Item = (&'a str, String)>) {
    let section = section(heading);
    for (name, default) in rows {
        let row = format!("\n| `{name}` | {default} |");
        assert!(section.contains(&row), "{row}");
    }
}

pub(crate) fn limits(limits: Limits) -> [(&'static str, String); 6] {
    let Limits { message_size, frame_size, depth, string_size, container_size, memory } = limits;
    [
        ("limits.message_size", bytes(message_size)),
        ("limits.frame_size", bytes(frame_size)),
        ("limits.depth", depth.to_string()),
        ("limits.string_size", bytes(string_size)),
        ("limits.container_size", grouped(container_size)),
        ("limits.memory", bytes(memory)),
    ]
}

pub(crate) fn socket(socket: SocketOptions) -> [(&'static str, String); 4] {
    let SocketOptions { keepalive, keepalive_interval, keepalive_probes, user_timeout } = socket;
    [
        ("socket.keepalive", time(keepalive)),
        ("socket.keepalive_interval", time(Some(keepalive_interval))),
        ("socket.keepalive_probes", keepalive_probes.to_string()),
        ("socket.user_timeout", time(user_timeout)),
    ]
}

pub(crate) fn bytes(count: usize) -> String {
    match count.checked_rem(1 << 20) {
        Some(0) => format!("{} MiB", count >> 20),
        _ => format!("{} bytes", grouped(count)),
    }
}

/// A number with commas.
pub(crate) fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
    groups.collect::<Vec<_>>().join(",")
}

pub(crate) fn time(time: Option<Duration>) -> String {
    match time {
        None => "never".into(),
        Some(time) if time.as_secs() == 0 => format!("{} ms", time.as_millis()),
        Some(time) => format!("{} s", time.as_secs()),
    }
}
