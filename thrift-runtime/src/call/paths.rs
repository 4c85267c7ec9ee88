//! Several services on one port, told apart by the paths of URLs.

use std::{collections::HashMap, fmt};

use super::{BoxProcessor, Call, Processed, Processor};
use crate::{error::escaped_name, protocol::Protocol};

/// What a path ends with that stands for all below it.
const BELOW: &str = "/*";

/// A processor of several services, each at a path of its own over HTTP.
///
/// ```
/// use thrift_runtime::{Paths, Processor};
///
/// fn both(users: impl Processor, notes: impl Processor) -> Paths {
///     Paths::new().at("/edam/user", users).at("/edam/note/*", notes)
/// }
/// ```
///
/// A path that ends with `/*` stands for everything below it, and for itself without the `/*`. The
/// longest one that fits is taken, and one that fits exactly before all others. What follows a
/// question mark in a URL does not matter, nor the host. Handlers find the path in
/// [`Context::path`](crate::Context::path).
///
/// HTTP requests for other paths get the status 404, also where middleware is around this processor. Only a
/// oneway call is then answered with 200, before middleware has seen it. Peers of the same port that do not
/// speak HTTP name no path: their calls go to the [default service](Paths::default_service), if there is one,
/// and are refused otherwise. That may be a [`Multiplexed`](crate::Multiplexed) processor.
#[derive(Clone, Default)]
#[must_use = "a processor does nothing until it is passed to a server"]
pub struct Paths {
    services: HashMap<Box<str>, BoxProcessor>,
    default: Option<BoxProcessor>,
    /// The length of the longest path.
    longest: usize,
    /// Whether one of them needs whole calls.
    cautious: bool,
}

impl Paths {
    /// A processor without services, to which they are added.
    pub fn new() -> Self {
        Paths::default()
    }

    /// Adds the service at a path. If the path is taken, it replaces the earlier one.
    pub fn at(mut self, path: impl Into<String>, processor: impl Processor) -> Self {
        let path = path.into();
        self.cautious |= !processor.speculates();
        self.longest = self.longest.max(path.len());
        self.services.insert(path.into(), BoxProcessor::new(processor));
        self
    }

    /// Sets the service for calls from peers that do not speak HTTP, and so name no path.
    pub fn default_service(mut self, processor: impl Processor) -> Self {
        self.cautious |= !processor.speculates();
        self.default = Some(BoxProcessor::new(processor));
        self
    }

    /// The service at a path.
    fn find(&self, path: &str) -> Option<&BoxProcessor> {
        if let Some(exact) = self.services.get(path) {
            return Some(exact);
        }
        let ends = path.rmatch_indices('/').map(|(at, _)| at);
        // The caller chooses the path and the number of its parts: look only at those that can fit.
        let fitting = |end: &usize| end + BELOW.len() <= self.longest;
        [path.len()].into_iter().chain(ends).filter(fitting).find_map(|end| {
            let below = [path.get(..end)?, BELOW].concat();
            self.services.get(&*below)
        })
    }
}

impl Processor for Paths {
    async fn process<P: Protocol>(&self, call: Call<'_, P>) -> Processed {
        let service = match call.path() {
            Some(path) => self.find(path),
            None => self.default.as_ref(),
        };
        match service {
            Some(service) => service.process(call).await,
            None => refuse(call),
        }
    }

    fn speculates(&self) -> bool {
        !self.cautious
    }

    fn takes_path(&self, path: &str) -> bool {
        self.find(path).is_some_and(|service| service.takes_path(path))
    }
}

#[cold]
fn refuse<P: Protocol>(call: Call<'_, P>) -> Processed {
    let text = match call.path() {
        Some(path) => format!("there is no service at {}", escaped_name(path)),
        None => {
            let method = escaped_name(call.method());
            format!("{method} was called without a path, and there is no default service")
        }
    };
    call.no_such_path(text)
}

impl fmt::Debug for Paths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Paths")
            .field("services", &self.services.keys().collect::<Vec<_>>())
            .field("default", &self.default.is_some())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Multiplexed;

    #[test]
    fn the_longest_path_that_fits_is_taken() {
        let names = ["/a", "/a/b/*", "/a/*", "/c/*", "/c/d"];
        let paths =
            names.iter().fold(Paths::new(), |paths, name| paths.at(*name, Multiplexed::new()));
        for (path, expected) in [
            ("/a", Some("/a")),
            ("/a/", Some("/a/*")),
            ("/a/x/y", Some("/a/*")),
            ("/a/b", Some("/a/b/*")),
            ("/a/b/c", Some("/a/b/*")),
            ("/a/bc", Some("/a/*")),
            ("/c", Some("/c/*")),
            ("/c/d", Some("/c/d")),
            ("/c/de", Some("/c/*")),
            ("/", None),
            ("", None),
            ("/b", None),
            ("*", None),
        ] {
            let found = paths.find(path).map(std::ptr::from_ref);
            assert_eq!(found, expected.map(|name| &raw const paths.services[name]), "{path}");
        }
        let all = paths.at("/*", Multiplexed::new());
        assert!(all.find("/b").is_some() && all.find("/").is_some());
    }

    #[test]
    #[cfg_attr(miri, ignore = "a time means nothing there")]
    fn a_long_path_of_many_parts_costs_little() {
        let paths = Paths::new().at("/a/*", Multiplexed::new());
        let begun = std::time::Instant::now();
        assert!(paths.find(&"/".repeat(1 << 17)).is_none());
        assert!(paths.find(&format!("/a{}", "/".repeat(1 << 17))).is_some());
        assert!(begun.elapsed() < std::time::Duration::from_secs(2), "{:?}", begun.elapsed());
    }
}
