//! A context between both sides, while and after it is made.

use super::library::{Context, Credential, Established, Failure, Name};

/// One side of a context.
pub(super) trait Gss: Send {
    /// Goes on with a token of the peer's.
    fn establish(&mut self, token: &[u8]) -> Result<Established, Failure>;
    /// Who the peer is, once the context is complete.
    fn peer(&self) -> Result<String, Failure>;
    /// Protects bytes, and tells whether nobody can read them, if that was asked for.
    fn wrap(&mut self, bytes: &[u8], secret: bool) -> Result<(Vec<u8>, bool), Failure>;
    /// What is in a token of the peer's, and whether nobody could read it.
    fn unwrap(&mut self, token: &[u8]) -> Result<(Vec<u8>, bool), Failure>;
    /// How many bytes a token of this length can have in it.
    fn most(&mut self, token: u32, secret: bool) -> Result<u32, Failure>;
}

/// What a context is sure of, or is asked to be (RFC 2744, 5.19).
pub(super) const MUTUAL: u32 = 2;
const REPLAY: u32 = 4;
const SEQUENCE: u32 = 8;
pub(super) const SECRET: u32 = 16;
pub(super) const INTEGRITY: u32 = 32;

/// The client's side.
pub(super) struct Initiator {
    context: Context,
    credential: Credential,
    target: Name,
    flags: u32,
}

impl Initiator {
    pub(super) fn new(
        context: Context,
        credential: Credential,
        target: Name,
        secret: bool,
    ) -> Self {
        let flags = MUTUAL | REPLAY | SEQUENCE | INTEGRITY | if secret { SECRET } else { 0 };
        Initiator { context, credential, target, flags }
    }
}

impl Gss for Initiator {
    fn establish(&mut self, token: &[u8]) -> Result<Established, Failure> {
        self.context.initiate(&self.credential, &self.target, self.flags, token)
    }

    fn peer(&self) -> Result<String, Failure> {
        self.target.text()
    }

    fn wrap(&mut self, bytes: &[u8], secret: bool) -> Result<(Vec<u8>, bool), Failure> {
        self.context.wrap(bytes, secret)
    }

    fn unwrap(&mut self, token: &[u8]) -> Result<(Vec<u8>, bool), Failure> {
        self.context.unwrap(token)
    }

    fn most(&mut self, token: u32, secret: bool) -> Result<u32, Failure> {
        self.context.most(token, secret)
    }
}

/// The server's side.
pub(super) struct Acceptor {
    context: Context,
    credential: Credential,
    peer: Option<Name>,
}

impl Acceptor {
    pub(super) fn new(context: Context, credential: Credential) -> Self {
        Acceptor { context, credential, peer: None }
    }
}

impl Gss for Acceptor {
    fn establish(&mut self, token: &[u8]) -> Result<Established, Failure> {
        let (established, peer) = self.context.accept(&self.credential, token)?;
        self.peer = Some(peer);
        Ok(established)
    }

    fn peer(&self) -> Result<String, Failure> {
        self.peer.as_ref().map_or(Ok(String::new()), Name::text)
    }

    fn wrap(&mut self, bytes: &[u8], secret: bool) -> Result<(Vec<u8>, bool), Failure> {
        self.context.wrap(bytes, secret)
    }

    fn unwrap(&mut self, token: &[u8]) -> Result<(Vec<u8>, bool), Failure> {
        self.context.unwrap(token)
    }

    fn most(&mut self, token: u32, secret: bool) -> Result<u32, Failure> {
        self.context.most(token, secret)
    }
}
