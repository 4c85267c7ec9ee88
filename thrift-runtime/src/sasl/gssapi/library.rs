//! The GSSAPI library of C, which is loaded when it is first needed: all unsafe code of the mechanism.
//!
//! What is called, and how it looks, is in RFC 2744; `gss_acquire_cred_from` is an extension that MIT's
//! library and Heimdal's share. The rest of the mechanism uses [`Name`], [`Credential`] and [`Context`],
//! which own what the library gives, and give it back.

#![allow(unsafe_code)]

use std::{
    error::Error,
    ffi::{CStr, c_int, c_void},
    fmt, ptr, slice,
    sync::OnceLock,
};

use super::install;

/// A library, which stays loaded.
pub(super) struct Library {
    functions: Functions,
    /// Keeps the functions where they are.
    _library: libloading::Library,
}

/// What a function of the library reports (RFC 2744, 3.9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) major: u32,
    pub(super) minor: u32,
    /// What the library says of both.
    pub(super) text: String,
}

/// A `gss_buffer_desc`, and other pairs of a length and a place.
#[repr(C)]
#[cfg_attr(all(target_vendor = "apple", target_arch = "x86_64"), repr(packed(2)))]
struct Buffer {
    length: usize,
    value: *mut c_void,
}

/// A `gss_OID_desc`.
#[repr(C)]
#[cfg_attr(all(target_vendor = "apple", target_arch = "x86_64"), repr(packed(2)))]
struct Oid {
    length: u32,
    elements: *const c_void,
}

/// A `gss_key_value_element_desc`, and a `gss_key_value_set_desc`.
#[repr(C)]
#[cfg_attr(all(target_vendor = "apple", target_arch = "x86_64"), repr(packed(2)))]
struct Element {
    key: *const i8,
    value: *const i8,
}

#[repr(C)]
#[cfg_attr(all(target_vendor = "apple", target_arch = "x86_64"), repr(packed(2)))]
struct Elements {
    count: u32,
    elements: *const Element,
}

/// Names, credentials and contexts, as the library points to them.
type Handle = *mut c_void;

/// What is one of a handful of names in the library.
macro_rules! functions {
    ($($name:ident($($argument:ty),*);)*) => {
        struct Functions {
            $($name: unsafe extern "system" fn($($argument),*) -> u32,)*
            /// Missing in old libraries.
            gss_acquire_cred_from: Option<AcquireFrom>,
        }

        impl Functions {
            /// # Safety
            ///
            /// The library is one of GSSAPI, and outlives the functions.
            unsafe fn of(library: &libloading::Library) -> Result<Self, libloading::Error> {
                // SAFETY: by these names, a library of GSSAPI has functions of these types (RFC 2744).
                unsafe {
                    Ok(Functions {
                        $($name: *library.get(concat!(stringify!($name), "\0"))?,)*
                        gss_acquire_cred_from:
                            library.get("gss_acquire_cred_from\0").ok().map(|found| *found),
                    })
                }
            }
        }
    };
}

type AcquireFrom = unsafe extern "system" fn(
    *mut u32,
    Handle,
    u32,
    *const Buffer,
    c_int,
    *const Elements,
    *mut Handle,
    *mut Handle,
    *mut u32,
) -> u32;

functions! {
    gss_import_name(*mut u32, *const Buffer, *const Oid, *mut Handle);
    gss_canonicalize_name(*mut u32, Handle, *const Oid, *mut Handle);
    gss_display_name(*mut u32, Handle, *mut Buffer, *mut Handle);
    gss_release_name(*mut u32, *mut Handle);
    gss_acquire_cred(
        *mut u32, Handle, u32, *const Buffer, c_int, *mut Handle, *mut Handle, *mut u32
    );
    gss_release_cred(*mut u32, *mut Handle);
    gss_init_sec_context(
        *mut u32, Handle, *mut Handle, Handle, *const Oid, u32, u32, *const c_void, *const Buffer,
        *mut Handle, *mut Buffer, *mut u32, *mut u32
    );
    gss_accept_sec_context(
        *mut u32, *mut Handle, Handle, *const Buffer, *const c_void, *mut Handle, *mut Handle,
        *mut Buffer, *mut u32, *mut u32, *mut Handle
    );
    gss_delete_sec_context(*mut u32, *mut Handle, *mut Buffer);
    gss_wrap(*mut u32, Handle, c_int, u32, *const Buffer, *mut c_int, *mut Buffer);
    gss_unwrap(*mut u32, Handle, *const Buffer, *mut Buffer, *mut c_int, *mut u32);
    gss_wrap_size_limit(*mut u32, Handle, c_int, u32, u32, *mut u32);
    gss_display_status(*mut u32, u32, c_int, *const Oid, *mut u32, *mut Buffer);
    gss_release_buffer(*mut u32, *mut Buffer);
}

