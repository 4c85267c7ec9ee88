//! A recorder that keeps every value.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use metrics::{
    Counter, CounterFn, Gauge, GaugeFn, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder,
    SharedString, Unit,
};

/// Of each metric, by name and labels, the values it had, the last one last.
type Values = BTreeMap<String, Vec<f64>>;

#[derive(Debug, Clone, Default)]
pub(crate) struct Recorded {
    values: Arc<Mutex<Values>>,
    units: Arc<Mutex<BTreeMap<String, Option<Unit>>>>,
}

impl Recorded {
    /// Records what this thread measures, for as long as the test runs.
    pub(crate) fn record() -> (Self, metrics::LocalRecorderGuard<'static>) {
        let recorded = Recorded::default();
        let leaked: &'static Recorded = Box::leak(Box::new(recorded.clone()));
        (recorded, metrics::set_default_local_recorder(leaked))
    }

    /// The values of a metric with just these labels, which are in order.
    pub(crate) fn values(&self, name: &str, labels: &[(&str, &str)]) -> Vec<f64> {
        let labels = labels.iter().map(|(name, value)| format!("{name}={value}"));
        let key = text(name, labels.collect());
        self.values.lock().unwrap().get(&key).cloned().unwrap_or_default()
    }

    /// The names and labels of all metrics.
    pub(crate) fn keys(&self) -> Vec<String> {
        self.values.lock().unwrap().keys().cloned().collect()
    }

    pub(crate) fn unit(&self, name: &str) -> Option<Unit> {
        self.units.lock().unwrap().get(name).cloned().flatten()
    }

    fn slot(&self, key: &Key) -> Arc<Slot> {
        let labels = key.labels().map(|label| format!("{}={}", label.key(), label.value()));
        let key = text(key.name(), labels.collect());
        Arc::new(Slot { key, values: Arc::clone(&self.values) })
    }

    fn describe(&self, key: KeyName, unit: Option<Unit>) {
        self.units.lock().unwrap().insert(key.as_str().to_owned(), unit);
    }
}

fn text(name: &str, labels: Vec<String>) -> String {
    format!("{name} {}", labels.join(" "))
}

struct Slot {
    key: String,
    values: Arc<Mutex<Values>>,
}

impl Slot {
    fn next(&self, next: impl FnOnce(f64) -> f64) {
        let mut values = self.values.lock().unwrap();
        let values = values.entry(self.key.clone()).or_default();
        values.push(next(values.last().copied().unwrap_or_default()));
    }
}

impl CounterFn for Slot {
    fn increment(&self, value: u64) {
        self.next(|last| last + value as f64);
    }

    fn absolute(&self, value: u64) {
        self.next(|_| value as f64);
    }
}

impl GaugeFn for Slot {
    fn increment(&self, value: f64) {
        self.next(|last| last + value);
    }

    fn decrement(&self, value: f64) {
        self.next(|last| last - value);
    }

    fn set(&self, value: f64) {
        self.next(|_| value);
    }
}

impl HistogramFn for Slot {
    fn record(&self, value: f64) {
        self.next(|_| value);
    }
}

impl Recorder for Recorded {
    fn describe_counter(&self, key: KeyName, unit: Option<Unit>, _text: SharedString) {
        self.describe(key, unit);
    }

    fn describe_gauge(&self, key: KeyName, unit: Option<Unit>, _text: SharedString) {
        self.describe(key, unit);
    }

    fn describe_histogram(&self, key: KeyName, unit: Option<Unit>, _text: SharedString) {
        self.describe(key, unit);
    }

    fn register_counter(&self, key: &Key, _metadata: &Metadata<'_>) -> Counter {
        Counter::from_arc(self.slot(key))
    }

    fn register_gauge(&self, key: &Key, _metadata: &Metadata<'_>) -> Gauge {
        Gauge::from_arc(self.slot(key))
    }

    fn register_histogram(&self, key: &Key, _metadata: &Metadata<'_>) -> Histogram {
        Histogram::from_arc(self.slot(key))
    }
}
