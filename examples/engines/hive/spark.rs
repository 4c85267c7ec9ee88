//! Servers of Hive, as Spark brings them.

use std::{
    env,
    ffi::OsString,
    fs::File,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use tokio::{
    net::TcpStream,
    process::{Child, Command},
    time::sleep,
};

/// More than either takes to start.
const LONG: Duration = Duration::from_secs(180);

/// A server, which ends with the test.
pub(crate) struct Java {
    pub(crate) address: String,
    _process: Child,
}

impl Java {
    /// Starts it, and waits until it listens.
    async fn start(name: &str, folder: &Path, port: u16, command: &mut Command) -> Self {
        let log = folder.join(format!("{name}.log"));
        let printed = File::create(&log).unwrap();
        command.stdin(Stdio::null()).stdout(printed.try_clone().unwrap()).stderr(printed);
        // For Spark, which looks for its own address.
        command.env("SPARK_LOCAL_IP", "127.0.0.1").current_dir(folder).kill_on_drop(true);
        let mut process = command.spawn().unwrap();
        let begun = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
            let ended = process.try_wait().unwrap();
            if ended.is_some() || begun.elapsed() > LONG {
                let printed = std::fs::read(&log).unwrap();
                panic!("{name} does not listen: {}", String::from_utf8_lossy(&printed));
            }
            sleep(Duration::from_millis(50)).await;
        }
        eprintln!("{name} listens after {:?}", begun.elapsed());
        Java { address: format!("127.0.0.1:{port}"), _process: process }
    }
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

/// Spark, as its package in Python has it, which brings the metastore, too.
pub(crate) struct Spark {
    home: PathBuf,
    folder: PathBuf,
}

impl Spark {
    /// `None` if the Python in `THRIFT_PYTHON` has none, or there is no Java, unless `THRIFT_INTEROP` is
    /// `required`.
    pub(crate) async fn find() -> Option<Self> {
        let python = env::var_os("THRIFT_PYTHON").unwrap_or_else(|| OsString::from("python3"));
        let mut find = Command::new(python);
        find.args(["-c", "import pyspark; print(pyspark.__path__[0])"]);
        let found = async {
            run(Command::new("java").arg("-version")).await?;
            run(&mut find).await
        };
        match found.await {
            Ok(home) => {
                let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hive");
                _ = std::fs::remove_dir_all(&folder);
                std::fs::create_dir_all(&folder).unwrap();
                Some(Spark { home: home.trim_end().into(), folder })
            }
            Err(reason) => {
                let required = env::var_os("THRIFT_INTEROP").is_some_and(|it| it == "required");
                assert!(!required, "Spark: {reason}");
                eprintln!("left out: Spark: {reason}");
                None
            }
        }
    }

    fn warehouse(&self) -> String {
        self.folder.join("warehouse").display().to_string()
    }

    /// With a database in memory.
    pub(crate) async fn metastore(&self) -> Java {
        let port = free_port();
        let mut command = Command::new("java");
        // It is to start soon, and not to run for long.
        command.args(["-Xmx300m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]);
        command.arg(format!("-Djava.io.tmpdir={}", self.folder.display()));
        command.arg("-cp").arg(self.home.join("jars/*"));
        command.arg("org.apache.hadoop.hive.metastore.HiveMetaStore");
        command.args(["-p", &port.to_string()]);
        for setting in [
            "javax.jdo.option.ConnectionURL=jdbc:derby:memory:metastore;create=true",
            "datanucleus.schema.autoCreateAll=true",
            "hive.metastore.schema.verification=false",
            // Which would need a library that Spark does not have.
            "hive.async.log.enabled=false",
            &format!("hive.metastore.warehouse.dir={}", self.warehouse()),
        ] {
            command.args(["--hiveconf", setting]);
        }
        Java::start("metastore", &self.folder, port, &mut command).await
    }

    /// With the authentication `LDAP`.
    pub(crate) async fn hive_server(&self, metastore: &Java, ldap: SocketAddr) -> Java {
        let port = free_port();
        let mut command = Command::new(self.home.join("bin/spark-submit"));
        command.env("SPARK_HOME", &self.home);
        command.args(["--class", "org.apache.spark.sql.hive.thriftserver.HiveThriftServer2"]);
        command.args(["--master", "local[1]", "--driver-memory", "600m"]);
        let folder = self.folder.display();
        let options =
            format!("-XX:+UseSerialGC -XX:TieredStopAtLevel=1 \"-Djava.io.tmpdir={folder}\"");
        command.args(["--driver-java-options", &options]);
        for setting in [
            "spark.ui.enabled=false",
            &format!("spark.local.dir={folder}/local"),
            &format!("spark.sql.warehouse.dir={}", self.warehouse()),
            &format!("spark.hadoop.hive.exec.scratchdir={folder}/scratch"),
            &format!("spark.hadoop.hive.metastore.uris=thrift://{}", metastore.address),
        ] {
            command.args(["--conf", setting]);
        }
        command.arg("spark-internal");
        for setting in [
            "hive.server2.thrift.bind.host=127.0.0.1",
            &format!("hive.server2.thrift.port={port}"),
            "hive.server2.authentication=LDAP",
            &format!("hive.server2.authentication.ldap.url=ldap://{ldap}"),
        ] {
            command.args(["--hiveconf", setting]);
        }
        Java::start("HiveServer2", &self.folder, port, &mut command).await
    }
}

impl Drop for Spark {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// What a program prints, or why it failed.
pub(crate) async fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().await.map_err(|error| format!("{command:?}: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}
