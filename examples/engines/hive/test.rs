//! A real metastore, and Spark's HiveServer2, which asks it for tables and a directory for users.

mod ldap;
mod spark;

use thrift_runtime::{Client, sasl::Plain};
use tokio::process::Command;

use self::{
    forgetful::ThriftHiveMetastore as _,
    more::{careful::ThriftHiveMetastore as _, careless::ThriftHiveMetastore as _},
    spark::{Spark, run},
};

/// Without `unknown_fields: keep`.
mod forgetful {
    thrift_runtime::thrift! {
        path: "./hive_metastore.thrift",
        unset: { structs: option },
        services: [client],
    }
}

/// What the example's IDL does not have.
mod more {
    pub(super) mod careless {
        thrift_runtime::thrift! { path: "./more.thrift", services: [client] }
    }

    pub(super) mod careful {
        thrift_runtime::thrift! { path: "./more.thrift", unset: { structs: option }, services: [client] }
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

    let ldap = ldap::serve(&[["alice", "rabbit hole"], ["bob", "zażółć"]]).await;
    let hive = spark.hive_server(&metastore, ldap).await;
    let query_as = async |user: &str, password: &str, statement: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hive-query"));
        run(command.args([&hive.address, user, password, statement])).await
    };
    // Of a password, Hive takes each byte for a character.
    for (user, password) in [("alice", "secret"), ("carol", "rabbit hole"), ("bob", "zażółć")] {
        let error = query_as(user, password, "SELECT 1").await.unwrap_err();
        assert!(error.contains("\\\"Error validating the login\\\""), "{error}");
    }
    let query = async |statement: &str| query_as("alice", "rabbit hole", statement).await;
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
    assert!(error.contains("it may not accept SASL"), "{error}");
}
