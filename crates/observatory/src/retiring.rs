//! Retiring: how the retirement of a version of a framework is submitted.

use tenseven_model::event::FrameworkRetirement;
use tenseven_state::{
    Receipt,
    frameworks::{RetireFramework, RetirementReceipt},
};

use crate::{Attributed, Observatory, RetireFrameworkError};

impl Observatory {
    /// Retires a version of a framework. Answers once that is flushed; where another version is the newest then, once everything is
    /// scored by that.
    pub async fn retire_framework(
        &self,
        by: impl Into<Attributed>,
        retirement: FrameworkRetirement,
    ) -> Result<RetirementReceipt, RetireFrameworkError> {
        let framework = retirement.framework();
        let Receipt { revision, accepted_at, .. } =
            self.write(by.into(), RetireFramework { retirement }).await?;
        Ok(RetirementReceipt { framework, revision, accepted_at: Some(accepted_at) })
    }

    /// What [`Self::retire_framework`] would answer now. Stores nothing.
    pub fn preview_retirement(
        &self,
        by: impl Into<Attributed>,
        retirement: FrameworkRetirement,
    ) -> Result<RetirementReceipt, RetireFrameworkError> {
        let (state, framework) = (self.newest(), retirement.framework());
        self.preview_of(&state, &by.into(), RetireFramework { retirement })?;
        Ok(RetirementReceipt { framework, revision: state.revision(), accepted_at: None })
    }
}
