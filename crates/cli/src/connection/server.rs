//! Which server a command is for.

use std::path::Path;

use super::config::{ConfigFile, NamedServer};
use crate::exit::BadConfiguration;

/// The server of commands that name none, where the file of named servers has no default.
const LOCAL: &str = "http://127.0.0.1:50107";

/// The server that an argument names, by its address or by its name in a file. The file is read only if it is needed.
pub(super) fn named(argument: Option<&str>, file: Option<&Path>) -> Result<NamedServer, BadConfiguration> {
    let read = || file.map_or_else(|| Ok(ConfigFile::default()), ConfigFile::read);
    let (name, config) = match argument {
        Some(address) if !is_name(address) => return Ok(at(address)),
        Some(name) => (name.to_owned(), read()?),
        None => match read()? {
            ConfigFile { default: None, .. } => return Ok(at(LOCAL)),
            ConfigFile { default: Some(name), servers } => (name, ConfigFile { default: None, servers }),
        },
    };
    config.servers.get(&name).cloned().ok_or_else(|| unknown(&name, &config, file))
}

/// Whether a text can be the name of a server; an address has a colon.
fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains([':', '/'])
}

fn at(address: &str) -> NamedServer {
    NamedServer {
        address: address.to_owned(),
        ca: None,
        key_file: None,
        token_file: None,
        client_cert: None,
        client_key: None,
    }
}

fn unknown(name: &str, config: &ConfigFile, file: Option<&Path>) -> BadConfiguration {
    let file = file.map_or_else(
        || "there is no file of named servers, because neither XDG_CONFIG_HOME nor HOME is set".to_owned(),
        |file| {
            let names: Vec<_> = config.servers.keys().map(String::as_str).collect();
            let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            format!("{} names {names}", file.display())
        },
    );
    BadConfiguration(format!(
        "no server is named {name:?}: {file}; give one of them, or an address such as {LOCAL}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(text: &str) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        std::fs::write(&path, text).unwrap();
        (folder, path)
    }

    const TWO: &str = "default = \"b\"\n[servers.a]\naddress = \"http://a:1\"\n[servers.b]\n\
                       address = \"https://b:1\"\nca = \"b.pem\"\nkey_file = \"/b.key\"\n";

    #[test]
    fn a_server_is_named_by_its_address_its_name_or_the_default() {
        let (folder, path) = file(TWO);
        let b = named(None, Some(&path)).unwrap();
        assert_eq!(b.address, "https://b:1");
        assert_eq!(b.ca, Some(folder.path().join("b.pem")));
        assert_eq!(b.key_file, Some("/b.key".into()));
        assert_eq!(named(Some("b"), Some(&path)).unwrap(), b);
        assert_eq!(named(Some("a"), Some(&path)).unwrap(), at("http://a:1"));
        assert_eq!(named(Some("http://c:1"), Some(&path)).unwrap(), at("http://c:1"));
        let absent = folder.path().join("absent.toml");
        assert_eq!(named(None, Some(&absent)).unwrap(), at(LOCAL));
        assert_eq!(named(None, None).unwrap(), at(LOCAL));
    }

    #[test]
    fn an_unknown_name_is_refused_with_the_known_ones() {
        let (folder, path) = file(TWO);
        let refused = named(Some("c"), Some(&path)).unwrap_err().to_string();
        assert!(refused.contains("\"c\"") && refused.contains("config.toml names a, b"), "{refused}");
        let absent = folder.path().join("absent.toml");
        let refused = named(Some("localhost"), Some(&absent)).unwrap_err().to_string();
        assert!(refused.contains("absent.toml names none") && refused.contains(LOCAL), "{refused}");
        let (_folder, path) = file("default = \"gone\"");
        assert!(named(None, Some(&path)).unwrap_err().to_string().contains("\"gone\""));
    }

    #[test]
    fn a_file_with_an_unknown_field_is_refused_with_its_place_unless_an_address_is_given() {
        for (text, problem) in [
            ("defualt = \"a\"", "unknown field `defualt`"),
            ("[servers.a]\naddress = \"http://a:1\"\nkey = \"secret\"", "unknown field `key`"),
            ("[servers.a]\nca = \"a.pem\"", "missing field `address`"),
            ("[servers", "line 1"),
        ] {
            let (_folder, path) = file(text);
            let refused = named(None, Some(&path)).unwrap_err().to_string();
            assert!(refused.contains("config.toml: ") && refused.contains(problem), "{refused}");
            assert!(named(Some("http://a:1"), Some(&path)).is_ok());
        }
    }
}
