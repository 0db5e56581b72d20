//! glibc keeps what a thread freed for that thread, so that a process stays as large as it ever was.

/// Gives memory that was freed back to the operating system, where the allocator keeps it. Takes milliseconds, in which threads that
/// allocate wait. Does nothing where the allocator is another one than glibc's.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the C library has no safe interface")]
pub fn trim() {
    // SAFETY: the call takes no pointers, may be made by any thread at any time, and moves nothing that is in use.
    unsafe { libc::malloc_trim(0) };
}

/// Gives memory that was freed back to the operating system, where the allocator keeps it. Does nothing here.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn trim() {}

/// Lets blocks of a few megabytes go back to the operating system as soon as they are freed. glibc raises that bound to 64 MiB by itself once
/// it has seen large blocks, and [`trim`] does not reach what threads keep below it. To be called before the process takes much; again changes
/// nothing. Does
/// nothing where the allocator is another one than glibc's.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[expect(unsafe_code, reason = "the C library has no safe interface")]
pub fn return_large_blocks() {
    /// Larger ones are mapped and unmapped by themselves.
    const MAPPED_FROM_BYTES: libc::c_int = 2 * 1024 * 1024;
    /// A thread keeps no more than this at the end of what it has.
    const KEPT_BYTES_MAX: libc::c_int = 2 * 1024 * 1024;
    // SAFETY: the calls take no pointers and may be made by any thread at any time.
    unsafe {
        libc::mallopt(libc::M_MMAP_THRESHOLD, MAPPED_FROM_BYTES);
        libc::mallopt(libc::M_TRIM_THRESHOLD, KEPT_BYTES_MAX);
    }
}

/// Lets blocks of a few megabytes go back to the operating system as soon as they are freed. Does nothing here.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn return_large_blocks() {}
