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
