//! Converts the reasons for which calls are refused to statuses.

use std::convert::Infallible;

use tenseven_api::Violations;
use tonic::Status;

/// Something that refuses a call.
pub(crate) trait Refusal: Sized {
    /// The refusal.
    fn refuse(self) -> Refused;

    /// The refusal as the client receives it.
    fn into_status(self) -> Status {
        self.refuse().into()
    }
}

/// A call that is refused: for fields of its request, or for something else.
pub(crate) enum Refused {
    /// For fields, each with its path.
    Fields(Violations),
    /// For something else.
    Status(Box<Status>),
}

impl Refused {
    /// The same, where the fields are those of the message at `path` in the request.
    pub(crate) fn within(self, path: Option<&str>) -> Self {
        match (self, path) {
            (Self::Fields(Violations(mut violations)), Some(path)) => {
                for violation in &mut violations {
                    violation.path = format!("{path}.{}", violation.path);
                }
                Self::Fields(Violations(violations))
            }
            (refused, _) => refused,
        }
    }

    /// The same, where the fields are those of the request itself: [`Refused::within`] leaves their paths.
    pub(crate) fn outside_of_selection(self) -> Self {
        Self::Status(Box::new(self.into()))
    }
}

/// A result whose error refuses the call.
pub(crate) trait OrRefuse<T> {
    /// The result with its refusal as the client receives it.
    fn or_refuse(self) -> Result<T, Status>;
}

impl<T, R: Refusal> OrRefuse<T> for Result<T, R> {
    fn or_refuse(self) -> Result<T, Status> {
        self.map_err(Refusal::into_status)
    }
}

impl Refusal for Refused {
    fn refuse(self) -> Refused {
        self
    }
}

impl Refusal for Status {
    fn refuse(self) -> Refused {
        Refused::Status(Box::new(self))
    }
}

impl Refusal for Infallible {
    fn refuse(self) -> Refused {
        match self {}
    }
}

impl<R: Refusal> Refusal for Box<R> {
    fn refuse(self) -> Refused {
        (*self).refuse()
    }
}

/// Refuses by an error whose variants are refusals themselves.
macro_rules! refused_by {
    ($error:ident { $($variant:ident),+ }) => {
        impl Refusal for $error {
            fn refuse(self) -> Refused {
                match self {
                    $(Self::$variant(refusal) => refusal.refuse(),)+
                }
            }
        }
    };
}
pub(super) use refused_by;
