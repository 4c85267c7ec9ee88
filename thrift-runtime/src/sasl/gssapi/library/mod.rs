//! The GSSAPI library of C, which is loaded when it is first needed: all unsafe code of the mechanism.
//!
//! What is called, and how it looks, is in RFC 2744; `gss_acquire_cred_from` is an extension that MIT's
//! library and Heimdal's share. The rest of the mechanism uses [`Name`], [`Credential`] and [`Context`],
//! which own what the library gives, and give it back.

#![allow(unsafe_code)]

use std::{
    error::Error,
    ffi::{c_int, c_void},
    fmt, ptr, slice,
    sync::OnceLock,
};

mod context;
mod names;

pub(super) use self::{
    context::{Context, Established},
    names::{Credential, Name, Usage},
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
const GSS_C_GSS_CODE: c_int = 1;
const GSS_C_MECH_CODE: c_int = 2;
/// What is an error, of a status (RFC 2744, 3.9.1).
const ERRORS: u32 = 0xffff_0000;
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

impl fmt::Debug for Library {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Library").finish_non_exhaustive()
    }
}
