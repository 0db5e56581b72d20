//! How many connections each address has. An IPv6 network of 64 bits counts as one address: one host can use all of it.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

/// Counts connections by address.
#[derive(Clone, Default)]
pub(super) struct Peers(Arc<Mutex<HashMap<IpAddr, usize>>>);

/// One connection of an address, until it is dropped.
pub(super) struct Peer {
    peers: Peers,
    address: IpAddr,
}

impl Peers {
    /// Counts a connection; none where the address has that many already.
    pub(super) fn add(&self, address: IpAddr, most: usize) -> Option<Peer> {
        let address = network(address);
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Peer { peers: self.clone(), address })
    }
}

/// The address that an address counts as.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).into()
        }
        address @ IpAddr::V4(_) => address,
    }
}

impl Peer {
    pub(super) fn address(&self) -> IpAddr {
        self.address
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let mut counts = self.peers.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_addresses_of_one_ipv6_network_count_together_and_mapped_ones_as_what_they_are() {
        let peers = Peers::default();
        let add = |address: &str| peers.add(address.parse().unwrap(), 1);
        let first = add("2001:db8::1");
        assert!(first.is_some() && add("2001:db8::ffff:2").is_none());
        let mapped = add("::ffff:192.0.2.1");
        assert!(mapped.is_some() && add("192.0.2.1").is_none() && add("192.0.2.2").is_some());
    }

    #[test]
    fn an_address_has_a_limited_number_of_connections() {
        let peers = Peers::default();
        let (one, other) = (IpAddr::from([127, 0, 0, 1]), IpAddr::from([127, 0, 0, 2]));
        let first = peers.add(one, 2);
        let second = peers.add(one, 2);
        assert!(first.is_some() && second.is_some() && peers.add(one, 2).is_none());
        assert!(peers.add(other, 2).is_some());
        drop(first);
        assert!(peers.add(one, 2).is_some());
        drop(second);
        assert!(peers.0.lock().unwrap().is_empty(), "nothing is kept of an address without connections");
    }
}
