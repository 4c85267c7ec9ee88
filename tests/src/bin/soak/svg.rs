//! A drawing of all rounds.

use std::fmt::Write as _;

use crate::figures::Figures;

const WIDTH: u64 = 720;
const HEIGHT: u64 = 120;
const LEFT: u64 = 20;

/// How a figure is called, and what it is, if that is known.
type Part = (&'static str, fn(&Figures) -> Option<u64>);

const PARTS: [Part; 6] = [
    ("memory, KiB", |figures| figures.memory),
    ("descriptors", |figures| figures.descriptors),
    ("tasks", |figures| Some(figures.tasks)),
    ("calls so far", |figures| Some(figures.calls)),
    ("hostile streams so far", |figures| Some(figures.streams)),
    ("wrong answers so far", |figures| Some(figures.wrong)),
];

/// Each figure over the rounds, from zero up to its most.
pub(crate) fn draw(figures: &[Figures]) -> String {
    let height = PARTS.len() as u64 * (HEIGHT + 40) + 20;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n",
        WIDTH + 2 * LEFT
    );
    for (at, (name, of)) in PARTS.into_iter().enumerate() {
        let top = at as u64 * (HEIGHT + 40) + 30;
        let known: Option<Vec<u64>> = figures.iter().map(of).collect();
        let said = match &known {
            Some(known) => format!(
                "at most {}, {} in the end",
                known.iter().max().copied().unwrap_or_default(),
                known.last().copied().unwrap_or_default()
            ),
            None => "not known here, and not checked".to_owned(),
        };
        let known = known.unwrap_or_default();
        let most = known.iter().max().copied().unwrap_or_default().max(1);
        let points: String =
            known.iter().enumerate().fold(String::new(), |mut points, (at, of_round)| {
                let x = LEFT + WIDTH * at as u64 / (known.len() as u64 - 1).max(1);
                let y = top + HEIGHT - HEIGHT * of_round / most;
                let _ = write!(points, "{x},{y} ");
                points
            });
        let _ = writeln!(
            svg,
            "<text x=\"{LEFT}\" y=\"{}\">{name}: {said}</text>\n\
             <rect x=\"{LEFT}\" y=\"{top}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"none\" \
             stroke=\"silver\"/>\n<polyline points=\"{points}\" fill=\"none\" stroke=\"black\"/>",
            top - 6
        );
    }
    svg + "</svg>\n"
}
