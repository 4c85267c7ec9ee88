//! The server's side of a negotiation (RFC 4752, 3.2).

use super::{
    Choice, KerberosPeer, Offer, Qualities,
    context::Gss,
    layer::Layer,
    status::{Side, advice, what},
};
use crate::sasl::Refused;

/// A negotiation, which has come to a stage.
pub(super) struct Session<G> {
    stage: Stage<G>,
    /// What is offered, as far as the context can protect it.
    offer: Offer,
}

enum Stage<G> {
    /// The context is being made.
    Context(G),
    /// It is complete, which the client has been told, and answers with nothing.
    Complete(G),
    /// Qualities were offered.
    Offered(G),
    Ended,
}

/// What follows on a response.
pub(super) enum Turn<G> {
    Challenge(Vec<u8>),
    /// Whoever this is has said what it wants.
    Chosen(KerberosPeer, Option<Layer<G>>),
}

impl<G: Gss> Session<G> {
    pub(super) fn new(gss: G, qualities: &Qualities) -> Self {
        Session { stage: Stage::Context(gss), offer: Offer::of(qualities) }
    }

    /// Takes a response.
    ///
    /// # Errors
    ///
    /// If the peer is not let in.
    pub(super) fn respond(&mut self, response: &[u8]) -> Result<Turn<G>, Refused> {
        match std::mem::replace(&mut self.stage, Stage::Ended) {
            // A client may leave it to the server to begin, though it has nothing to say.
            Stage::Context(gss) if response.is_empty() => {
                self.stage = Stage::Context(gss);
                Ok(Turn::Challenge(Vec::new()))
            }
            Stage::Context(gss) => self.establish(gss, response),
            Stage::Complete(gss) if response.is_empty() => self.offer(gss),
            Stage::Complete(_) => {
                Err(wrong("the client sent a token after the context was complete"))
            }
            Stage::Offered(gss) => self.choose(gss, response),
            Stage::Ended => Err(wrong("the client sent more after the end of the negotiation")),
        }
    }

    fn establish(&mut self, mut gss: G, token: &[u8]) -> Result<Turn<G>, Refused> {
        let established = gss.establish(token).map_err(|failure| {
            let advice = advice(&failure, Side::Server).unwrap_or("look at the KDC's log");
            wrong(&what(&failure)).with_advice(advice)
        })?;
        if established.is_complete {
            let offer = self.offer.within(established.flags);
            if offer.is_empty() {
                let wanted = self.offer;
                return Err(wrong(&format!("the client's context does not support {wanted}")));
            }
            self.offer = offer;
        }
        match (established.is_complete, established.token.is_empty()) {
            (true, true) => return self.offer(gss),
            (true, false) => self.stage = Stage::Complete(gss),
            (false, _) => self.stage = Stage::Context(gss),
        }
        Ok(Turn::Challenge(established.token))
    }

    fn offer(&mut self, mut gss: G) -> Result<Turn<G>, Refused> {
        let offer = self.offer.to_bytes();
        let (challenge, _) = gss.wrap(&offer, false).map_err(|failure| wrong(&what(&failure)))?;
        self.stage = Stage::Offered(gss);
        Ok(Turn::Challenge(challenge))
    }

    fn choose(&mut self, mut gss: G, token: &[u8]) -> Result<Turn<G>, Refused> {
        let (bytes, _) = gss.unwrap(token).map_err(|failure| wrong(&what(&failure)))?;
        let choice = Choice::read(&bytes, self.offer).map_err(|why| wrong(&why))?;
        let principal = gss.peer().map_err(|failure| wrong(&what(&failure)))?;
        if principal.is_empty() {
            return Err(wrong("the client has no name"));
        }
        let Choice { quality, buffer, acts_as } = choice;
        let layer =
            Layer::of(gss, quality, buffer).map_err(|error| Refused::new(error.to_string()))?;
        Ok(Turn::Chosen(KerberosPeer::new(principal, acts_as, quality), layer))
    }
}

#[cold]
fn wrong(why: &str) -> Refused {
    Refused::new(format!("GSSAPI failed: {why}"))
}
