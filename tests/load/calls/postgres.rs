//! `PostgreSQL`, which takes the same rows and answers the same question: `--peer postgres`.
//!
//! A cluster of its own in a temporary directory, on a socket in it, with the settings of the distribution: each COPY is flushed before it
//! is acknowledged. Needs the Debian package `postgresql`; its programs run as the user `postgres`, as they refuse root.

use std::{
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use tempfile::{TempDir, tempdir_in};
use tenseven_tests::numbered;

use crate::bulk::Row;

/// Where Debian has the programs, by version.
const PROGRAMS: &str = "/usr/lib/postgresql";
const TABLES: &str = "create table indicators (indicator text primary key, domain text not null);
    create table observations (indicator text, area text, period text, source text, value double precision not null,
        primary key (area, period, indicator, source));";
/// The means of the domains of an area in a year, and of these.
const QUESTION: &str = "with domains as (select domain, avg(value) as score from observations join indicators using (indicator) \
    where area = ':area' and period = ':year' group by domain) \
    select domain, score from domains union all select 'overall', avg(score) from domains;";

/// A running cluster.
pub(crate) struct Postgres {
    home: TempDir,
    programs: PathBuf,
}

impl Postgres {
    /// Starts one for this many indicators.
    pub(crate) fn start(indicators: usize) -> Self {
        let versions = fs::read_dir(PROGRAMS).expect("the Debian package postgresql is installed");
        let newest = versions.map(|version| version.expect("a directory").path()).max();
        let programs = newest.expect("a version of PostgreSQL").join("bin");
        let home = tempdir_in("/tmp").expect("a directory for the cluster");
        let owned = Command::new("chown").arg("postgres").arg(home.path()).status();
        assert!(owned.expect("chown runs").success());
        let postgres = Self { home, programs };
        postgres.run("initdb", &["--auth=trust", "--encoding=UTF8", "--locale=C"]);
        let options = format!("-k {} -c listen_addresses=", postgres.home.path().display());
        postgres.run("pg_ctl", &["start", "--wait", "--log=log", "--options", &options]);
        postgres.sql(TABLES);
        let mut domains = String::from("insert into indicators values ");
        for indicator in 0..indicators {
            let comma = if indicator == 0 { "" } else { "," };
            let (id, domain) = (numbered::indicator(indicator), numbered::domain(indicator));
            let _ = write!(domains, "{comma}('{id}', '{domain}')");
        }
        postgres.sql(&domains);
        postgres
    }

    /// Copies rows, a batch at a time, on several connections; rows a second.
    pub(crate) fn copy(&self, rows: &[Row], batch: usize, connections: usize) -> f64 {
        let batches: Vec<&[Row]> = rows.chunks(batch).collect();
        let scripts: Vec<String> = batches.chunks(batches.len().div_ceil(connections)).map(copies).collect();
        let start = Instant::now();
        std::thread::scope(|scope| {
            for script in &scripts {
                scope.spawn(|| self.sql(script));
            }
        });
        rows.len() as f64 / start.elapsed().as_secs_f64()
    }

    /// Answers the question again and again on several connections; answers a second.
    pub(crate) fn ask(&self, area: &str, year: usize, connections: usize, seconds: u32) -> f64 {
        self.sql("vacuum analyze;");
        let question = QUESTION.replace(":area", area).replace(":year", &year.to_string());
        let file = self.home.path().join("question.sql");
        fs::write(&file, question).expect("the question can be written");
        let printed = self.run(
            "pgbench",
            &[
                "--no-vacuum",
                "--protocol=prepared",
                &format!("--client={connections}"),
                "--jobs=2",
                &format!("--time={}", seconds.max(2)),
                &format!("--file={}", file.display()),
                "--host",
                &self.home.path().display().to_string(),
                "postgres",
            ],
        );
        let rate = printed.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next());
        rate.and_then(|rate| rate.parse().ok()).expect("pgbench prints its rate")
    }

    /// Runs statements; each must succeed.
    fn sql(&self, script: &str) {
        let host = self.home.path().display().to_string();
        let mut psql = self.program("psql");
        psql.args(["--quiet", "--no-psqlrc", "--set=ON_ERROR_STOP=1", "--host", &host, "postgres"]);
        let mut psql = psql.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().expect("psql runs");
        let input = psql.stdin.take();
        input.expect("it reads").write_all(script.as_bytes()).expect("it reads all");
        assert!(psql.wait().expect("it ends").success(), "psql failed");
    }

    /// Runs a program of `PostgreSQL`, and returns what it prints.
    fn run(&self, name: &str, arguments: &[&str]) -> String {
        let output = self.program(name).args(arguments).stderr(Stdio::inherit()).output();
        let output = output.expect("a program of PostgreSQL runs");
        let printed = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{name}: {printed}");
        printed
    }

    fn program(&self, name: &str) -> Command {
        let mut program = Command::new("setpriv");
        program.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]);
        program.arg(self.programs.join(name)).current_dir(self.home.path());
        program.env("PGDATA", self.data());
        program
    }

    fn data(&self) -> PathBuf {
        Path::new(self.home.path()).join("cluster")
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        // The directory is removed all the same.
        let _ = self.program("pg_ctl").args(["stop", "--mode=immediate"]).stdout(Stdio::null()).status();
    }
}

/// A COPY for each batch.
fn copies(batches: &[&[Row]]) -> String {
    let mut script = String::new();
    for batch in batches {
        script.push_str("copy observations from stdin;\n");
        for Row { indicator, area, year, value } in *batch {
            let id = numbered::indicator(*indicator);
            let _ = writeln!(script, "{id}\t{area}\t{year}\tnational-statistics\t{value}");
        }
        script.push_str("\\.\n");
    }
    script
}
