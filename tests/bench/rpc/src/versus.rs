//! This build beside another build of this program.

use std::path::{Path, PathBuf};

use crate::{
    MANY, PIPELINED, Shape,
    process::{Rate, Server, measure, measure_of, this_program},
    servers::SINK,
    tables::{OURS, median, numbers},
    wire::Framing,
};

const ROUNDS: usize = 15;

/// How calls are made.
#[derive(Clone, Copy)]
enum Load {
    Calls(Shape),
    /// As many oneway calls in flight, on one connection.
    Oneways(usize),
}

const LOADS: [(&str, Load); 3] = [
    ("64 connections", Load::Calls(MANY)),
    ("64 in flight on one", Load::Calls(PIPELINED)),
    ("64 oneway calls on one", Load::Oneways(64)),
];

/// A round's rates of the build before and of the one after.
type Round = [Rate; 2];

/// Servers, then clients; the other build is the one before.
pub fn versus(before: &Path) {
    let builds = [before.to_owned(), this_program()];
    servers(&builds);
    clients(&builds);
}

fn servers(builds: &[PathBuf; 2]) {
    let start =
        |build: &PathBuf| Framing::ALL.map(|framing| Server::start_of(build, OURS, framing.name()));
    let servers = builds.each_ref().map(start);
    table("Servers", |build, load, framing| {
        let server = &servers[build][framing as usize];
        let (address, id) = (server.address.to_string(), server.id().to_string());
        match load {
            Load::Calls(shape) => {
                let [connections, in_flight] = numbers(shape);
                measure(&["load", &address, &id, framing.name(), &connections, &in_flight])
            }
            Load::Oneways(count) => {
                measure(&["load-oneway", &address, &id, framing.name(), &count.to_string()])
            }
        }
    });
}

fn clients(builds: &[PathBuf; 2]) {
    let servers = Framing::ALL.map(|framing| Server::start("thrift", framing.name()));
    let sink = Server::start(SINK, "framed");
    table("Clients", |build, load, framing| {
        let build = &builds[build];
        match load {
            Load::Calls(shape) => {
                let address = servers[framing as usize].address.to_string();
                let [connections, in_flight] = numbers(shape);
                let shape = [&*connections, &*in_flight];
                measure_of(build, &[&["call", &address, OURS, framing.name()][..], &shape].concat())
            }
            Load::Oneways(count) => {
                let (address, count) = (sink.address.to_string(), count.to_string());
                measure_of(build, &["call-oneway", &address, framing.name(), &count])
            }
        }
    });
}

/// Measures both builds under every load, in turns, and prints the table.
fn table(title: &str, measure: impl Fn(usize, Load, Framing) -> Option<Rate>) {
    let loads = LOADS.into_iter();
    let mut rows: Vec<_> = loads
        .flat_map(|load| Framing::ALL.map(|framing| (load, framing, Vec::<Round>::new())))
        .collect();
    for round in 0..ROUNDS {
        for ((_, load), framing, rounds) in &mut rows {
            let measure = |build| measure(build, *load, *framing).expect("both builds can do this");
            // What comes first may find the machine in another state.
            rounds.push(match round % 2 {
                0 => [0, 1].map(measure),
                _ => {
                    let [after, before] = [1, 0].map(measure);
                    [before, after]
                }
            });
        }
    }
    println!("\n{title}: thousands of calls a second, and a core's microseconds for a call\n");
    println!("| | before | after | ratio | work before | after | ratio |");
    println!("| --- | --- | --- | --- | --- | --- | --- |");
    for ((name, _), framing, rounds) in &rows {
        let calls = figures(rounds, |rate| rate.calls_a_second / 1e3);
        let work = figures(rounds, |rate| rate.work_a_call / 1e3);
        println!("| {name}, {} | {calls} | {work} |", framing.name());
    }
}

/// The medians of both builds, and of the rounds' ratios with what half of them lie between.
fn figures(rounds: &[Round], figure: impl Fn(&Rate) -> f64) -> String {
    let [before, after] =
        [0, 1].map(|build| rounds.iter().map(|round| figure(&round[build])).collect());
    let mut ratios: Vec<f64> =
        rounds.iter().map(|[before, after]| figure(after) / figure(before)).collect();
    ratios.sort_by(f64::total_cmp);
    let [low, middle, high] = [1, 2, 3].map(|quarter| ratios[ratios.len() * quarter / 4]);
    let [before, after] = [before, after].map(|figures| median(figures).expect("rounds"));
    format!("{before:.2} | {after:.2} | {middle:.3} ({low:.3} to {high:.3})")
}
