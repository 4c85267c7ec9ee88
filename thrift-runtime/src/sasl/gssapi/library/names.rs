//! Names, and the tickets and keys that belong to them.

use std::{
    ffi::{CStr, c_int},
    ptr,
};

use super::{Buffer, Element, Elements, Failure, Given, KERBEROS, Library, Owned, lent, oid};

/// 1.2.840.113554.1.2.1.4, a name `service@host` (RFC 2743, 4.1).
const SERVICE: &[u8] = b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04";
/// 1.2.840.113554.1.2.2.1, a name `primary/instance@REALM` (RFC 1964, 2.1.1).
const PRINCIPAL: &[u8] = b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01";

/// The name of a user or a service.
pub(in crate::sasl::gssapi) struct Name(pub(super) Owned);

impl Name {
    /// A service on a host: `service@host`, or `service` alone, which is on this machine.
    pub(in crate::sasl::gssapi) fn service(
        library: &'static Library,
        text: &str,
    ) -> Result<Self, Failure> {
        Name::import(library, text, SERVICE)
    }

    /// A principal of Kerberos.
    pub(in crate::sasl::gssapi) fn principal(
        library: &'static Library,
        text: &str,
    ) -> Result<Self, Failure> {
        Name::import(library, text, PRINCIPAL)
    }

    fn import(library: &'static Library, text: &str, kind: &'static [u8]) -> Result<Self, Failure> {
        let (mut minor, mut name) = (0, Owned::name(library));
        let (text, kind) = (lent(text.as_bytes()), oid(kind));
        // SAFETY: all places are valid for as long as the call takes, and what it makes is a name.
        let major = unsafe {
            (library.functions.gss_import_name)(
                &raw mut minor,
                &raw const text,
                &raw const kind,
                &raw mut name.handle,
            )
        };
        library.check(major, minor)?;
        Ok(Name(name))
    }

    /// The same name as Kerberos has it, by the library's rules for names of hosts.
    pub(in crate::sasl::gssapi) fn canonical(&self) -> Result<Self, Failure> {
        let library = self.0.library;
        let (mut minor, mut name) = (0, Owned::name(library));
        let mechanism = oid(KERBEROS);
        // SAFETY: all places are valid for as long as the call takes, and what it makes is a name.
        let major = unsafe {
            (library.functions.gss_canonicalize_name)(
                &raw mut minor,
                self.0.handle,
                &raw const mechanism,
                &raw mut name.handle,
            )
        };
        library.check(major, minor)?;
        Ok(Name(name))
    }

    /// The name as a text.
    pub(in crate::sasl::gssapi) fn text(&self) -> Result<String, Failure> {
        let library = self.0.library;
        let (mut minor, mut text) = (0, Given::new(library));
        // SAFETY: all places are valid for as long as the call takes; nobody asks for the name's kind.
        let major = unsafe {
            (library.functions.gss_display_name)(
                &raw mut minor,
                self.0.handle,
                &raw mut text.buffer,
                ptr::null_mut(),
            )
        };
        library.check(major, minor)?;
        Ok(String::from_utf8_lossy(&text.to_vec()).into_owned())
    }
}

/// What a credential is for.
#[derive(Clone, Copy)]
#[repr(i32)]
pub(in crate::sasl::gssapi) enum Usage {
    Initiate = 1,
    Accept = 2,
}

/// The tickets or the keys of a user or a service.
pub(in crate::sasl::gssapi) struct Credential(pub(super) Owned);

impl Credential {
    /// That of a name, or any; from the places that are given, such as a `ccache`, or the usual ones.
    ///
    /// # Errors
    ///
    /// If there is none. `None` if the library knows the usual places only.
    pub(in crate::sasl::gssapi) fn acquire(
        library: &'static Library,
        name: Option<&Name>,
        usage: Usage,
        store: &[(&CStr, &CStr)],
    ) -> Result<Option<Self>, Failure> {
        let Library { functions, .. } = library;
        let release = functions.gss_release_cred;
        let mut owned = Owned { library, handle: ptr::null_mut(), release };
        let name = name.map_or(ptr::null_mut(), |name| name.0.handle);
        let mechanism = oid(KERBEROS);
        let mechanisms = Buffer { length: 1, value: (&raw const mechanism).cast_mut().cast() };
        let elements: Vec<_> = store
            .iter()
            .map(|(key, value)| Element { key: key.as_ptr().cast(), value: value.as_ptr().cast() })
            .collect();
        let elements = Elements { count: elements.len() as u32, elements: elements.as_ptr() };
        let (mut minor, usage, lifetime) = (0, usage as c_int, u32::MAX);
        let nothing = ptr::null_mut();
        let major = match (functions.gss_acquire_cred_from, store.is_empty()) {
            // SAFETY: all places are valid for as long as the call takes, and texts end with NUL.
            // What it makes is a credential.
            (Some(acquire_from), false) => unsafe {
                acquire_from(
                    &raw mut minor,
                    name,
                    lifetime,
                    &raw const mechanisms,
                    usage,
                    &raw const elements,
                    &raw mut owned.handle,
                    nothing,
                    ptr::null_mut(),
                )
            },
            (None, false) => return Ok(None),
            // SAFETY: the same.
            (_, true) => unsafe {
                (functions.gss_acquire_cred)(
                    &raw mut minor,
                    name,
                    lifetime,
                    &raw const mechanisms,
                    usage,
                    &raw mut owned.handle,
                    nothing,
                    ptr::null_mut(),
                )
            },
        };
        library.check(major, minor)?;
        Ok(Some(Credential(owned)))
    }
}
