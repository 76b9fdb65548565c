//! The one error type: what a failure tells the user.

/// An error in the server's terms. Messages follow PostgreSQL's style guide: a lower-case primary message of one
/// line without a full stop, sentences in DETAIL and HINT.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// Five-character SQLSTATE.
    pub code: &'static str,
    pub message: String,
    pub detail: Option<String>,
    pub hint: Option<String>,
}

/// SQLSTATEs used by the library.
pub mod code {
    pub const FEATURE_NOT_SUPPORTED: &str = "0A000";
    pub const NOT_NULL_VIOLATION: &str = "23502";
    pub const UNIQUE_VIOLATION: &str = "23505";
    pub const SERIALIZATION_FAILURE: &str = "40001";
    pub const INSUFFICIENT_PRIVILEGE: &str = "42501";
    pub const SYNTAX_ERROR: &str = "42601";
    pub const UNDEFINED_OBJECT: &str = "42704";
    pub const WRONG_OBJECT_TYPE: &str = "42809";
    pub const QUERY_CANCELED: &str = "57014";
    pub const PROGRAM_LIMIT_EXCEEDED: &str = "54000";
    pub const STATEMENT_TOO_COMPLEX: &str = "54001";
    pub const NOT_IN_PREREQUISITE_STATE: &str = "55000";
    pub const INVALID_PARAMETER: &str = "22023";
    pub const TRIGGER_PROTOCOL: &str = "39P01";
    pub const EVENT_TRIGGER_PROTOCOL: &str = "39P03";
    pub const INTERNAL: &str = "XX000";
}

pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub fn new(code: &'static str, message: impl Into<String>) -> Self {
        Error {
            code,
            message: message.into(),
            detail: None,
            hint: None,
        }
    }

    /// A condition the code rules out; seeing it is a defect.
    pub fn internal(message: impl Into<String>) -> Self {
        Error::new(code::INTERNAL, message)
    }

    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}
