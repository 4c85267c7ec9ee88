//! The service and its IDL: that old peers understand it, that an edit which breaks them is refused,
//! and that a client in Python gets answers.

mod service;

use std::{
    env, fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use service::Library;
use thrift_runtime::assert_compatible;

/// The service after an edit that nobody should make: `copies` has become a text.
mod edited {
    use thrift_runtime::{Result, ThriftStruct, service};

    #[derive(Debug, Clone, PartialEq, Default, ThriftStruct)]
    #[thrift(schema)]
    pub(crate) struct Book {
        #[thrift(id = 1, required)]
        pub(crate) title: String,
        #[thrift(id = 3)]
        pub(crate) copies: String,
    }

    #[service(schema, names = "camelCase")]
    pub(crate) trait Library {
        async fn find(&self, title: String) -> Result<Book>;
        async fn find_all(&self, subject: i32) -> Result<Vec<Book>>;
    }
}

#[test]
fn old_peers_understand() {
    assert_compatible!(Library, "library/library.v1.thrift");
}

#[test]
#[should_panic(expected = "incompatible with `library/library.v1.thrift`")]
fn an_edit_that_breaks_them_is_refused() {
    assert_compatible!(edited::Library, "library/library.v1.thrift");
}

struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_client_in_python_gets_answers() {
    let Some(python) = env::var_os("THRIFT_PYTHON") else {
        println!("left out: THRIFT_PYTHON is not set");
        return;
    };
    let program = env!("CARGO_BIN_EXE_library");
    let printed = Command::new(program).arg("idl").output().unwrap().stdout;
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("library.thrift");
    fs::write(&file, printed).unwrap();
    let serving = Command::new(program).arg("127.0.0.1:0").stdout(Stdio::piped()).spawn();
    let mut serving = Serving(serving.unwrap());
    let mut line = String::new();
    BufReader::new(serving.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().strip_prefix("serving at ").unwrap();
    let (host, port) = address.rsplit_once(':').unwrap();
    let client = concat!(env!("CARGO_MANIFEST_DIR"), "/library/client.py");
    let output = Command::new(python).arg(client).arg(&file).args([host, port]).output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        text, "Moby-Dick: 2 copies\nabout bees: The Life of the Bee\nthere is no Emma\n",
        "{told}"
    );
}
