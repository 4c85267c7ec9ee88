//! Which operations to run: the program's arguments.

/// The arguments, `WORKLOAD[:encode|:decode[:LIBRARY]]` each; without any, everything is run.
pub struct Filter(Vec<String>);

impl Filter {
    pub fn from_arguments() -> Self {
        Filter(std::env::args().skip(1).collect())
    }

    /// Whether anything of a workload is wanted.
    pub fn wants_workload(&self, workload: &str) -> bool {
        self.0.is_empty() || self.0.iter().any(|wanted| wanted.split(':').next() == Some(workload))
    }

    /// Whether an operation is wanted.
    pub fn wants(&self, workload: &str, direction: &str, library: &str) -> bool {
        let name = format!("{workload}:{direction}:{library}");
        let within = |wanted: &String| {
            name.strip_prefix(wanted.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        };
        self.0.is_empty() || self.0.iter().any(within)
    }
}
