//! The tables, in Markdown.

use crate::{
    MANY, PIPELINED, Shape,
    process::{Rate, Server, measure},
    servers,
    wire::Framing,
};

/// What everything is a ratio to.
pub const RAW: &str = "raw tokio";
pub const OURS: &str = "thrift-runtime";
const ROUNDS: usize = 15;

const COLUMNS: [(Shape, Framing); 4] = [
    (MANY, Framing::Framed),
    (MANY, Framing::Unframed),
    (PIPELINED, Framing::Framed),
    (PIPELINED, Framing::Unframed),
];

const HEAD: &str = "\
| | 64 connections, framed | unframed | 64 in flight on one, framed | unframed |
| --- | --- | --- | --- | --- |";

/// What one library did in one column, a round each.
type Cell = Vec<Option<Rate>>;

/// Servers under the load of raw sockets.
pub fn servers(wanted: &[&str]) {
    let libraries = libraries(wanted, &servers::PEERS);
    let processes: Vec<[Server; 2]> = libraries
        .iter()
        .map(|library| Framing::ALL.map(|framing| Server::start(library, framing.name())))
        .collect();
    let cells = rounds(libraries.len(), |library, (shape, framing)| {
        let server = &processes[library][framing as usize];
        let peer = if libraries[library] == "tonic" { "grpc" } else { framing.name() };
        let (address, id) = (server.address.to_string(), server.id().to_string());
        let [connections, in_flight] = numbers(shape);
        measure(&["load", &address, &id, peer, &connections, &in_flight])
    });
    print("Servers", &libraries, &cells);
}

/// Clients of a server of raw sockets.
pub fn clients(wanted: &[&str]) {
    let libraries = libraries(wanted, &crate::clients::PEERS);
    let thrift = Framing::ALL.map(|framing| Server::start("thrift", framing.name()));
    let grpc = Server::start("grpc", "framed");
    let cells = rounds(libraries.len(), |library, (shape, framing)| {
        let library = libraries[library];
        let server = if library == "tonic" { &grpc } else { &thrift[framing as usize] };
        let address = server.address.to_string();
        let [connections, in_flight] = numbers(shape);
        measure(&["call", &address, library, framing.name(), &connections, &in_flight])
    });
    print("Clients", &libraries, &cells);
}

fn libraries<'a>(wanted: &[&'a str], peers: &[&'a str]) -> Vec<&'a str> {
    let all = [&[RAW, OURS], peers].concat();
    let is_wanted =
        |library: &&str| wanted.is_empty() || *library == RAW || wanted.contains(library);
    all.into_iter().filter(is_wanted).collect()
}

pub fn numbers(shape: Shape) -> [String; 2] {
    [shape.connections.to_string(), shape.in_flight.to_string()]
}

/// Measures every library in every column, in turns.
fn rounds(
    libraries: usize,
    mut measure: impl FnMut(usize, (Shape, Framing)) -> Option<Rate>,
) -> Vec<[Cell; 4]> {
    let mut cells = vec![[const { Cell::new() }; 4]; libraries];
    for _ in 0..ROUNDS {
        for (column, conditions) in COLUMNS.into_iter().enumerate() {
            for (library, cells) in cells.iter_mut().enumerate() {
                cells[column].push(measure(library, conditions));
            }
        }
    }
    cells
}

fn print(title: &str, libraries: &[&str], cells: &[[Cell; 4]]) {
    println!("\n{title}: calls a second, as a ratio to raw tokio\n\n{HEAD}");
    rows(libraries, cells, |rate, raw| rate.calls_a_second / raw.calls_a_second, 2);
    println!("\n{title}: a core's work for a call, as a ratio to raw tokio\n\n{HEAD}");
    rows(libraries, cells, |rate, raw| rate.work_a_call / raw.work_a_call, 2);
    println!("\n{title}: calls a second, in thousands\n\n{HEAD}");
    rows(libraries, cells, |rate, _| rate.calls_a_second / 1e3, 0);
}

fn rows(
    libraries: &[&str],
    cells: &[[Cell; 4]],
    figure: impl Fn(&Rate, &Rate) -> f64,
    digits: usize,
) {
    for (library, row) in libraries.iter().zip(cells) {
        print!("| {library} |");
        for (cell, raw) in row.iter().zip(&cells[0]) {
            let rounds = cell.iter().zip(raw);
            let figures = rounds.filter_map(|(rate, raw)| Some(figure(&(*rate)?, &(*raw)?)));
            match median(figures.collect()) {
                Some(median) => print!(" {median:.digits$} |"),
                None => print!(" - |"),
            }
        }
        println!();
    }
}

pub fn median(mut figures: Vec<f64>) -> Option<f64> {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied()
}
