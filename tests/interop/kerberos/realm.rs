//! A realm of Kerberos on this machine, with a KDC of its own.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use thrift_tests::program;
use tokio::{
    io::AsyncWriteExt,
    net::TcpStream,
    process::{Child, Command},
    time::{Instant, sleep},
};

/// The folder of the realm, for who is within it.
const FOLDER: &str = "THRIFT_TEST_REALM";

/// A realm, whose files are in a folder.
#[derive(Debug, Clone)]
pub(crate) struct Realm {
    folder: PathBuf,
}

/// A KDC, which ends with the test.
pub(crate) struct Kdc {
    pub(crate) realm: Realm,
    _program: Child,
}

impl Realm {
    /// That of this process, if it is within one.
    pub(crate) fn here() -> Option<Self> {
        Some(Realm { folder: env::var_os(FOLDER)?.into() })
    }

    /// Makes one in a folder, which is emptied.
    ///
    /// # Errors
    ///
    /// If a program is missing, or does not start.
    pub(crate) async fn make(folder: &Path) -> Result<Kdc, String> {
        let _ = fs::remove_dir_all(folder);
        let realm = Realm { folder: folder.to_owned() };
        let told = |error: std::io::Error| error.to_string();
        fs::create_dir_all(folder).map_err(told)?;
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(told)?;
        let port = free.local_addr().map_err(told)?.port();
        drop(free);
        fs::write(realm.path("krb5.conf"), configuration(port)).map_err(told)?;
        fs::write(realm.path("kdc.conf"), realm.kdc_configuration(port)).map_err(told)?;
        let make = ["create", "-s", "-P", "master", "-r", "EXAMPLE.COM"];
        realm.run("kdb5_util", &make).await?;
        let mut kdc = realm.command("krb5kdc");
        kdc.arg("-n").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let kdc = kdc.kill_on_drop(true).spawn().map_err(|error| format!("krb5kdc: {error}"))?;
        let start = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
            if start.elapsed() > program::PATIENCE {
                return Err("krb5kdc does not listen".to_owned());
            }
            sleep(Duration::from_millis(20)).await;
        }
        Ok(Kdc { realm, _program: kdc })
    }

    /// Where its KDC listens, or would if it were there.
    pub(crate) fn port(&self) -> u16 {
        let settings = fs::read_to_string(self.path("krb5.conf")).unwrap();
        let (_, port) = settings.split_once(" kdc = 127.0.0.1:").unwrap();
        port.lines().next().unwrap().parse().unwrap()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The same as a text.
    pub(crate) fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn kdc_configuration(&self, port: u16) -> String {
        format!(
            "[realms]\n EXAMPLE.COM = {{\n  kdc_listen = 127.0.0.1:{port}\n  \
             kdc_tcp_listen = 127.0.0.1:{port}\n  database_name = {}\n  key_stash_file = {}\n }}\n\
             [logging]\n kdc = FILE:{}\n",
            self.text("principal"),
            self.text("stash"),
            self.text("kdc.log"),
        )
    }

    /// Puts a program within this realm, without tickets or keys.
    pub(crate) fn enter<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .env(FOLDER, &self.folder)
            .env("KRB5_CONFIG", self.path("krb5.conf"))
            .env("KRB5_KDC_PROFILE", self.path("kdc.conf"))
            .env("KRB5CCNAME", self.path("no-tickets"))
            .env("KRB5_KTNAME", self.path("no-keys"))
            .env("KRB5_CLIENT_KTNAME", self.path("no-keys"))
            .env("KRB5RCACHEDIR", &self.folder)
    }

    /// One of the programs of MIT's Kerberos.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let path = env::var_os("PATH").unwrap_or_default();
        // Those of administrators are not in everybody's path.
        let path = [&path, OsStr::new(":/usr/sbin:/sbin")].iter().copied().collect::<OsString>();
        command.env("PATH", path);
        self.enter(&mut command);
        command
    }

    async fn run(&self, program: &str, arguments: &[&str]) -> Result<String, String> {
        program::run(self.command(program).args(arguments)).await
    }

    /// Has the administrator do something.
    pub(crate) async fn administer(&self, query: &str) {
        let printed = self.run("kadmin.local", &["-r", "EXAMPLE.COM", "-q", query]).await.unwrap();
        assert!(!printed.contains("kadmin.local: "), "{query}: {printed}");
    }

    /// Adds a service, and puts its key into a keytab.
    pub(crate) async fn add_service(&self, principal: &str, keytab: &str) {
        self.administer(&format!("addprinc -randkey {principal}")).await;
        self.administer(&format!("ktadd -k {} {principal}", self.text(keytab))).await;
    }

    /// Gets a ticket for alice.
    pub(crate) async fn ticket(&self, cache: &str) {
        let mut command = self.command("kinit");
        command.arg("-c").arg(self.path(cache)).arg("alice");
        command.stdin(Stdio::piped()).stdout(Stdio::null()).kill_on_drop(true);
        let mut kinit = command.spawn().unwrap();
        kinit.stdin.take().unwrap().write_all(b"rabbit hole\n").await.unwrap();
        assert!(kinit.wait().await.unwrap().success());
    }
}

/// All that clients know of the realm. Nothing is asked of DNS.
fn configuration(port: u16) -> String {
    format!(
        "[libdefaults]\n default_realm = EXAMPLE.COM\n dns_lookup_kdc = false\n \
         dns_lookup_realm = false\n dns_canonicalize_hostname = false\n rdns = false\n \
         qualify_shortname = \"\"\n udp_preference_limit = 1\n\
         [realms]\n EXAMPLE.COM = {{\n  kdc = 127.0.0.1:{port}\n }}\n \
         NOWHERE.COM = {{\n  kdc = 127.0.0.1:1\n }}\n"
    )
}
