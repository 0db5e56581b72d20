//! Programs that do what needs the superuser.

use std::{path::Path, process::Command};

use anyhow::{Context as _, Result, ensure};

/// Runs a program to its end and returns what it printed; fails with what it complained about.
pub(crate) fn run(program: &str, arguments: &[&str]) -> Result<String> {
    let output =
        Command::new(program).args(arguments).output().with_context(|| format!("{program} is needed"))?;
    let (printed, errors) =
        (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    ensure!(output.status.success(), "{program} {}: {}{errors}", arguments.join(" "), output.status);
    Ok(printed.into_owned())
}

/// Whether a program is there; tries to install its package where it is not.
pub(super) fn is_installed(program: &str, package: &str) -> bool {
    let found = || run("sh", &["-c", &format!("command -v {program}")]).is_ok();
    if found() {
        return true;
    }
    let install = format!("apt-get install -y -qq --no-install-recommends {package}");
    drop(run("sh", &["-c", &format!("{install} || {{ apt-get update -qq && {install}; }}")]));
    found()
}

/// The path as an argument.
pub(super) fn text(path: &Path) -> Result<&str> {
    path.to_str().with_context(|| format!("{} is not UTF-8", path.display()))
}