/// 1.2.840.113554.1.2.2, the mechanism of Kerberos (RFC 1964, 1).
const KERBEROS: &[u8] = b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02";
/// 1.2.840.113554.1.2.1.4, a name `service@host` (RFC 2743, 4.1).
const SERVICE: &[u8] = b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x01\x04";
/// 1.2.840.113554.1.2.2.1, a name `primary/instance@REALM` (RFC 1964, 2.1.1).
const PRINCIPAL: &[u8] = b"\x2a\x86\x48\x86\xf7\x12\x01\x02\x02\x01";

const GSS_C_GSS_CODE: c_int = 1;
const GSS_C_MECH_CODE: c_int = 2;
const GSS_S_CONTINUE_NEEDED: u32 = 1;
/// What is an error, of a status (RFC 2744, 3.9.1).
const ERRORS: u32 = 0xffff_0000;
/// That a token came twice, late or out of order, which nothing does on a connection.
const OUT_OF_ORDER: u32 = 2 | 4 | 8 | 16;
/// `GSS_S_NO_CRED` and `GSS_S_FAILURE`, which say less than the number that comes with them.
const VAGUE: [u32; 2] = [7 << 16, 13 << 16];

/// The library of this machine.
///
/// # Errors
///
/// If there is none, with what to install.
pub(super) fn library() -> Result<&'static Library, &'static str> {
    static LIBRARY: OnceLock<Result<Library, String>> = OnceLock::new();
    LIBRARY.get_or_init(|| Library::load(install::FILES)).as_ref().map_err(String::as_str)
}

impl Library {
    /// Loads the first of some files that is there.
    ///
    /// # Errors
    ///
    /// If none is.
    pub(super) fn load(files: &[&str]) -> Result<Self, String> {
        let mut causes = Vec::new();
        for file in files {
            // SAFETY: the names are those of GSSAPI libraries, which do nothing of note when loaded.
            let loaded = unsafe { libloading::Library::new(*file) }.and_then(|library| {
                // SAFETY: the functions are kept together with the library.
                let functions = unsafe { Functions::of(&library) }?;
                Ok(Library { functions, _library: library })
            });
            match loaded {
                Ok(library) => return Ok(library),
                Err(cause) => {
                    let why = cause.source().map_or_else(|| cause.to_string(), ToString::to_string);
                    causes.push(why);
                }
            }
        }
        Err(install::missing(&causes))
    }

    /// Checks what a function has returned.
    fn check(&self, major: u32, minor: u32) -> Result<u32, Failure> {
        match major & ERRORS {
            0 => Ok(major),
            _ => Err(self.failure(major, minor)),
        }
    }

    #[cold]
    fn failure(&self, major: u32, minor: u32) -> Failure {
        let mut texts = Vec::new();
        if !VAGUE.contains(&(major & ERRORS)) || minor == 0 {
            self.explain(major, GSS_C_GSS_CODE, &mut texts);
        }
        if minor != 0 {
            self.explain(minor, GSS_C_MECH_CODE, &mut texts);
        }
        Failure { major, minor, text: texts.join(": ") }
    }

    /// What the library says of a status, in one or several texts.
    fn explain(&self, status: u32, kind: c_int, texts: &mut Vec<String>) {
        let (mut minor, mut more) = (0, 0);
        let mechanism = oid(KERBEROS);
        // A status has two texts at most.
        for _ in 0..4 {
            let mut text = Given::new(self);
            // SAFETY: all places are valid for as long as the call takes.
            let major = unsafe {
                (self.functions.gss_display_status)(
                    &raw mut minor,
                    status,
                    kind,
                    &raw const mechanism,
                    &raw mut more,
                    &raw mut text.buffer,
                )
            };
            if major & ERRORS != 0 {
                return;
            }
            texts.push(String::from_utf8_lossy(&text.to_vec()).into_owned());
            if more == 0 {
                return;
            }
        }
    }
}

