//! The real binary.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// Where the binary lies, built from the present sources with the profile of the tests.
pub fn path() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let test = std::env::current_exe().expect("a running test knows its executable");
        let profile = test.ancestors().nth(2).expect("tests lie in target/<profile>/deps");
        let release = profile.ends_with("release");
        let mut build = Command::new(env!("CARGO"));
        build.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).args([
            "build",
            "--quiet",
            "--workspace",
        ]);
        build
            .args(["--bin", "tenseven"])
            .arg("--target-dir")
            .arg(profile.parent().expect("target/<profile>"));
        if release {
            build.arg("--release");
        }
        let status = build.status().expect("cargo can be started");
        assert!(status.success(), "the binary cannot be built");
        profile.join("tenseven")
    })
}
