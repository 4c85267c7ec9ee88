//! What a handler can learn about a call besides its arguments.

use std::{
    fmt, mem,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
    time::Instant,
};

use bytes::Bytes;

use super::{
    Answer, Cancelled, Connection, Event, Extensions, Head, Headers, Message, Origin, PeerAddr,
    connection::About, load::Load,
};

/// What a server knows about the other end of a connection.
#[derive(Clone, Default)]
pub(crate) struct Peer {
    pub(crate) address: Option<SocketAddr>,
    /// The certificates it presented in the TLS handshake.
    pub(crate) certificates: Option<Arc<[Bytes]>>,
    /// Who it has proven to be.
    pub(crate) identity: Option<Arc<str>>,
    /// That which its calls come over, if there is one, or if something was kept with it.
    pub(crate) connection: OnceLock<Connection>,
    /// What the server has in hand, if that has bounds.
    pub(crate) load: Option<Arc<Load>>,
}

impl Peer {
    /// The peer of a connection.
    #[cfg(any(feature = "blocking", feature = "tokio"))]
    pub(crate) fn of(connection: Connection) -> Self {
        let address = connection.peer().address();
        let load = connection.load();
        Peer { address, connection: connection.into(), load, ..Peer::default() }
    }

    /// The connection; that of a message that came without one is its own.
    pub(crate) fn connection(&self) -> &Connection {
        self.connection.get_or_init(|| {
            let address = self.address.map_or(PeerAddr::Unknown, PeerAddr::Tcp);
            Connection::new(Arc::new(About::new(address, Instant::now(), None)))
        })
    }

    /// Tells the connection's observer of an event, if there is one.
    #[cold]
    pub(crate) fn tell<'a>(&'a self, event: impl FnOnce(&'a Connection) -> Event<'a>) {
        if let Some(connection) = self.connection.get() {
            connection.tell(&event(connection));
        }
    }

    pub(crate) fn certificates(&self) -> &[Bytes] {
        self.certificates.as_deref().unwrap_or_default()
    }
}

impl fmt::Debug for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peer")
            .field("address", &self.address)
            .field("certificates", &self.certificates().len())
            .field("identity", &self.identity)
            .finish()
    }
}

/// What a handler can learn about the call that it answers, besides the arguments.
///
/// Processors made with `per_call` pass it to the function that makes the handler, which may keep a
/// copy:
///
/// ```ignore
/// CalculatorServiceProcessor::per_call(|cx| Calculator { peer: cx.peer() })
/// ```
#[derive(Debug, Clone)]
pub struct Context {
    peer: Peer,
    head: Option<Arc<Head>>,
    method: Box<str>,
    seqid: i32,
    deadline: Option<Instant>,
    extensions: Extensions,
    /// Where the transport carries headers.
    reply_headers: Option<ReplyHeaders>,
}

impl Context {
    pub(super) fn new(message: &Message<'_>, method: &[u8], answer: &mut Answer) -> Self {
        let Origin { peer, limits: _, head } = message.origin;
        // The context and the call get the same connection, which is made when it is first asked
        // for.
        peer.connection();
        let mut cx = Context {
            peer: peer.clone(),
            head: head.cloned(),
            method: String::from_utf8_lossy(method).into(),
            seqid: message.header.seqid,
            deadline: None,
            extensions: Extensions::default(),
            reply_headers: None,
        };
        if head.is_some() {
            let headers = answer.more_mut().from_handler.get_or_insert_default();
            cx.reply_headers = Some(headers.clone());
        }
        if let Some(more) = answer.more() {
            cx.deadline = more.deadline;
            cx.extensions = more.extensions.clone();
            if more.identity.is_some() {
                cx.peer.identity.clone_from(&more.identity);
            }
        }
        cx
    }

    /// The address of the caller; `None` for connections without one, such as Unix sockets.
    pub fn peer(&self) -> Option<SocketAddr> {
        self.peer.address
    }

    /// The connection that the call came over, with what is kept for as long as that is open:
    ///
    /// ```ignore
    /// TCLIServiceProcessor::per_call(|cx| Cli { sessions: cx.connection().get_or_insert_with(Sessions::default) })
    /// ```
    pub fn connection(&self) -> &Connection {
        self.peer.connection()
    }

    /// Whether the caller is gone, so that nobody will read the answer: its connection has ended, or
    /// its side of it. A caller that ends only its side, and still reads, counts as gone too.
    ///
    /// The server begins to watch for it when this is first called, so call it early, or again. In
    /// a blocking server, systems other than Linux only know it of a caller that has left nothing
    /// unread. Over UDP, a caller is never gone.
    ///
    /// ```
    /// # use thrift_runtime::Context;
    /// # async fn one_more_step() -> bool { false }
    /// async fn work(cx: Context) {
    ///     while !cx.is_cancelled() && one_more_step().await {}
    /// }
    /// ```
    pub fn is_cancelled(&self) -> bool {
        self.peer.connection().presence().is_gone()
    }

    /// Waits until the caller is gone, as [`is_cancelled`](Context::is_cancelled) tells. In a
    /// blocking server, nothing wakes whoever waits for this: ask `is_cancelled` there.
    ///
    /// A server can also [drop](crate::ConnectionOptions::cancel_abandoned_calls) the calls of callers
    /// who are gone.
    pub fn cancelled(&self) -> Cancelled {
        Cancelled::new(self.peer.connection().clone())
    }

    /// The certificate chain that the caller presented in the TLS handshake, in DER: its own first,
    /// then those up to its authority. Empty if the server did not ask for one. The chain was
    /// verified before the call was read.
    ///
    /// ```ignore
    /// CalculatorServiceProcessor::per_call(|cx| Calculator { caller: cx.certificates().first().cloned() })
    /// ```
    pub fn certificates(&self) -> &[Bytes] {
        self.peer.certificates()
    }

    /// Who the caller is: what middleware [found out](crate::Call::set_identity), or else the
    /// transport.
    pub fn identity(&self) -> Option<&str> {
        self.peer.identity.as_deref()
    }

    /// The headers of the call: THeader's info headers, or those of the HTTP request. Other
    /// transports have none.
    pub fn headers(&self) -> &Headers {
        self.head.as_ref().map_or(Headers::NONE, |head| &head.headers)
    }

    /// The path of the URL that the call was posted to, such as `/calculator`. Only HTTP has one.
    pub fn path(&self) -> Option<&str> {
        self.head.as_ref()?.path.as_deref()
    }

    /// Sets a header of the reply, in place of one of the same name. It is sent where the transport
    /// carries headers: THeader and HTTP.
    pub fn set_reply_header(&self, name: impl Into<String>, value: impl Into<String>) {
        if let Some(headers) = &self.reply_headers {
            headers.lock().set(name, value);
        }
    }

    /// The method's name, as the call has it.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The call's sequence id.
    pub fn seqid(&self) -> i32 {
        self.seqid
    }

    /// When the caller gives the call up, if [that is known](crate::Call::set_deadline).
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// Values that middleware has added to the call.
    pub fn extensions(&self) -> &Extensions {
        &self.extensions
    }
}

/// Headers of a reply, which a handler sets while it runs.
#[derive(Debug, Clone, Default)]
pub(super) struct ReplyHeaders(Arc<Mutex<Headers>>);

impl ReplyHeaders {
    pub(super) fn take(&self) -> Headers {
        mem::take(&mut self.lock())
    }

    fn lock(&self) -> MutexGuard<'_, Headers> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
