//! How a server is.

use std::fmt;

/// How a server is, as fb303 has it. Its numbers are those of `fb_status`:
///
/// ```
/// use thrift_runtime::HealthStatus;
///
/// // Of the type that `thrift!` generates: FbStatus(i32::from(status))
/// assert_eq!(i32::from(HealthStatus::Stopping), 3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum HealthStatus {
    /// It does not work.
    Dead = 0,
    /// It does not work yet.
    Starting = 1,
    /// It works.
    #[default]
    Alive = 2,
    /// It works, and soon will not: callers had better go elsewhere.
    Stopping = 3,
    /// It works no more.
    Stopped = 4,
    /// It works, but somebody should look.
    Warning = 5,
}

impl From<HealthStatus> for i32 {
    fn from(status: HealthStatus) -> Self {
        status as i32
    }
}

impl fmt::Display for HealthStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            HealthStatus::Dead => "DEAD",
            HealthStatus::Starting => "STARTING",
            HealthStatus::Alive => "ALIVE",
            HealthStatus::Stopping => "STOPPING",
            HealthStatus::Stopped => "STOPPED",
            HealthStatus::Warning => "WARNING",
        })
    }
}
