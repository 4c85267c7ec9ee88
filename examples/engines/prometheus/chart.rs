//! The latencies on Prometheus's page, as a picture.

use std::{collections::BTreeMap, error::Error};

use plotters::prelude::*;

/// Of each method, how many calls took at most so many seconds.
type Latencies = BTreeMap<String, Vec<(f64, f64)>>;

/// An SVG of how many calls of each method took at most how long, by the metric of that name on a page.
pub(crate) fn draw(page: &str, metric: &str) -> Result<String, Box<dyn Error + Send + Sync>> {
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, (800, 480)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(metric, ("sans-serif", 20))
        .margin(20)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d((0.0001..10.0).log_scale(), 0.0..100.0)?;
    chart.configure_mesh().x_desc("seconds").y_desc("% of calls take at most").draw()?;
    for (index, (method, counts)) in latencies(page, metric).into_iter().enumerate() {
        let color = Palette99::pick(index).mix(1.0);
        let all = counts.last().map_or(1.0, |(_, count)| count.max(1.0));
        let points = counts.into_iter().map(|(seconds, count)| (seconds, 100.0 * count / all));
        chart
            .draw_series(LineSeries::new(points, color.stroke_width(2)).point_size(3))?
            .label(method)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 20, y)], color));
    }
    chart.configure_series_labels().border_style(BLACK).draw()?;
    area.present()?;
    drop((chart, area));
    Ok(svg)
}

/// The buckets of a metric, which is there once for each way in which calls end.
fn latencies(page: &str, metric: &str) -> Latencies {
    let bucket = format!("{metric}_bucket{{");
    let mut sums = BTreeMap::<String, Vec<(f64, f64)>>::new();
    for (labels, count) in
        page.lines().filter_map(|line| line.strip_prefix(&bucket)?.split_once('}'))
    {
        let label = |name| labels.split_once(name)?.1.strip_prefix("=\"")?.split('"').next();
        let Some((method, limit)) = label("rpc_method").zip(label("le")) else { continue };
        let Some((limit, count)) = limit.parse().ok().zip(count.trim().parse::<f64>().ok()) else {
            continue;
        };
        let counts = sums.entry(method.to_owned()).or_default();
        match counts.iter_mut().find(|(seconds, _)| *seconds == limit) {
            Some((_, sum)) => *sum += count,
            None => counts.push((limit, count)),
        }
    }
    // All that there are, in the bucket without a limit, stand at the end of the picture.
    for (seconds, _) in sums.values_mut().flatten() {
        *seconds = seconds.min(10.0);
    }
    sums
}
