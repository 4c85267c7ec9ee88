//! Negotiations over contexts that are none, and what they make of peers that do as they should not.

use super::{
    Quality,
    client::Session as ClientSide,
    context::{Gss, INTEGRITY, MUTUAL, SECRET},
    layer::Layer,
    library::{Established, Failure, Library},
    server::{Session as ServerSide, Turn},
    status::{Side, advice},
};
use crate::{
    error::Error,
    sasl::{ClientSession, SecurityLayer},
};

/// A context that is complete after some rounds. Each token tells its kind, and nobody keeps a secret.
struct Fake {
    rounds: usize,
    flags: u32,
    /// Whether the last token is the peer's, which needs no answer.
    is_last: bool,
    peer: &'static str,
    encrypts: bool,
}

const DEFECTIVE: u32 = 9 << 16;

fn defective() -> Failure {
    Failure { major: DEFECTIVE, minor: 0, text: "A token was invalid".to_owned() }
}

impl Fake {
    fn client() -> Self {
        let (flags, peer) = (MUTUAL | INTEGRITY | SECRET, "hive/localhost@EXAMPLE.COM");
        Fake { rounds: 1, flags, is_last: false, peer, encrypts: true }
    }

    fn server() -> Self {
        Fake { rounds: 0, peer: "alice@EXAMPLE.COM", ..Fake::client() }
    }
}

impl Gss for Fake {
    fn establish(&mut self, token: &[u8]) -> Result<Established, Failure> {
        if !(token.is_empty() || token == b"token") {
            return Err(defective());
        }
        let is_complete = self.rounds == 0;
        self.rounds = self.rounds.saturating_sub(1);
        // The client has nothing to say to the server's last token.
        let silent = self.is_last || (is_complete && self.peer.starts_with("hive"));
        let token = if silent { Vec::new() } else { b"token".to_vec() };
        Ok(Established { token, is_complete, flags: self.flags })
    }

    fn peer(&self) -> Result<String, Failure> {
        Ok(self.peer.to_owned())
    }

    fn wrap(&mut self, bytes: &[u8], secret: bool) -> Result<(Vec<u8>, bool), Failure> {
        let secret = secret && self.encrypts;
        Ok(([bytes, &[u8::from(secret)]].concat(), secret))
    }

    fn unwrap(&mut self, token: &[u8]) -> Result<(Vec<u8>, bool), Failure> {
        match token.split_last() {
            Some((secret @ (0 | 1), bytes)) => Ok((bytes.to_vec(), *secret == 1)),
            _ => Err(defective()),
        }
    }

    fn most(&mut self, token: u32, _secret: bool) -> Result<u32, Failure> {
        Ok(token.saturating_sub(100))
    }
}

fn client() -> ClientSide<Fake> {
    ClientSide::new(Fake::client(), Quality::ALL, String::new())
}

fn server() -> ServerSide<Fake> {
    ServerSide::new(Fake::server(), &Quality::ALL)
}

fn challenge(turn: Turn<Fake>) -> Vec<u8> {
    match turn {
        Turn::Challenge(challenge) => challenge,
        Turn::Chosen(peer, _) => panic!("{peer:?} has come too early"),
    }
}

/// A server that has offered what it takes.
fn offered() -> ServerSide<Fake> {
    let mut server = server();
    assert_eq!(challenge(server.respond(b"token").unwrap()), b"token");
    assert_eq!(challenge(server.respond(b"").unwrap()), b"\x07\x01\0\0\0");
    server
}

fn error<T>(result: Result<T, Error>) -> String {
    match result {
        Ok(_) => panic!("it works"),
        Err(error) => error.to_string(),
    }
}

fn refusal(server: &mut ServerSide<Fake>, response: &[u8]) -> String {
    match server.respond(response) {
        Ok(_) => panic!("{response:?} is taken"),
        Err(refused) => refused.to_string(),
    }
}

