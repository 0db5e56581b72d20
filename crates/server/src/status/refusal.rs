//! What refuses a call says so by a status.

use tonic::Status;

/// Something that refuses a call.
pub(crate) trait Refusal {
    /// The refusal as the client sees it.
    fn into_status(self) -> Status;
}

/// A result whose error refuses the call.
pub(crate) trait OrRefuse<T> {
    /// The result with its refusal as the client sees it.
    fn or_refuse(self) -> Result<T, Status>;
}

impl<T, R: Refusal> OrRefuse<T> for Result<T, R> {
    fn or_refuse(self) -> Result<T, Status> {
        self.map_err(Refusal::into_status)
    }
}

impl<R: Refusal> Refusal for Box<R> {
    fn into_status(self) -> Status {
        (*self).into_status()
    }
}

/// Refuses by an error whose variants are refusals themselves.
macro_rules! refused_by {
    ($error:ident { $($variant:ident),+ }) => {
        impl Refusal for $error {
            fn into_status(self) -> Status {
                match self {
                    $(Self::$variant(refusal) => refusal.into_status(),)+
                }
            }
        }
    };
}
pub(super) use refused_by;
