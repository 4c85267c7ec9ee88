//! What protects the bytes that follow (RFC 4752, 3.1, at its end).

use super::{Quality, context::Gss, status::failed};
use crate::{
    error::{Error, ErrorKind, Result},
    sasl::SecurityLayer,
};

/// The qualities auth-int and auth-conf.
pub(super) struct Layer<G> {
    gss: G,
    secret: bool,
    most: usize,
}

impl<G: Gss> Layer<G> {
    /// What a quality takes, to a peer that takes tokens of so many bytes. Nothing for auth.
    ///
    /// # Errors
    ///
    /// If such tokens have room for nothing.
    pub(super) fn of(mut gss: G, quality: Quality, buffer: u32) -> Result<Option<Self>> {
        if quality == Quality::Authentication {
            return Ok(None);
        }
        let secret = quality == Quality::Confidentiality;
        let most = gss.most(buffer, secret).map_err(|failure| failed(&failure))?;
        if most == 0 || most > buffer {
            let text =
                format!("the peer accepts only {buffer} bytes at once, too few for {quality}");
            return Err(Error::new(ErrorKind::Sasl, text));
        }
        Ok(Some(Layer { gss, secret, most: most as usize }))
    }
}

impl<G: Gss> SecurityLayer for Layer<G> {
    fn seal(&mut self, bytes: &[u8]) -> Result<Vec<u8>> {
        let wrapped = self.gss.wrap(bytes, self.secret);
        let (token, is_secret) = wrapped.map_err(|failure| failed(&failure))?;
        match is_secret || !self.secret {
            true => Ok(token),
            false => Err(in_plain("this side cannot encrypt")),
        }
    }

    fn open(&mut self, token: &[u8]) -> Result<Vec<u8>> {
        let unwrapped = self.gss.unwrap(token);
        let (bytes, is_secret) = unwrapped.map_err(|failure| failed(&failure))?;
        match is_secret || !self.secret {
            true => Ok(bytes),
            false => Err(in_plain("the peer did not encrypt")),
        }
    }

    fn most(&self) -> usize {
        self.most
    }
}

#[cold]
fn in_plain(who: &str) -> Error {
    Error::new(ErrorKind::Sasl, format!("{who}, though auth-conf was negotiated"))
}
