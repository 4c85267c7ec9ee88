//! Contexts: all that is done with tokens.

use std::ptr;

use super::{Credential, Failure, Given, Handle, KERBEROS, Library, Name, Owned, lent, oid};

const GSS_S_CONTINUE_NEEDED: u32 = 1;
/// That a token came twice, late or out of order, which nothing does on a connection.
const OUT_OF_ORDER: u32 = 2 | 4 | 8 | 16;

/// What both sides have agreed on so far.
pub(in crate::sasl::gssapi) struct Context {
    library: &'static Library,
    handle: Handle,
}

// SAFETY: the libraries let any thread use what another has made, if they do so one after another.
unsafe impl Send for Context {}

/// What follows on a token.
pub(in crate::sasl::gssapi) struct Established {
    /// What the peer needs, if it is not empty.
    pub(in crate::sasl::gssapi) token: Vec<u8>,
    pub(in crate::sasl::gssapi) is_complete: bool,
    /// What is sure of the context, once it is complete.
    pub(in crate::sasl::gssapi) flags: u32,
}

impl Context {
    pub(in crate::sasl::gssapi) fn new(library: &'static Library) -> Self {
        Context { library, handle: ptr::null_mut() }
    }

    /// Goes on as a client, with the token of the server's, which is empty at first.
    pub(in crate::sasl::gssapi) fn initiate(
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
    pub(in crate::sasl::gssapi) fn accept(
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
    pub(in crate::sasl::gssapi) fn wrap(
        &mut self,
        bytes: &[u8],
        secret: bool,
    ) -> Result<(Vec<u8>, bool), Failure> {
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
    pub(in crate::sasl::gssapi) fn unwrap(
        &mut self,
        token: &[u8],
    ) -> Result<(Vec<u8>, bool), Failure> {
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
    pub(in crate::sasl::gssapi) fn most(
        &mut self,
        token: u32,
        secret: bool,
    ) -> Result<u32, Failure> {
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
