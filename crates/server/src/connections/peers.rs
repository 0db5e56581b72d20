//! How many connections each address has.

use std::{
    collections::HashMap,
    net::IpAddr,
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
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = counts.entry(address).or_default();
        if *count >= most {
            return None;
        }
        *count += 1;
        Some(Peer { peers: self.clone(), address })
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
    fn an_address_has_so_many_connections_and_no_more_until_one_ends() {
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
