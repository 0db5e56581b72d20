//! Which methods are counted, and as what.

use tenseven_model::access::QuotaLimit;

/// What the contract's package begins the path of a method with. Health and reflection are outside it, and not counted.
const PACKAGE: &str = "/tenseven.v1.";

/// The methods that answer with a stream, and the limit that they count for. A publication is not among them: it ends by itself, and there is one at
/// a time.
const STREAMS: [(&str, QuotaLimit); 6] = [
    ("ObservationService/WatchObservations", QuotaLimit::Watches),
    ("ScoreService/WatchScores", QuotaLimit::Watches),
    ("AuditService/StreamAuditEvents", QuotaLimit::Watches),
    ("ObservationService/StreamObservations", QuotaLimit::Streams),
    ("ObservationService/ExportObservations", QuotaLimit::Streams),
    ("AdminService/StreamBackup", QuotaLimit::Streams),
];

/// What a call counts as, besides a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One request and one answer.
    Unary,
    /// Something that counts for this limit as long as it lasts.
    Lasting(QuotaLimit),
}

impl Kind {
    /// What a method counts as; none if it is not counted.
    pub(super) fn of(path: &str) -> Option<Self> {
        let method = path.strip_prefix(PACKAGE)?;
        let found = STREAMS.iter().find(|(name, _)| *name == method);
        Some(found.map_or(Self::Unary, |(_, limit)| Self::Lasting(*limit)))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use prost::Message as _;
    use prost_types::FileDescriptorSet;
    use tenseven_api::DESCRIPTORS;

    use super::*;

    #[test]
    fn every_method_that_streams_counts_for_a_limit_and_no_other() {
        let files = FileDescriptorSet::decode(DESCRIPTORS).unwrap().file;
        let services =
            files.iter().filter(|file| file.package() == "tenseven.v1").flat_map(|file| &file.service);
        let (mut streams, mut others) = (BTreeSet::new(), 0);
        for service in services {
            for method in &service.method {
                let name = format!("{}/{}", service.name(), method.name());
                let kind = Kind::of(&format!("{PACKAGE}{name}"));
                let is_publication = name == "FrameworkService/PublishFramework";
                if (method.server_streaming() || method.client_streaming()) && !is_publication {
                    assert!(matches!(kind, Some(Kind::Lasting(_))), "{name}");
                    streams.insert(name);
                } else {
                    assert_eq!(kind, Some(Kind::Unary), "{name}");
                    others += 1;
                }
            }
        }
        assert_eq!(streams, STREAMS.iter().map(|(name, _)| (*name).to_owned()).collect());
        assert!(others > 40 && Kind::of("/grpc.health.v1.Health/Check").is_none());
    }
}
