//! How many groups of calls that are alike the peers of one network can begin. An IPv6 network of 64 bits counts as one address: one host
//! can use all of it.
//!
//! *Invariant:* the table is bounded. A network is in it only while it has begun groups that it has no budget back for.

use std::{
    collections::HashMap,
    fmt,
    net::{IpAddr, Ipv6Addr},
};

const MICROS_PER_SECOND: i64 = 1_000_000;
/// How many groups a network can begin at once; one more each second.
const BEGUN_MAX: i64 = 64;
/// Maximum number of networks.
const NETWORKS_MAX: usize = 4_096;
/// Bits of an IPv6 address that name a host.
const HOST_BITS: u32 = 64;

/// Where calls come from; none if that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Network(Option<IpAddr>);

impl Network {
    /// The network of a peer, as it is recorded.
    pub(super) fn of(peer: &str) -> Self {
        let network = |address: IpAddr| match address.to_canonical() {
            IpAddr::V6(address) => {
                IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> HOST_BITS << HOST_BITS))
            }
            address @ IpAddr::V4(_) => address,
        };
        Self(peer.parse().ok().map(network))
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => Ok(()),
            Some(IpAddr::V4(address)) => write!(f, "{address}"),
            Some(IpAddr::V6(address)) => write!(f, "{address}/{}", 128 - HOST_BITS),
        }
    }
}

/// What a network has begun lately.
#[derive(Debug, Clone, Copy)]
struct Begun {
    /// In millionths of a group.
    groups: i64,
    at: i64,
}

impl Begun {
    /// What is left of it at a time. A clock that was set back gives nothing back.
    fn left(self, now: i64) -> i64 {
        let passed = now.saturating_sub(self.at).max(0);
        self.groups.saturating_sub(passed).max(0)
    }
}

/// The networks that have begun groups lately.
#[derive(Debug, Default)]
pub(super) struct Networks(HashMap<Network, Begun>);

impl Networks {
    /// Whether peers of a network can begin a group.
    pub(super) fn may_begin(&mut self, network: Network, now: i64) -> bool {
        if let Some(begun) = self.0.get(&network) {
            return begun.left(now) <= (BEGUN_MAX - 1) * MICROS_PER_SECOND;
        }
        if self.0.len() >= NETWORKS_MAX {
            self.0.retain(|_, begun| begun.left(now) > 0);
        }
        self.0.len() < NETWORKS_MAX
    }

    /// They began one.
    pub(super) fn begin(&mut self, network: Network, now: i64) {
        let begun = self.0.entry(network).or_insert(Begun { groups: 0, at: now });
        *begun = Begun { groups: begun.left(now) + MICROS_PER_SECOND, at: now };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_is_an_ipv4_address_or_64_bits_of_ipv6() {
        let text = |peer| Network::of(peer).to_string();
        assert_eq!(text("192.0.2.7"), "192.0.2.7");
        assert_eq!(text("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(text("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(text(""), "");
    }

    #[test]
    fn the_table_is_bounded_and_forgets_networks_that_have_all_of_their_budget_back() {
        let mut networks = Networks::default();
        for index in 0..2 * NETWORKS_MAX {
            let network = Network::of(&format!("2001:db8:0:{index:x}::1"));
            assert_eq!(networks.may_begin(network, 0), index < NETWORKS_MAX);
            if index < NETWORKS_MAX {
                networks.begin(network, 0);
            }
        }
        assert!(networks.may_begin(Network::of("192.0.2.1"), MICROS_PER_SECOND));
        assert!(networks.0.is_empty());
    }
}
