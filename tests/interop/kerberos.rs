//! Kerberos, with a KDC that is made for it: our clients and servers with one another, clients of Hive
//! in Python, a server in Python, and those of Hive.

mod apart;
mod realm;
mod spark;
mod within;

use std::{env, path::Path, time::Duration};

use thrift_tests::program;
use tokio::{process::Command, time::timeout};

use self::realm::Realm;
use crate::{hive::SPARK, left_out, say};

/// Makes the realm, and runs all tests of [`within`] in a process that is set up for it, those of
/// [`apart`] in one each, where something is not as it should be, and those of [`spark`], which take long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kerberos_lets_clients_in() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("realm");
    let kdc = match Realm::make(&folder).await {
        Ok(kdc) => kdc,
        Err(reason) => return left_out("Kerberos", &reason),
    };
    let realm = &kdc.realm;
    realm.administer("addprinc -pw \"rabbit hole\" alice").await;
    realm.ticket("tickets").await;
    realm.administer(&format!("ktadd -norandkey -k {} alice", realm.text("alice.keytab"))).await;
    realm.add_service("hive/localhost", "hive.keytab").await;
    if host() != "localhost" {
        realm.add_service(&format!("hive/{}", host()), "hive.keytab").await;
    }
    // A keytab that was exported before another was.
    realm.add_service("hive/old", "old.keytab").await;
    realm.administer("change_password -randkey hive/old").await;

    let mut tests = Command::new(env::current_exe().unwrap());
    run(realm.enter(&mut tests).arg("kerberos::within::"), 3 * program::PATIENCE).await;
    run_with_heimdal(realm).await;
    run_without_library(realm).await;
    for (test, shift) in [("skewed", "+20m"), ("expired", "+40h")] {
        realm.ticket(test).await;
        let mut shifted = Command::new("faketime");
        // Waits are as long as ever.
        shifted.env("DONT_FAKE_MONOTONIC", "1").args(["-f", shift]);
        if let Err(reason) = program::run(shifted.arg("date")).await {
            left_out("Kerberos at another time", &reason);
            break;
        }
        let mut shifted = Command::new("faketime");
        shifted.env("DONT_FAKE_MONOTONIC", "1").args(["-f", shift]);
        shifted.arg(env::current_exe().unwrap()).arg(format!("kerberos::apart::{test}"));
        run(realm.enter(&mut shifted), program::PATIENCE).await;
    }
    let mut spark = Command::new(env::current_exe().unwrap());
    run(realm.enter(&mut spark).arg("kerberos::spark::"), 3 * SPARK).await;
    let realm = realm.clone();
    realm.ticket("alone").await;
    drop(kdc);
    let mut alone = Command::new(env::current_exe().unwrap());
    run(realm.enter(&mut alone).arg("kerberos::apart::alone"), program::PATIENCE).await;
    let mut silent = Command::new(env::current_exe().unwrap());
    run(realm.enter(&mut silent).arg("kerberos::apart::silent"), program::PATIENCE).await;
}

/// Runs a test of our ends by Heimdal's library, which is found by the name of MIT's.
async fn run_with_heimdal(realm: &Realm) {
    let folders = ["/usr/lib", "/usr/lib64"].map(Path::new);
    let architecture = format!("/usr/lib/{}-linux-gnu", env::consts::ARCH);
    let mut folders = folders.into_iter().chain([Path::new(&architecture)]);
    let file =
        folders.find_map(|folder| Some(folder.join("libgssapi.so.3")).filter(|it| it.exists()));
    let Some(file) = file else { return left_out("Heimdal", "there is no libgssapi.so.3") };
    let folder = realm.path("heimdal");
    std::fs::create_dir(&folder).unwrap();
    std::os::unix::fs::symlink(file, folder.join("libgssapi_krb5.so.2")).unwrap();
    let mut tests = Command::new(env::current_exe().unwrap());
    realm.enter(&mut tests).env("LD_LIBRARY_PATH", &folder);
    tests.env("KRB5CCNAME", realm.path("tickets")).env("KRB5_KTNAME", realm.path("hive.keytab"));
    run(tests.arg("kerberos::apart::heimdal"), program::PATIENCE).await;
}

/// Runs a test of our ends with files that are no libraries in the place of all that are.
async fn run_without_library(realm: &Realm) {
    let folder = realm.path("nothing");
    std::fs::create_dir(&folder).unwrap();
    for name in ["libgssapi_krb5.so.2", "libgssapi_krb5.so", "libgssapi.so.3", "libgssapi.so"] {
        std::fs::write(folder.join(name), "nothing").unwrap();
    }
    let mut tests = Command::new(env::current_exe().unwrap());
    realm.enter(&mut tests).env("LD_LIBRARY_PATH", &folder);
    run(tests.arg("kerberos::apart::missing"), program::PATIENCE).await;
}

/// Runs tests of this program in another process.
async fn run(tests: &mut Command, patience: Duration) {
    let output = tests.args(["--nocapture", "--test-threads=2"]).kill_on_drop(true).output();
    let output = timeout(patience, output).await.expect("the tests take too long").unwrap();
    let printed = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success() && !printed.contains(" 0 passed"), "{printed}");
    printed.lines().filter(|line| line.starts_with("interop: ")).for_each(say);
}

/// The name of this machine.
fn host() -> String {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    name.trim().to_lowercase()
}
