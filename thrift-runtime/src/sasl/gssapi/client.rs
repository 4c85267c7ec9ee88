//! The client's side of a negotiation (RFC 4752, 3.1).

use super::{
    Choice, Offer, Qualities,
    context::{Gss, MUTUAL},
    layer::Layer,
    status::{Side, advice, what},
};
use crate::{
    error::{Error, ErrorKind, Result},
    sasl::{ClientSession, SecurityLayer},
};

/// A negotiation, which has come to a stage.
pub(super) struct Session<G> {
    stage: Stage<G>,
    qualities: Qualities,
    acts_as: String,
    /// What the context is sure of.
    flags: u32,
}

enum Stage<G> {
    /// The context is being made.
    Context(G),
    /// It is complete, and the server is to offer qualities.
    Offer(G),
    Done(Option<Layer<G>>),
    Failed,
}

impl<G: Gss> Session<G> {
    pub(super) fn new(gss: G, qualities: Qualities, acts_as: String) -> Self {
        Session { stage: Stage::Context(gss), qualities, acts_as, flags: 0 }
    }

    fn establish(&mut self, mut gss: G, token: &[u8]) -> Result<Vec<u8>> {
        let established = gss.establish(token).map_err(|failure| {
            let advice = advice(&failure, Side::Client);
            refused(&what(&failure), advice.unwrap_or("see the log of the KDC"))
        })?;
        self.flags = established.flags;
        self.stage = match established.is_complete {
            false => Stage::Context(gss),
            true if established.flags & MUTUAL == 0 => {
                return Err(unsure("the server did not prove its identity"));
            }
            true => Stage::Offer(gss),
        };
        Ok(established.token)
    }

    /// Chooses what the server offers.
    fn choose(&mut self, mut gss: G, token: &[u8]) -> Result<Vec<u8>> {
        let opened = gss.unwrap(token).map_err(|failure| unsure(&what(&failure)))?;
        let offer = Offer::read(&opened.0).map_err(|why| unsure(&why))?;
        let quality = offer.within(self.flags).choose(&self.qualities).map_err(|why| {
            refused(&why, "set `at_least` and `at_most` of `Gssapi`, or those of the server")
        })?;
        let choice = Choice::new(quality, &self.acts_as);
        let wrapped = gss.wrap(&choice.to_bytes(), false);
        let (response, _) = wrapped.map_err(|failure| unsure(&what(&failure)))?;
        self.stage = Stage::Done(Layer::of(gss, quality, offer.buffer)?);
        Ok(response)
    }
}

impl<G: Gss + 'static> ClientSession for Session<G> {
    fn first(&mut self) -> Result<Vec<u8>> {
        self.respond(&[])
    }

    fn respond(&mut self, challenge: &[u8]) -> Result<Vec<u8>> {
        match std::mem::replace(&mut self.stage, Stage::Failed) {
            Stage::Context(gss) => self.establish(gss, challenge),
            Stage::Offer(gss) => self.choose(gss, challenge),
            Stage::Done(_) | Stage::Failed => {
                Err(unsure("the server sent more after the end of the negotiation"))
            }
        }
    }

    fn is_complete(&self) -> bool {
        matches!(self.stage, Stage::Done(_))
    }

    fn layer(&mut self) -> Option<Box<dyn SecurityLayer>> {
        match &mut self.stage {
            Stage::Done(layer) => layer.take().map(|layer| Box::new(layer) as _),
            _ => None,
        }
    }
}

/// The error for something that the user can change.
#[cold]
pub(super) fn refused(why: &str, advice: &str) -> Error {
    Error::new(ErrorKind::Sasl, format!("the SASL mechanism GSSAPI failed: {why}; {advice}"))
}

/// The error for a server that does as none should.
#[cold]
fn unsure(why: &str) -> Error {
    Error::new(ErrorKind::Sasl, format!("the SASL mechanism GSSAPI failed: {why}"))
}
