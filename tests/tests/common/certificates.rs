//! Files with certificates and keys, made for a test.

#![allow(dead_code, unreachable_pub)]

#[path = "../../../thrift-runtime/tests/common/certificates.rs"]
mod authority;

use std::{fs, path::PathBuf};

use authority::{Authority, Identity};

/// A folder with the certificate of an authority, those of a `server` at localhost and of a `client`
/// at 127.0.0.1 that it has signed, and that of another authority, a `stranger`.
pub struct Certificates(PathBuf);

impl Certificates {
    /// Makes new ones in a folder that no other test uses.
    pub fn new(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("certificates").join(name);
        fs::create_dir_all(&folder).unwrap();
        let authority = Authority::new();
        fs::write(folder.join("authority.pem"), &authority.pem).unwrap();
        fs::write(folder.join("stranger.pem"), Authority::new().pem).unwrap();
        // Some servers, as Apache's in Python, want a client's address in its certificate.
        for (name, host) in [("server", "localhost"), ("client", "127.0.0.1")] {
            let Identity { chain, key } = authority.sign(host);
            fs::write(folder.join(name).with_extension("pem"), chain).unwrap();
            fs::write(folder.join(name).with_extension("key"), key).unwrap();
        }
        Certificates(folder)
    }

    /// The path of a file, such as `server.key`.
    pub fn path(&self, file: &str) -> PathBuf {
        self.0.join(file)
    }

    /// What a file holds.
    pub fn read(&self, file: &str) -> Vec<u8> {
        fs::read(self.path(file)).unwrap()
    }

    /// The flags of programs that speak TLS: whose certificate to show, and whose to trust.
    pub fn flags(&self, own: Option<&str>, trusted: Option<&str>) -> Vec<String> {
        let flag = |flag, name, ending| {
            format!("--{flag}={}", self.path(name).with_extension(ending).display())
        };
        let mut flags = vec!["--ssl".to_owned()];
        if let Some(own) = own {
            flags.extend([flag("cert", own, "pem"), flag("key", own, "key")]);
        }
        flags.extend(trusted.map(|trusted| flag("ca", trusted, "pem")));
        flags
    }
}