fn oid(bytes: &'static [u8]) -> Oid {
    Oid { length: bytes.len() as u32, elements: bytes.as_ptr().cast() }
}

/// What is handed to the library, which only reads it.
fn lent(bytes: &[u8]) -> Buffer {
    Buffer { length: bytes.len(), value: bytes.as_ptr().cast_mut().cast() }
}

/// What the library has allocated.
struct Given<'l> {
    library: &'l Library,
    buffer: Buffer,
}

impl<'l> Given<'l> {
    fn new(library: &'l Library) -> Self {
        Given { library, buffer: Buffer { length: 0, value: ptr::null_mut() } }
    }

    fn to_vec(&self) -> Vec<u8> {
        let (length, value) = (self.buffer.length, self.buffer.value);
        if value.is_null() || length == 0 {
            return Vec::new();
        }
        // SAFETY: the library has put so many bytes there, and they stay until this is dropped.
        unsafe { slice::from_raw_parts(value.cast::<u8>(), length) }.to_vec()
    }
}

impl Drop for Given<'_> {
    fn drop(&mut self) {
        let mut minor = 0;
        // SAFETY: the buffer is empty, or the library's; nothing of it is used any more.
        unsafe {
            (self.library.functions.gss_release_buffer)(&raw mut minor, &raw mut self.buffer)
        };
    }
}

/// Something that the library has made, and has a function to release.
struct Owned {
    library: &'static Library,
    handle: Handle,
    release: unsafe extern "system" fn(*mut u32, *mut Handle) -> u32,
}

// SAFETY: the libraries let any thread use what another has made, if they do so one after another.
unsafe impl Send for Owned {}

impl Owned {
    fn name(library: &'static Library) -> Self {
        let release = library.functions.gss_release_name;
        Owned { library, handle: ptr::null_mut(), release }
    }
}

impl Drop for Owned {
    fn drop(&mut self) {
        let mut minor = 0;
        if !self.handle.is_null() {
            // SAFETY: the function is that for this kind of handle, which is not used any more.
            unsafe { (self.release)(&raw mut minor, &raw mut self.handle) };
        }
    }
}

/// The name of a user or a service.
pub(super) struct Name(Owned);

impl Name {
    /// A service on a host: `service@host`, or `service` alone, which is on this machine.
    pub(super) fn service(library: &'static Library, text: &str) -> Result<Self, Failure> {
        Name::import(library, text, SERVICE)
    }

