//! A server's negotiation, which works in a thread where that may block.

use std::sync::Arc;

use super::{
    accept::Settings,
    context::Acceptor,
    server::{Session, Turn},
};
use crate::sasl::{Authenticated, Refused, Responding, ServerSession, ServerStep};

/// A negotiation, whose session is in another thread while the library works.
pub(super) struct Negotiation {
    settings: Arc<Settings>,
    session: Option<Session<Acceptor>>,
}

impl Negotiation {
    pub(super) fn new(settings: Arc<Settings>) -> Self {
        Negotiation { settings, session: None }
    }
}

impl ServerSession for Negotiation {
    fn respond<'a>(&'a mut self, response: &'a [u8]) -> Responding<'a> {
        Box::pin(async move {
            let (settings, session) = (Arc::clone(&self.settings), self.session.take());
            let response = response.to_vec();
            let responded = aside(move || {
                let mut session = match session {
                    Some(session) => session,
                    None => Session::new(settings.acceptor()?, &settings.qualities),
                };
                let turn = session.respond(&response)?;
                Ok::<_, Refused>((session, turn))
            });
            let ended = || Refused::failed("the server failed to authenticate the client");
            let (session, turn) = responded.await.ok_or_else(ended)??;
            self.session = Some(session);
            match turn {
                Turn::Challenge(challenge) => Ok(ServerStep::Challenge(challenge)),
                Turn::Chosen(peer, layer) => {
                    if peer.acts_as().is_some() && !self.settings.takes_others {
                        return Err(Refused::new("this server does not let users act as others"));
                    }
                    let mut done = Authenticated::new((self.settings.decide)(peer).await?);
                    done.layer = layer.map(|layer| Box::new(layer) as _);
                    Ok(ServerStep::Done(done))
                }
            }
        })
    }
}

/// Does what may block in a thread for it, if there is a runtime. Nothing if that panics or is not done.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    #[cfg(feature = "tokio")]
    if let Ok(runtime) = tokio::runtime::Handle::try_current() {
        return runtime.spawn_blocking(work).await.ok();
    }
    Some(work())
}
