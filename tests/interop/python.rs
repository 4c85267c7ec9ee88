//! The Python that runs the peers, and the stubs that Apache's compiler makes for them.

use std::{
    env,
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use thrift_tests::program;
use tokio::{process::Command, sync::OnceCell};

use crate::{
    code_first,
    combination::{Combination, Service},
    peer::PythonPeer,
    stack::Stack,
};

/// The folder of the workspace.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the package is in the workspace")
}

/// The files that the peers in Python use.
const IDL: [&str; 3] = [
    "examples/message/message.thrift",
    "examples/calculator/calculator.thrift",
    "tests/conformance/conformance.thrift",
];

/// The interpreter, which has modules.
///
/// # Errors
///
/// Where it, or one of them, is missing.
pub(crate) async fn interpreter_with(modules: &str) -> Result<OsString, String> {
    let interpreter = env::var_os("THRIFT_PYTHON").unwrap_or_else(|| "python3".into());
    let import = format!("import {modules}");
    program::run(Command::new(&interpreter).args(["-c", &import])).await?;
    Ok(interpreter)
}

/// What runs one of `peers/`.
pub(crate) fn script(interpreter: &OsStr, name: &str) -> Command {
    let mut command = Command::new(interpreter);
    // No bytecode is to be left beside the sources.
    command.arg("-B").arg(root().join("tests/interop/peers").join(name));
    command
}

/// Has Apache's compiler write a file's stubs.
async fn compile(idl: &Path, stubs: &Path) -> Result<(), String> {
    let compiler = &mut Command::new("thrift");
    program::run(compiler.args(["--gen", "py", "-r", "-out"]).arg(stubs).arg(idl)).await?;
    Ok(())
}

/// The file of what a service printed. No module of the peers is called as the stubs are by it.
fn printed_name(service: Service) -> String {
    format!("printed_{}.thrift", service.name())
}

/// An interpreter that has what the peers need.
#[derive(Debug)]
pub(crate) struct Python {
    interpreter: OsString,
    stubs: PathBuf,
    /// Where the IDL is that services written in Rust have printed.
    printed: PathBuf,
}

impl Python {
    /// Looks for what is needed, once for all tests.
    ///
    /// # Errors
    ///
    /// What is missing.
    pub(crate) async fn find() -> Result<&'static Python, String> {
        static PYTHON: OnceCell<Result<Python, String>> = OnceCell::const_new();
        PYTHON.get_or_init(Python::look).await.as_ref().map_err(Clone::clone)
    }

    async fn look() -> Result<Python, String> {
        let interpreter = interpreter_with("thrift.Thrift, thriftpy2").await?;
        let stubs = Path::new(env!("CARGO_TARGET_TMPDIR")).join("interop-stubs");
        std::fs::create_dir_all(&stubs).map_err(|error| error.to_string())?;
        for idl in IDL {
            compile(&root().join(idl), &stubs).await?;
        }
        let printed = Path::new(env!("CARGO_TARGET_TMPDIR")).join("interop-printed");
        std::fs::create_dir_all(&printed).map_err(|error| error.to_string())?;
        for service in [Service::Message, Service::Calculator] {
            let Some(text) = code_first::printed(service) else { continue };
            let file = printed.join(printed_name(service));
            std::fs::write(&file, text).map_err(|error| error.to_string())?;
            compile(&file, &stubs).await?;
        }
        Ok(Python { interpreter, stubs, printed })
    }

    /// What runs a peer as the server or the client of a combination, but for where that is.
    pub(crate) fn peer(&self, role: &str, combination: Combination, peer: PythonPeer) -> Command {
        let PythonPeer { library, server_type, protocols: _, has: _ } = peer;
        let Stack { transport, protocol, socket: _ } = combination.stack;
        let mut command = script(&self.interpreter, "peer.py");
        command.arg(role);
        for (flag, value) in [
            ("library", library),
            ("service", combination.service.name()),
            ("protocol", protocol.name),
            ("transport", transport.name()),
            ("server-type", server_type),
        ] {
            command.arg(format!("--{flag}={value}"));
        }
        command.arg("--stubs").arg(&self.stubs);
        if combination.is_code_first() {
            command.arg("--idl").arg(self.printed.join(printed_name(combination.service)));
        }
        command.args(protocol.multiplexed.then_some("--multiplexed"));
        command
    }
}
