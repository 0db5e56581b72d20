//! From the record of a batch of format 1 to its observations.

use std::str::FromStr;

use tenseven_model::{
    AreaCode, Evidence, IdError, IndicatorId, LevelCode, MissingReason, Number, Observation, ObservationKey,
    ObservationStatus, Period, Ratio, SourceId, Value, observation::Notes,
};

use super::{
    DecodeError,
    decode_error::ObservationFault,
    wire::{self, observation_record::Value as Written},
};
use crate::Versioned;

/// The observations of a batch, in order.
pub(super) fn observations(batch: wire::ObservationBatch) -> Result<Vec<Versioned>, DecodeError> {
    let wire::ObservationBatch { indicators, areas, sources, periods, levels, texts, observations } = batch;
    let dictionaries = Dictionaries {
        indicators: ids("indicators", &indicators)?,
        areas: areas.iter().map(|text| text.parse()).collect::<Result<_, _>>()?,
        sources: ids("sources", &sources)?,
        periods: periods.iter().map(|text| text.parse()).collect::<Result<_, _>>()?,
        levels: ids("levels", &levels)?,
        texts,
    };
    let observation = |(place, record)| {
        let observation = dictionaries.observation(record);
        observation
            .map(|observation| Versioned::observed(observation, None))
            .map_err(|source| DecodeError::Observation { place, source })
    };
    observations.into_iter().enumerate().map(observation).collect()
}

fn ids<T: FromStr<Err = IdError>>(dictionary: &'static str, texts: &[String]) -> Result<Vec<T>, DecodeError> {
    let id = |text: &String| text.parse().map_err(|source| DecodeError::Id { dictionary, source });
    texts.iter().map(id).collect()
}

/// The dictionaries of one batch while it is read.
struct Dictionaries {
    indicators: Vec<IndicatorId>,
    areas: Vec<AreaCode>,
    sources: Vec<SourceId>,
    periods: Vec<Period>,
    levels: Vec<LevelCode>,
    texts: Vec<String>,
}

impl Dictionaries {
    fn observation(&self, record: wire::ObservationRecord) -> Result<Observation, ObservationFault> {
        let wire::ObservationRecord {
            indicator,
            area,
            source,
            period,
            status,
            value,
            comment,
            method,
            evidence,
        } = record;
        let key = ObservationKey {
            indicator: at("indicators", &self.indicators, indicator)?.clone(),
            area: at("areas", &self.areas, area)?.clone(),
            source: at("sources", &self.sources, source)?.clone(),
            period: *at("periods", &self.periods, period)?,
        };
        let notes = Notes {
            comment: self.text(comment)?,
            method: self.text(method)?,
            evidence: evidence.into_iter().map(|record| self.evidence(record)).collect::<Result<_, _>>()?,
        };
        let value = self.value(value.ok_or(ObservationFault::NoValue)?)?;
        Ok(Observation::new(key, value, Some(status_of(status)?), notes)?)
    }

    fn value(&self, value: Written) -> Result<Value, ObservationFault> {
        Ok(match value {
            Written::Number(bits) => Value::Number(Number::try_from(f64::from_bits(bits))?),
            Written::Flag(flag) => Value::Flag(flag),
            Written::Level(place) => Value::Level(at("levels", &self.levels, place)?.clone()),
            Written::Ratio(wire::RatioRecord { numerator, denominator }) => {
                Value::Ratio(Ratio::new(f64::from_bits(numerator), f64::from_bits(denominator))?)
            }
            Written::Missing(reason) => Value::Missing(reason_of(reason)?),
        })
    }

    fn evidence(&self, record: wire::EvidenceRecord) -> Result<Evidence, ObservationFault> {
        let wire::EvidenceRecord { citation, url, quote } = record;
        Ok(Evidence::new(self.text(citation)?, self.text(url)?, self.text(quote)?)?)
    }

    /// The text at a place counted from 1; 0 is no text.
    fn text(&self, place: u32) -> Result<String, ObservationFault> {
        place.checked_sub(1).map_or(Ok(String::new()), |place| at("texts", &self.texts, place).cloned())
    }
}

fn at<'a, T>(dictionary: &'static str, values: &'a [T], place: u32) -> Result<&'a T, ObservationFault> {
    let value = usize::try_from(place).ok().and_then(|place| values.get(place));
    value.ok_or(ObservationFault::Place { dictionary, place, length: values.len() })
}

fn status_of(letter: u32) -> Result<ObservationStatus, ObservationFault> {
    let code = char::from_u32(letter).unwrap_or(char::REPLACEMENT_CHARACTER);
    Ok(code.encode_utf8(&mut [0; 4]).parse()?)
}

fn reason_of(number: i32) -> Result<MissingReason, ObservationFault> {
    use wire::MissingReasonRecord as Reason;
    match Reason::try_from(number) {
        Ok(Reason::NotApplicable) => Ok(MissingReason::NotApplicable),
        Ok(Reason::NotCollected) => Ok(MissingReason::NotCollected),
        Ok(Reason::Confidential) => Ok(MissingReason::Confidential),
        Ok(Reason::NotAvailable) => Ok(MissingReason::NotAvailable),
        Ok(Reason::Unspecified) | Err(_) => Err(ObservationFault::MissingReason(number)),
    }
}
