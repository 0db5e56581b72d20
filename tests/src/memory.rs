//! Memory and descriptors of a server's process, as Linux counts them.

use crate::Server;

/// MiB that the process has now.
pub fn resident(server: &Server) -> u64 {
    figure(server, "VmRSS:")
}

/// MiB that it had at most since [`forget_peak`].
pub fn peak(server: &Server) -> u64 {
    figure(server, "VmHWM:")
}

/// Files and sockets that the process has open now.
pub fn descriptors(server: &Server) -> usize {
    std::fs::read_dir(format!("/proc/{}/fd", server.id())).expect("the server runs").count()
}

/// Lets the peak begin with what the process has now.
pub fn forget_peak(server: &Server) {
    std::fs::write(format!("/proc/{}/clear_refs", server.id()), "5").expect("the peak can be reset");
}

fn figure(server: &Server, name: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.id())).expect("the server runs");
    let line = status.lines().find_map(|line| line.strip_prefix(name)).expect("Linux counts it");
    line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") / 1024
}