    /// A principal of Kerberos.
    pub(super) fn principal(library: &'static Library, text: &str) -> Result<Self, Failure> {
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
    pub(super) fn canonical(&self) -> Result<Self, Failure> {
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
    pub(super) fn text(&self) -> Result<String, Failure> {
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
pub(super) enum Usage {
    Initiate = 1,
    Accept = 2,
}

/// The tickets or the keys of a user or a service.
pub(super) struct Credential(Owned);

impl Credential {
    /// That of a name, or any; from the places that are given, such as a `ccache`, or the usual ones.
    ///
    /// # Errors
    ///
    /// If there is none. `None` if the library knows the usual places only.
    pub(super) fn acquire(
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

/// What both sides have agreed on so far.
pub(super) struct Context {
    library: &'static Library,
    handle: Handle,
}

// SAFETY: the libraries let any thread use what another has made, if they do so one after another.
unsafe impl Send for Context {}

/// What follows on a token.
pub(super) struct Established {
    /// What the peer needs, if it is not empty.
    pub(super) token: Vec<u8>,
    pub(super) is_complete: bool,
    /// What is sure of the context, once it is complete.
    pub(super) flags: u32,
}

impl Context {
    pub(super) fn new(library: &'static Library) -> Self {
        Context { library, handle: ptr::null_mut() }
    }

    /// Goes on as a client, with the token of the server's, which is empty at first.
    pub(super) fn initiate(
        &mut self,
        credential: &Credential,
        target: &Name,
        flags: u32,
        token: &[u8],
    ) -> Result<Established, Failure> {
        let library = self.library;
        let (mut minor, mut sure) = (0, 0);
        let (mechanism, token, mut answer) = (oid(KERBEROS), lent(token), Given::new(library));
        // SAFETY: all places are valid for as long as the call takes. The context is this one's, or
        // null, and becomes this one's.
        let major = unsafe {
            (library.functions.gss_init_sec_context)(
                &raw mut minor,
                credential.0.handle,
                &raw mut self.handle,
                target.0.handle,
                &raw const mechanism,
                flags,
                0,
                ptr::null(),
                &raw const token,
                ptr::null_mut(),
                &raw mut answer.buffer,
                &raw mut sure,
                ptr::null_mut(),
            )
        };
        let major = library.check(major, minor)?;
        let is_complete = major & GSS_S_CONTINUE_NEEDED == 0;
        Ok(Established { token: answer.to_vec(), is_complete, flags: sure })
    }

    /// Goes on as a server, with a token of the client's. Who that is, is sure once it is complete.
    pub(super) fn accept(
        &mut self,
        credential: &Credential,
        token: &[u8],
    ) -> Result<(Established, Name), Failure> {
        let library = self.library;
        let (mut minor, mut sure) = (0, 0);
        let mut peer = Owned::name(library);
        let (token, mut answer) = (lent(token), Given::new(library));
        // SAFETY: all places are valid for as long as the call takes. The context is this one's, or
        // null, and becomes this one's; the peer is a name.
        let major = unsafe {
            (library.functions.gss_accept_sec_context)(
                &raw mut minor,
                &raw mut self.handle,
                credential.0.handle,
                &raw const token,
                ptr::null(),
                &raw mut peer.handle,
                ptr::null_mut(),
                &raw mut answer.buffer,
                &raw mut sure,
                ptr::null_mut(),
                ptr::null_mut(),
            )
        };
        let major = library.check(major, minor)?;
        let is_complete = major & GSS_S_CONTINUE_NEEDED == 0;
        Ok((Established { token: answer.to_vec(), is_complete, flags: sure }, Name(peer)))
    }

    /// Protects bytes. Tells whether nobody can read them, if that was asked for.
    pub(super) fn wrap(&mut self, bytes: &[u8], secret: bool) -> Result<(Vec<u8>, bool), Failure> {
        let library = self.library;
        let (mut minor, mut is_secret) = (0, 0);
        let (bytes, mut token) = (lent(bytes), Given::new(library));
        // SAFETY: all places are valid for as long as the call takes, and the context is whole.
        let major = unsafe {
            (library.functions.gss_wrap)(
                &raw mut minor,
                self.handle,
                secret.into(),
                0,
                &raw const bytes,
                &raw mut is_secret,
                &raw mut token.buffer,
            )
        };
        library.check(major, minor)?;
        Ok((token.to_vec(), is_secret != 0))
    }

    /// What is in a token of the peer's, and whether nobody could read it.
    pub(super) fn unwrap(&mut self, token: &[u8]) -> Result<(Vec<u8>, bool), Failure> {
        let library = self.library;
        let (mut minor, mut is_secret) = (0, 0);
        let (token, mut bytes) = (lent(token), Given::new(library));
        // SAFETY: all places are valid for as long as the call takes, and the context is whole.
        let major = unsafe {
            (library.functions.gss_unwrap)(
                &raw mut minor,
                self.handle,
                &raw const token,
                &raw mut bytes.buffer,
                &raw mut is_secret,
                ptr::null_mut(),
            )
        };
        let major = library.check(major, minor)?;
        if major & OUT_OF_ORDER != 0 {
            return Err(library.failure(major, minor));
        }
        Ok((bytes.to_vec(), is_secret != 0))
    }

    /// How many bytes a token of this length can have in it.
    pub(super) fn most(&mut self, token: u32, secret: bool) -> Result<u32, Failure> {
        let (mut minor, mut most) = (0, 0);
        // SAFETY: all places are valid for as long as the call takes, and the context is whole.
        let major = unsafe {
            (self.library.functions.gss_wrap_size_limit)(
                &raw mut minor,
                self.handle,
                secret.into(),
                0,
                token,
                &raw mut most,
            )
        };
        self.library.check(major, minor)?;
        Ok(most)
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        let mut minor = 0;
        if !self.handle.is_null() {
            // SAFETY: the context is this one's, and not used any more. Nobody asks for a token.
            unsafe {
                (self.library.functions.gss_delete_sec_context)(
                    &raw mut minor,
                    &raw mut self.handle,
                    ptr::null_mut(),
                )
            };
        }
    }
}

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Library").finish_non_exhaustive()
    }
}