#[test]
fn both_sides_come_to_the_best_quality() {
    let (mut client, mut server) = (client(), server());
    let mut response = client.first().unwrap();
    let (peer, layer) = loop {
        match server.respond(&response).unwrap() {
            Turn::Challenge(challenge) => response = client.respond(&challenge).unwrap(),
            Turn::Chosen(peer, layer) => break (peer, layer),
        }
    };
    assert!(client.is_complete());
    assert_eq!((peer.principal(), peer.name()), ("alice@EXAMPLE.COM", "alice"));
    assert_eq!((peer.realm(), peer.acts_as()), ("EXAMPLE.COM", None));
    assert_eq!(peer.quality(), Quality::Confidentiality);
    let (mut theirs, mut ours) = (layer.unwrap(), client.layer().unwrap());
    assert_eq!(ours.most(), 65_436);
    let token = ours.seal(b"hello").unwrap();
    assert_eq!(theirs.open(&token).unwrap(), b"hello");
    assert!(client.layer().is_none());
}

#[test]
fn a_server_may_have_the_last_word_of_a_context_or_not() {
    let mut gss = Fake::server();
    gss.is_last = true;
    let mut server = ServerSide::new(gss, &Quality::ALL);
    // Who leaves it to the server to begin is told to do so.
    assert_eq!(challenge(server.respond(b"").unwrap()), b"");
    assert_eq!(challenge(server.respond(b"token").unwrap()), b"\x07\x01\0\0\0");
}

#[test]
fn a_client_gives_up_on_servers_that_do_otherwise() {
    let after = |challenge: &[u8]| {
        let mut client = client();
        client.first().unwrap();
        client.respond(b"token").unwrap();
        error(client.respond(challenge))
    };
    for (challenge, why) in [
        (&b""[..], "A token was invalid (major 0x90000, minor 0x0)"),
        (b"\x07\x01\0\0\x07", "A token was invalid"),
        (b"\x07\x01\0\0", "an offer has 4 bytes, and not 3"),
        (b"\x07\x01\0\0\0\0", "an offer has 4 bytes, and not 5"),
        (b"\x08\x01\0\0\0", "the server offers no quality, but this client takes auth, auth-int"),
        (b"\x04\0\0\0\0", "the peer accepts only 0 bytes at once, too few for auth-conf"),
        (b"\x04\0\0\x64\0", "the peer accepts only 100 bytes at once"),
    ] {
        let error = after(challenge);
        assert!(error.contains(why), "{error}");
    }
    let mut begun = client();
    begun.first().unwrap();
    assert!(error(begun.respond(b"garbage")).contains("A token was invalid"));
    // After an error there is nothing left.
    assert!(
        error(begun.respond(b"token"))
            .ends_with("the server sent more after the end of the negotiation")
    );
    assert!(!begun.is_complete());

    let mut gss = Fake::client();
    gss.flags = INTEGRITY | SECRET;
    let mut unsure = ClientSide::new(gss, Quality::ALL, String::new());
    unsure.first().unwrap();
    assert!(error(unsure.respond(b"token")).ends_with("the server did not prove its identity"));
}

#[test]
fn a_server_refuses_clients_that_do_otherwise() {
    for (response, why) in [
        (&b""[..], "A token was invalid"),
        (b"\x01\0\0\0\x09", "A token was invalid"),
        (b"\x01\0\0\0", "a choice has 4 bytes at least, and not 3"),
        (b"\x03\0\0\0\0", "0x03 does not choose exactly one quality"),
        (b"\x04\0\0\x10\0", "the peer accepts only 16 bytes at once"),
    ] {
        let refusal = refusal(&mut offered(), response);
        assert!(refusal.starts_with("GSSAPI failed: ") || refusal.contains("16"), "{refusal}");
        assert!(refusal.contains(why), "{refusal}");
    }
    assert!(refusal(&mut server(), b"garbage").contains("A token was invalid"));
    let mut complete = server();
    complete.respond(b"token").unwrap();
    assert!(refusal(&mut complete, b"token").contains("after the context was complete"));
    assert!(refusal(&mut complete, b"").contains("after the end"));
    assert!(matches!(offered().respond(b"\x01\0\0\0\0"), Ok(Turn::Chosen(_, None))));
    let mut gss = Fake::server();
    gss.peer = "";
    let mut server = ServerSide::new(gss, &Quality::ALL);
    server.respond(b"token").unwrap();
    server.respond(b"").unwrap();
    assert!(refusal(&mut server, b"\x01\0\0\0\0").ends_with("the client has no name"));
}

