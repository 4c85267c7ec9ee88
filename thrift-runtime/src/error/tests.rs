use std::sync::Arc;

use super::*;

/// What a report says that prints an error and all its sources.
fn report(error: &Error) -> Vec<String> {
    let mut lines = vec![error.to_string()];
    let mut next = error.source();
    while let Some(source) = next {
        lines.push(source.to_string());
        next = source.source();
    }
    lines
}

#[test]
fn a_report_says_every_cause_once() {
    #[derive(Debug)]
    struct Outer(io::Error);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("outer")
        }
    }

    impl StdError for Outer {
        fn source(&self) -> Option<&(dyn StdError + 'static)> {
            Some(&self.0)
        }
    }

    let refused = || Error::from(io::Error::new(io::ErrorKind::ConnectionRefused, "refused"));
    assert_eq!(report(&refused()), ["refused"]);
    let closed = Error::with_source(ErrorKind::Closed, "closed", Arc::new(refused()));
    assert_eq!(report(&closed), ["closed: refused"]);
    let outer = Outer(io::Error::new(io::ErrorKind::ConnectionRefused, "refused"));
    let twice = Error::with_source(ErrorKind::Closed, "closed", outer);
    assert_eq!(report(&twice), ["closed: outer", "refused"]);
}

#[test]
fn an_error_of_kind_application_has_an_exception() {
    let error = Error::new(ErrorKind::Application, "no");
    let exception = error.as_application().unwrap();
    assert_eq!((exception.kind(), exception.message()), (ApplicationErrorKind::UNKNOWN, "no"));
}

#[test]
fn an_error_that_a_stream_passes_on_comes_out_as_it_was() {
    let within = io::Error::other(Error::limit("too much"));
    let error = Error::from(within);
    assert!(error.is_limit());
    assert_eq!(report(&error), ["too much"]);
}
