//! Why a stage could not work on a stream or on tables.

/// Why a stage could not work on a stream.
#[derive(Debug, thiserror::Error)]
pub enum ExecError {
    /// What came in is not what the stage takes.
    #[error("stage `{stage}`: {problem}, expected {expected}")]
    Input {
        /// The stage.
        stage: &'static str,
        /// What is wrong.
        problem: String,
        /// What should have come.
        expected: String,
    },
    /// A batch could not be worked on.
    #[error("stage `{stage}`: batch {batch} cannot be worked on")]
    Batch {
        /// The stage.
        stage: &'static str,
        /// Number of the batch, from 0.
        batch: usize,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file cannot be read or written.
    #[error("stage `{stage}`: `{}`", path.display())]
    Disk {
        /// The stage.
        stage: &'static str,
        /// Where.
        path: std::path::PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Nobody takes the results any more.
    #[error("stage `{stage}`: the stream of results was closed")]
    Closed {
        /// The stage.
        stage: &'static str,
        /// Why.
        #[source]
        source: arrow::error::ArrowError,
    },
}
