//! Withdrawing: how withdrawals are submitted.

use tenseven_model::{AreaCode, IndicatorId, SubmissionId, Withdrawal};
use tenseven_state::{
    Receipt,
    observations::{
        WithdrawObservations, WithdrawalFault, WithdrawalPreview, WithdrawalReceipt, withdrawal_faults,
        withdrawal_name_faults,
    },
};

use crate::{Observatory, WithdrawError};

impl Observatory {
    /// Withdraws observations, all or none. Answers once the withdrawals are flushed and scored.
    pub async fn withdraw(
        &self,
        id: SubmissionId,
        withdrawals: Vec<Withdrawal>,
    ) -> Result<WithdrawalReceipt, WithdrawError> {
        let receipt = self.write(id, WithdrawObservations { withdrawals }).await?;
        let Receipt { revision, accepted_at, new: _, revised, unchanged: _ } = receipt;
        Ok(WithdrawalReceipt { revision, accepted_at, withdrawn: revised })
    }

    /// What [`Self::withdraw`] would answer now. Stores nothing.
    pub fn preview_withdrawal(
        &self,
        id: SubmissionId,
        withdrawals: Vec<Withdrawal>,
    ) -> Result<WithdrawalPreview, WithdrawError> {
        let state = self.newest();
        let outcome = self.preview_of(&state, id, WithdrawObservations { withdrawals })?;
        Ok(WithdrawalPreview { revision: state.revision(), withdrawn: outcome.revised })
    }

    /// Everything that would be refused of these withdrawals now; `count` is the size of the whole batch, of which some
    /// may be left out.
    pub fn withdrawal_faults<'a>(
        &self,
        count: usize,
        withdrawals: impl IntoIterator<Item = (usize, &'a Withdrawal)>,
    ) -> Vec<WithdrawalFault> {
        withdrawal_faults(&self.newest(), &self.shared.rules(), count, withdrawals)
    }

    /// What is wrong with the names of a withdrawal that could not be read whole.
    pub fn withdrawal_name_faults(
        &self,
        index: usize,
        indicator: Option<&IndicatorId>,
        area: Option<&AreaCode>,
    ) -> Vec<WithdrawalFault> {
        withdrawal_name_faults(&self.newest(), &self.shared.world, index, (indicator, area))
    }
}
