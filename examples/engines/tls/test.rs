//! What the example prints.

use std::process::Command;

#[test]
fn who_has_a_certificate_is_known_and_others_are_refused() {
    let output = Command::new(env!("CARGO_BIN_EXE_tls")).output().unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    let failed = String::from_utf8_lossy(&output.stderr);
    assert_eq!(printed, "with a certificate: alice\nwithout one: refused\n", "{failed}");
}
