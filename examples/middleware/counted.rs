//! A layer that counts calls by what became of them.

use std::{
    collections::BTreeMap,
    fmt::{self, Display, Formatter},
    sync::{Arc, Mutex, PoisonError},
};

use thrift_runtime::{Call, Processed, Processor, Protocol};

#[derive(Clone, Default)]
pub(crate) struct Counts(Arc<Mutex<BTreeMap<String, u64>>>);

impl Display for Counts {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Around any processor, of any service.
pub(crate) struct Counted<T> {
    pub(crate) inner: T,
    pub(crate) counts: Counts,
}

impl<T: Processor> Processor for Counted<T> {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        let processed = self.inner.process(call.reborrow()).await;
        let outcome = call.outcome().to_string();
        let mut counts = self.counts.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry(outcome).or_default() += 1;
        processed
    }
}
