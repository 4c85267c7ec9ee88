//! Hive's servers, as Spark brings them, with Kerberos.

use std::{
    fs,
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::Stdio,
};

use thrift_runtime::{
    BlockingClient, Client,
    sasl::{Gssapi, Quality},
};
use tokio::{
    process::{Child, Command},
    task::spawn_blocking,
};

use self::metastore::*;
use super::{realm::Realm, within};
use crate::{
    hive::{Spark, listens},
    left_out,
    python::interpreter_with,
    say,
};

mod metastore {
    thrift_runtime::thrift! {
        path: "interop/kerberos/metastore.thrift",
        services: [client, blocking],
    }
}

/// A client as programs of Hadoop have them.
fn alice(realm: &Realm) -> Gssapi {
    Gssapi::new("hive/_HOST@EXAMPLE.COM").host("localhost").ticket_cache(realm.text("tickets"))
}

/// What Java is told of the realm, and Hadoop of Kerberos.
fn enter(realm: &Realm, command: &mut Command) {
    let settings = "<configuration>\
        <property><name>hadoop.security.authentication</name><value>kerberos</value></property>\
        <property><name>hadoop.rpc.protection</name>\
        <value>authentication,integrity,privacy</value></property></configuration>";
    fs::write(realm.path("core-site.xml"), settings).unwrap();
    let file = format!("-Djava.security.krb5.conf={}", realm.text("krb5.conf"));
    command.env("JAVA_TOOL_OPTIONS", file).env("HADOOP_CONF_DIR", realm.path(""));
    command.env("SPARK_LOCAL_IP", "127.0.0.1");
}

/// A metastore with a database in memory, and its port.
async fn metastore(realm: &Realm, home: &Path) -> Result<(u16, Child), String> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(|error| error.to_string())?;
    let port = free.local_addr().map_err(|error| error.to_string())?.port();
    drop(free);
    let mut command = Command::new("java");
    enter(realm, &mut command);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
    command.current_dir(realm.path(""));
    command.args(["-Xmx300m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]);
    command.arg(format!("-Djava.io.tmpdir={}", realm.text("")));
    command.arg("-cp").arg(format!("{}:{}", realm.text(""), home.join("jars/*").display()));
    command.arg("org.apache.hadoop.hive.metastore.HiveMetaStore");
    command.args(["-p", &port.to_string()]);
    for setting in [
        "javax.jdo.option.ConnectionURL=jdbc:derby:memory:metastore;create=true",
        "datanucleus.schema.autoCreateAll=true",
        "hive.metastore.schema.verification=false",
        // Which would need a library that Spark does not have.
        "hive.async.log.enabled=false",
        &format!("hive.metastore.warehouse.dir={}", realm.text("warehouse")),
        "hive.metastore.sasl.enabled=true",
        "hive.metastore.kerberos.principal=hive/localhost@EXAMPLE.COM",
        &format!("hive.metastore.kerberos.keytab.file={}", realm.text("hive.keytab")),
    ] {
        command.args(["--hiveconf", setting]);
    }
    let mut java = command.spawn().map_err(|error| format!("java: {error}"))?;
    listens(port, &mut java).await?;
    Ok((port, java))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_metastore_lets_clients_in() {
    let Some(realm) = Realm::here() else { return };
    let interpreter = match interpreter_with("pyspark").await {
        Ok(interpreter) => interpreter,
        Err(reason) => return left_out("a metastore with Kerberos", &reason),
    };
    let home = Spark::home(&interpreter).await.unwrap();
    let (port, _java) = metastore(&realm, &home).await.unwrap();
    let address = (Ipv4Addr::LOCALHOST, port);
    // What is not set has the value that the caller gives. It takes several tokens.
    let text = "x".repeat(300_000);
    for quality in [Quality::Authentication, Quality::Integrity, Quality::Confidentiality] {
        let login = alice(&realm).at_least(quality).at_most(quality);
        let client = Client::builder().sasl(login.clone()).connect(address).await.unwrap();
        let metastore = ThriftHiveMetastoreClient::new(client);
        let value = metastore.get_config_value("hive.none".into(), text.clone()).await.unwrap();
        assert!(value == text);
        let text = text.clone();
        let called = spawn_blocking(move || {
            let client = BlockingClient::builder().sasl(login).connect(address).unwrap();
            let metastore = ThriftHiveMetastoreBlockingClient::new(client);
            let value = metastore.get_config_value("hive.none".into(), text.clone()).unwrap();
            assert!(value == text);
        });
        called.await.unwrap();
        say(&format!("interop: Hive's metastore with Kerberos, {quality}: ok"));
    }
    let error = Client::builder().sasl(alice(&realm).host("elsewhere")).connect(address).await;
    let error = error.unwrap_err().to_string();
    assert!(error.contains("the realm does not know the service"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hive_server_lets_clients_in() {
    let Some(realm) = Realm::here() else { return };
    let interpreter = match interpreter_with("pyspark").await {
        Ok(interpreter) => interpreter,
        Err(reason) => return left_out("HiveServer2 with Kerberos", &reason),
    };
    let spark = Spark::start(&interpreter, "KERBEROS", |command| {
        enter(&realm, command);
        for setting in [
            "hive.server2.authentication.kerberos.principal=hive/localhost@EXAMPLE.COM",
            &format!("hive.server2.authentication.kerberos.keytab={}", realm.text("hive.keytab")),
            "hive.server2.thrift.sasl.qop=auth-conf",
        ] {
            command.args(["--hiveconf", setting]);
        }
    });
    let spark = spark.await.unwrap();
    let address = (Ipv4Addr::LOCALHOST, spark.port);
    let client = Client::builder().sasl(alice(&realm)).connect(address).await.unwrap();
    assert_eq!(within::current_user(client).await, "alice");
    let worse = alice(&realm).at_most(Quality::Integrity);
    let error = Client::builder().sasl(worse).connect(address).await.unwrap_err().to_string();
    assert!(error.contains("the server offers auth-conf, but this client takes auth"), "{error}");
    say("interop: HiveServer2 with Kerberos, auth-conf: ok");
}
