//! A real metastore and Spark's HiveServer2, which asks it for its tables.

use std::{
    env,
    ffi::OsString,
    fs::File,
    net::{Ipv4Addr, TcpListener},
    path::{Path, PathBuf},
    process::Stdio,
    time::{Duration, Instant},
};

use thrift_runtime::{Client, sasl::Plain};
use tokio::{
    net::TcpStream,
    process::{Child, Command},
    time::sleep,
};

use self::{
    forgetful::ThriftHiveMetastore as _,
    more::{careful::ThriftHiveMetastore as _, careless::ThriftHiveMetastore as _},
};

/// Without `unknown_fields: keep`.
mod forgetful {
    thrift_runtime::thrift! {
        path: "./hive_metastore.thrift",
        unset: option,
        services: [client],
    }
}

/// What the example's IDL does not have.
mod more {
    pub(super) mod careless {
        thrift_runtime::thrift! { path: "./more.thrift", services: [client] }
    }

    pub(super) mod careful {
        thrift_runtime::thrift! { path: "./more.thrift", unset: option, services: [client] }
    }
}

/// More than either takes to start.
const LONG: Duration = Duration::from_secs(180);

/// A server, which ends with the test.
struct Java {
    address: String,
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
struct Spark {
    home: PathBuf,
    folder: PathBuf,
}

impl Spark {
    /// `None` if the Python in `THRIFT_PYTHON` has none, or there is no Java, unless `THRIFT_INTEROP` is
    /// `required`.
    async fn find() -> Option<Self> {
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
    async fn metastore(&self) -> Java {
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

    /// With the authentication `NONE`.
    async fn hive_server(&self, metastore: &Java) -> Java {
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
        command.args(["--hiveconf", "hive.server2.thrift.bind.host=127.0.0.1"]);
        command.args(["--hiveconf", &format!("hive.server2.thrift.port={port}")]);
        Java::start("HiveServer2", &self.folder, port, &mut command).await
    }
}

impl Drop for Spark {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// What a program prints, or why it failed.
async fn run(command: &mut Command) -> Result<String, String> {
    let output = command.output().await.map_err(|error| format!("{command:?}: {error}"))?;
    match output.status.success() {
        true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

#[tokio::test]
async fn tables_are_made_in_the_metastore_and_asked_in_hive() {
    let Some(spark) = Spark::find().await else { return };
    let metastore = spark.metastore().await;
    let tables = async |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hive-metastore"));
        run(command.arg(&metastore.address).args(arguments)).await
    };
    assert_eq!(tables(&["list"]).await.unwrap(), "");
    tables(&["create", "cities", "name:string", "people:int"]).await.unwrap();
    assert_eq!(tables(&["list"]).await.unwrap(), "cities name:string people:int\n");
    let error = tables(&["create", "cities", "name:string"]).await.unwrap_err();
    assert!(error.contains("Table cities already exists"), "{error}");

    // What the example does not know of a table is still there after it altered it.
    let client = Client::connect(metastore.address.as_str()).await.unwrap();
    let complete = more::careless::ThriftHiveMetastoreClient::new(client.clone());
    let table = async || complete.get_table("default".into(), "cities".into()).await.unwrap();
    let before = table().await;
    assert_ne!(before.create_time, 0);
    tables(&["add", "cities", "area:double"]).await.unwrap();
    assert_eq!(tables(&["list"]).await.unwrap(), "cities name:string people:int area:double\n");
    assert_eq!(table().await, before);

    what_is_sent_though_it_was_never_set(client).await;
    sasl_is_refused(&metastore.address).await;

    let hive = spark.hive_server(&metastore).await;
    let query = async |statement: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hive-query"));
        run(command.args([&hive.address, "alice", "secret", statement])).await
    };
    let insert = "INSERT INTO cities VALUES ('Kraków', 804000, 326.9), ('Lublin', NULL, 147.5)";
    assert_eq!(query(insert).await.unwrap(), "");
    assert_eq!(
        query("SELECT * FROM cities ORDER BY name").await.unwrap(),
        "Kraków\t804000\t326.9\nLublin\tNULL\t147.5\n",
    );
    // A column of each kind, and what has none of its own.
    let kinds = "SELECT true, 1Y, 2S, 3, 4L, 5.5D, 'six', binary('7'), array(8), current_user()";
    let row = "true\t1\t2\t3\t4\t5.5\tsix\t7\t[8]\talice\n";
    assert_eq!(query(kinds).await.unwrap(), row);
    // More than are fetched at once.
    let many = query("SELECT id, IF(id % 3 = 0, NULL, id) FROM range(2500)").await.unwrap();
    let expected = |id| if id % 3 == 0 { format!("{id}\tNULL") } else { format!("{id}\t{id}") };
    assert_eq!(many.lines().collect::<Vec<_>>(), (0..2500).map(expected).collect::<Vec<_>>());
    assert_eq!(query("SELECT 1 WHERE false").await.unwrap(), "");
    let error = query("SELECT * FROM nowhere").await.unwrap_err();
    assert!(error.contains("TABLE_OR_VIEW_NOT_FOUND"), "{error}");
}

/// The traps that the guide tells of.
async fn what_is_sent_though_it_was_never_set(client: Client) {
    let [careless, careful] = [client.clone(), client.clone()];
    let careless = more::careless::ThriftHiveMetastoreClient::new(careless);
    let careful = more::careful::ThriftHiveMetastoreClient::new(careful);
    let database = more::careless::Database { name: "one".into(), ..Default::default() };
    let error = careless.create_database(database).await.unwrap_err().to_string();
    let told = "java.lang.IllegalArgumentException: Can not create a Path from an empty string";
    assert!(error.contains(told), "{error}");
    let database = more::careful::Database { name: Some("two".into()), ..Default::default() };
    careful.create_database(database).await.unwrap();
    let made = careful.get_database("two".into()).await.unwrap();
    assert!(made.location_uri.as_ref().is_some_and(|it| it.ends_with("/two.db")), "{made:?}");

    // A table that lost what its reader did not know.
    let metastore = forgetful::ThriftHiveMetastoreClient::new(client);
    let table = metastore.get_table("default".into(), "cities".into()).await.unwrap();
    let error = metastore.alter_table("default".into(), "cities".into(), table).await.unwrap_err();
    assert!(error.to_string().contains("java.lang.NullPointerException"), "{error}");
}

/// Whoever speaks SASL to the metastore learns at once that it does not.
async fn sasl_is_refused(address: &str) {
    let client = Client::builder().sasl(Plain::new("alice", "secret")).connect(address);
    let error = client.await.unwrap_err().to_string();
    assert!(error.contains("it may take no SASL"), "{error}");
}