#[test]
fn a_context_without_integrity_has_no_layer() {
    let mut gss = Fake::server();
    gss.flags = MUTUAL;
    let mut server = ServerSide::new(gss, &Quality::ALL);
    server.respond(b"token").unwrap();
    assert_eq!(challenge(server.respond(b"").unwrap()), b"\x01\x01\0\0\0");
    let text = "this server offers auth, but the client chose auth-conf";
    assert!(refusal(&mut server, b"\x04\x01\0\0\0").ends_with(text));

    let mut gss = Fake::server();
    gss.flags = MUTUAL | SECRET;
    let mut server = ServerSide::new(gss, &(Quality::Integrity..=Quality::Confidentiality));
    let text = "the client's context does not support auth-int, auth-conf";
    assert!(refusal(&mut server, b"token").ends_with(text));

    let mut gss = Fake::client();
    gss.flags = MUTUAL | INTEGRITY;
    let mut client = ClientSide::new(gss, Quality::ALL, String::new());
    client.first().unwrap();
    client.respond(b"token").unwrap();
    assert_eq!(client.respond(b"\x07\x01\0\0\0").unwrap(), b"\x02\x01\0\0\0");
}

#[test]
fn what_was_to_be_encrypted_is() {
    let layer = |gss| Layer::of(gss, Quality::Confidentiality, 1000).unwrap().unwrap();
    let mut plain = Fake::client();
    plain.encrypts = false;
    let text = "this side cannot encrypt, though auth-conf was negotiated";
    assert_eq!(error(layer(plain).seal(b"secret")), text);
    let text = "the peer did not encrypt, though auth-conf was negotiated";
    assert_eq!(error(layer(Fake::client()).open(b"secret\0")), text);
    let mut integrity = Layer::of(Fake::client(), Quality::Integrity, 1000).unwrap().unwrap();
    assert_eq!(integrity.seal(b"open").unwrap(), b"open\0");
}

#[test]
fn failures_have_advice_of_their_own() {
    let told = |major: u32, minor: i32, side| {
        let failure = Failure { major, minor: minor.cast_unsigned(), text: String::new() };
        advice(&failure, side).unwrap_or_default()
    };
    let failed = 13 << 16;
    for (minor, text) in [
        (-1_765_328_352, "the ticket has expired"),
        (-1_765_328_347, "clocks differ"),
        (-1_765_328_377, "does not know the service"),
        (-1_765_328_378, "does not know the user"),
        (-1_765_328_228, "the KDC does not answer"),
        (-1_765_328_230, "does not say where the realm's KDC is"),
        (-1_765_328_189, "there is no ticket"),
        (-1_765_328_203, "the keytab has no key for the user"),
    ] {
        let advice = told(failed, minor, Side::Client);
        assert!(advice.contains(text), "{minor}: {advice}");
    }
    for (minor, text) in [
        (-1_765_328_352, "the client's ticket has expired"),
        (-1_765_328_343, "export it again"),
        (-1_765_328_340, "export it again"),
        (-1_765_328_154, "no key for the service"),
        (-1_765_328_350, "may be replaying"),
    ] {
        let advice = told(failed, minor, Side::Server);
        assert!(advice.contains(text), "{minor}: {advice}");
    }
    assert!(told(11 << 16, 0, Side::Client).contains("the ticket has expired"));
    assert!(told(7 << 16, 2, Side::Server).contains("the keytab is missing"));
    assert!(told(8, 0, Side::Client).contains("left out, repeated or moved"));
    assert_eq!(told(failed, 5, Side::Client), "");
}

#[test]
#[cfg_attr(miri, ignore = "it loads no libraries")]
fn a_missing_library_says_what_to_install() {
    let error = Library::load(&["libgssapi-none.so.7"]).unwrap_err();
    assert!(
        error.starts_with("there is no GSSAPI library, which Kerberos needs: install "),
        "{error}"
    );
    assert!(error.contains("libgssapi-none.so.7"), "{error}");
    // A library of something else.
    let error = Library::load(&["libc.so.6"]).unwrap_err();
    assert!(error.starts_with("there is no GSSAPI library"), "{error}");
}
