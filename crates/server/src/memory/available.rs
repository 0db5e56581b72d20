//! The memory that the process may use, as the operating system reports it.

use std::{fs, path::Path};

/// Memory that is assumed if the operating system reports no limit, in bytes.
const UNKNOWN: u64 = 2 * 1024 * 1024 * 1024;

/// Bytes of memory that the process may take: the lowest limit of its control groups, or all that the machine has.
pub fn available() -> u64 {
    let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let machine = fs::read_to_string("/proc/meminfo").ok().as_deref().and_then(of_machine);
    of_groups(&groups, Path::new("/sys/fs/cgroup")).into_iter().chain(machine).min().unwrap_or(UNKNOWN)
}

/// `MemTotal` of `/proc/meminfo`.
fn of_machine(meminfo: &str) -> Option<u64> {
    let line = meminfo.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    Some(line.trim().strip_suffix("kB")?.trim().parse::<u64>().ok()? * 1024)
}

/// The lowest limit of the groups that `/proc/self/cgroup` lists, and of those around them.
fn of_groups(groups: &str, mounted: &Path) -> Option<u64> {
    let lines = groups.lines().filter_map(|line| line.splitn(3, ':').collect::<Vec<_>>().try_into().ok());
    let limits = lines.filter_map(|[_, controllers, path]: [&str; 3]| {
        let (root, file) = match controllers {
            "" => (mounted.to_owned(), "memory.max"),
            _ if controllers.split(',').any(|name| name == "memory") => {
                (mounted.join("memory"), "memory.limit_in_bytes")
            }
            _ => return None,
        };
        // In a container the path can be that of the host, which is not there; then its own group is the root.
        let folders = Path::new(path.trim_start_matches('/')).ancestors().map(|folder| root.join(folder));
        folders.filter_map(|folder| fs::read_to_string(folder.join(file)).ok()?.trim().parse().ok()).min()
    });
    limits.min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lowest_limit_of_a_group_and_those_around_it_counts() {
        let home = tempfile::TempDir::new().unwrap();
        let write = |path: &str, text: &str| {
            let path = home.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        assert_eq!(of_groups("0::/a/b\n", home.path()), None);
        write("memory.max", "max\n");
        write("a/memory.max", "536870912\n");
        write("a/b/memory.max", "max\n");
        assert_eq!(of_groups("0::/a/b\n", home.path()), Some(536_870_912));
        assert_eq!(of_groups("0::/\n", home.path()), None);
        write("memory/memory.limit_in_bytes", "9223372036854771712\n");
        write("memory/c/memory.limit_in_bytes", "1000\n");
        assert_eq!(of_groups("3:cpu,cpuacct:/c\n2:memory:/c\n0::/a\n", home.path()), Some(1_000));
        assert_eq!(of_groups("2:memory:/host/path\n", home.path()), Some(9_223_372_036_854_771_712));
    }

    #[test]
    fn the_memory_of_the_machine_is_read() {
        assert_eq!(of_machine("MemTotal:       24689 kB\nMemFree: 1 kB\n"), Some(24_689 * 1024));
        assert_eq!(of_machine("nothing"), None);
        assert!(available() > 0);
    }
}
