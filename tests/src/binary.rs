//! The real binary.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// Names a binary that is tested instead of one that is built.
const GIVEN: &str = "TENSEVEN_TEST_BINARY";

/// The path of the binary: the one that is given, or one built from the present sources with the profile of the tests.
#[expect(clippy::disallowed_methods, reason = "a test is given what it tests in the environment")]
pub fn path() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let given = std::env::var_os(GIVEN).map(PathBuf::from);
        given.unwrap_or_else(|| built(["--bin", "tenseven"], "tenseven"))
    })
}

/// The path of the program that converts journals of format 2, built in the same way.
pub fn import_format_2() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| built(["--example", "import_format_2"], "examples/import_format_2"))
}

/// Builds a target of the workspace, and returns its path.
fn built(target: [&str; 2], file: &str) -> PathBuf {
    let test = std::env::current_exe().expect("a running test knows its executable");
    let profile = test.ancestors().nth(2).expect("tests lie in target/<profile>/deps");
    let release = profile.ends_with("release");
    let mut build = Command::new(env!("CARGO"));
    build.current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/..")).args(["build", "--quiet", "--workspace"]);
    build.args(target).arg("--target-dir").arg(profile.parent().expect("target/<profile>"));
    if release {
        build.arg("--release");
    }
    let status = build.status().expect("cargo can be started");
    assert!(status.success(), "{file} cannot be built");
    profile.join(file)
}
