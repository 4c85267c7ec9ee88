//! Where the GSSAPI library is, and what to install where it is not.

/// The names of its file: MIT's library, then Heimdal's.
pub(super) const FILES: &[&str] = if cfg!(target_vendor = "apple") {
    &[
        "libgssapi_krb5.2.dylib",
        "/opt/homebrew/opt/krb5/lib/libgssapi_krb5.dylib",
        "/usr/local/opt/krb5/lib/libgssapi_krb5.dylib",
        "/System/Library/Frameworks/GSS.framework/GSS",
    ]
} else if cfg!(windows) {
    &[if cfg!(target_pointer_width = "64") { "gssapi64.dll" } else { "gssapi32.dll" }]
} else {
    &["libgssapi_krb5.so.2", "libgssapi_krb5.so", "libgssapi.so.3", "libgssapi.so"]
};

const PACKAGES: &str = if cfg!(target_vendor = "apple") {
    "`brew install krb5`"
} else if cfg!(windows) {
    "MIT Kerberos for Windows"
} else {
    "`libgssapi-krb5-2` on Debian and Ubuntu, `krb5-libs` on Fedora, Red Hat and Alpine, `krb5` on Arch \
     and openSUSE"
};

/// What to do where none could be loaded, for these causes.
#[cold]
pub(super) fn missing(causes: &[String]) -> String {
    let causes = causes.join("; ");
    format!("there is no GSSAPI library, which Kerberos needs: install {PACKAGES} ({causes})")
}
