//! When a key expires.

use clap::Args;
use jiff::{SignedDuration, Timestamp, civil::Date, tz::TimeZone};

/// Seconds of a day.
const DAY_SECONDS: i64 = 86_400;

/// When a key expires; never without any of these.
#[derive(Debug, Args)]
pub(super) struct Expiry {
    /// When it stops to be accepted: a time (2027-03-01T12:00:00Z), or a date, which means its first moment in UTC [default: never]
    #[arg(long, value_name = "TIME", value_parser = moment, conflicts_with = "days")]
    expires: Option<Timestamp>,
    /// For how many days it is accepted, from now
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    days: Option<u32>,
}

impl Expiry {
    /// The time as the contract has it, to the second.
    pub(super) fn time(&self) -> anyhow::Result<Option<prost_types::Timestamp>> {
        let time = match (self.expires, self.days) {
            (Some(time), _) => time,
            (None, Some(days)) => {
                now().checked_add(SignedDuration::from_secs(i64::from(days) * DAY_SECONDS))?
            }
            (None, None) => return Ok(None),
        };
        Ok(Some(prost_types::Timestamp { seconds: time.as_second(), nanos: 0 }))
    }
}

#[expect(clippy::disallowed_methods, reason = "days are counted from the moment of the command")]
fn now() -> Timestamp {
    Timestamp::now()
}

/// A time with its offset, or the first moment of a date.
pub(super) fn moment(text: &str) -> Result<Timestamp, String> {
    let date = || TimeZone::UTC.to_timestamp(text.parse::<Date>().ok()?.at(0, 0, 0, 0)).ok();
    // A date is also the beginning of times without an offset, which could be meant in any.
    let is_date = text.len() == "2027-03-01".len();
    let moment = text.parse().ok().or_else(|| is_date.then(date).flatten());
    moment.ok_or_else(|| {
        "give a time with its offset, as 2027-03-01T12:00:00Z, or a date, as 2027-03-01".to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_its_first_moment_and_a_time_needs_its_offset() {
        let at = |text| moment(text).map(|time| time.to_string());
        assert_eq!(at("2027-03-01"), Ok("2027-03-01T00:00:00Z".to_owned()));
        assert_eq!(at("2027-03-01T12:00:00+01:00"), Ok("2027-03-01T11:00:00Z".to_owned()));
        for bad in ["2027-03-01T12:00:00", "2027-13-01", "1 March 2027", "2027", ""] {
            assert!(moment(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn days_are_counted_from_now() {
        let before = now().as_second();
        let time = Expiry { expires: None, days: Some(2) }.time().unwrap().unwrap();
        assert!((before + 2 * DAY_SECONDS..=now().as_second() + 2 * DAY_SECONDS).contains(&time.seconds));
        assert_eq!(Expiry { expires: None, days: None }.time().unwrap(), None);
    }
}
