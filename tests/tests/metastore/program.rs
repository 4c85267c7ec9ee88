//! A Hive metastore of eighteen methods, of some 150 that the IDL has, and a client that calls each.

mod hive {
    thrift_runtime::thrift! {
        path: "hive_metastore.thrift",
        include_dirs: ["."],
        services: [server, blocking],
        partial: true,
        rename: {
            "fb303.thrift": base,
            "fb303.FacebookService": Base,
            "fb303.FacebookService.getName": name,
            "ThriftHiveMetastore": Metastore,
            "ThriftHiveMetastore.getMetaConf": conf,
            "ThriftHiveMetastore.setMetaConf": set_conf,
            "ThriftHiveMetastore.get_table.tbl_name": table,
            "FieldSchema": Column,
            "Table.tableName": name,
            "NoSuchObjectException": Missing,
            "AlreadyExistsException": Present,
        },
        warnings: off,
    }
}

use std::{collections::BTreeMap, sync::Mutex, thread};

use hive::{
    Column, Database, Metastore, MetastoreBlocking, MetastoreBlockingClient, MetastoreProcessor,
    Missing, Present, Table, base::BaseBlocking,
};
use thrift_runtime::{ApplicationErrorKind, BlockingClient, BlockingServer, Result};

#[derive(Default)]
struct Store {
    databases: Mutex<BTreeMap<String, Database>>,
    tables: Mutex<BTreeMap<(String, String), Table>>,
    settings: Mutex<BTreeMap<String, String>>,
}

impl Store {
    fn database(&self, name: &str) -> Result<Database, Missing> {
        self.databases.lock().unwrap().get(name).cloned().ok_or_else(|| missing(name))
    }

    fn table(&self, database: String, table: String) -> Result<Table, Missing> {
        let missing = missing(&table);
        self.tables.lock().unwrap().get(&(database, table)).cloned().ok_or(missing)
    }

    fn tables(&self, database: &str) -> Vec<String> {
        let tables = self.tables.lock().unwrap();
        let tables = tables.keys().filter(|(of, _)| of == database);
        tables.map(|(_, name)| name.clone()).collect()
    }

    fn columns(&self, database: String, table: String) -> Vec<Column> {
        let table = self.table(database, table).unwrap_or_default();
        table.sd.cols.into_iter().chain(table.partition_keys).collect()
    }
}

fn missing(name: &str) -> Missing {
    Missing { message: format!("{name} is not there") }
}

impl BaseBlocking for Store {
    fn name(&self) -> Result<String> {
        Ok("metastore".to_owned())
    }
}

impl MetastoreBlocking for Store {
    fn conf(&self, key: String) -> Result<String, hive::MetastoreConfError> {
        Ok(self.settings.lock().unwrap().get(&key).cloned().unwrap_or_default())
    }

    fn set_conf(&self, key: String, value: String) -> Result<(), hive::MetastoreSetConfError> {
        self.settings.lock().unwrap().insert(key, value);
        Ok(())
    }

    fn create_database(
        &self,
        database: Database,
    ) -> Result<(), hive::MetastoreCreateDatabaseError> {
        match self.databases.lock().unwrap().insert(database.name.clone(), database) {
            None => Ok(()),
            Some(_) => Err(Present { message: "twice".to_owned() }.into()),
        }
    }

    fn get_database(&self, name: String) -> Result<Database, hive::MetastoreGetDatabaseError> {
        Ok(self.database(&name)?)
    }

    fn drop_database(
        &self,
        name: String,
        _: bool,
        _: bool,
    ) -> Result<(), hive::MetastoreDropDatabaseError> {
        match self.databases.lock().unwrap().remove(&name) {
            Some(_) => Ok(()),
            None => Err(missing(&name).into()),
        }
    }

    fn get_databases(
        &self,
        pattern: String,
    ) -> Result<Vec<String>, hive::MetastoreGetDatabasesError> {
        let start = pattern.trim_end_matches('*');
        let databases = self.databases.lock().unwrap();
        Ok(databases.keys().filter(|name| name.starts_with(start)).cloned().collect())
    }

    fn get_all_databases(&self) -> Result<Vec<String>, hive::MetastoreGetAllDatabasesError> {
        Ok(self.databases.lock().unwrap().keys().cloned().collect())
    }

    fn alter_database(
        &self,
        dbname: String,
        db: Database,
    ) -> Result<(), hive::MetastoreAlterDatabaseError> {
        self.database(&dbname)?;
        self.databases.lock().unwrap().insert(dbname, db);
        Ok(())
    }

    fn create_table(&self, tbl: Table) -> Result<(), hive::MetastoreCreateTableError> {
        self.database(&tbl.db_name)?;
        self.tables.lock().unwrap().insert((tbl.db_name.clone(), tbl.name.clone()), tbl);
        Ok(())
    }

    fn get_table(
        &self,
        dbname: String,
        table: String,
    ) -> Result<Table, hive::MetastoreGetTableError> {
        Ok(self.table(dbname, table)?)
    }

    fn alter_table(
        &self,
        dbname: String,
        tbl_name: String,
        new_tbl: Table,
    ) -> Result<(), hive::MetastoreAlterTableError> {
        self.tables.lock().unwrap().insert((dbname, tbl_name), new_tbl);
        Ok(())
    }

    fn drop_table(
        &self,
        dbname: String,
        name: String,
        _: bool,
    ) -> Result<(), hive::MetastoreDropTableError> {
        self.tables.lock().unwrap().remove(&(dbname, name));
        Ok(())
    }

    fn get_tables(
        &self,
        db_name: String,
        _: String,
    ) -> Result<Vec<String>, hive::MetastoreGetTablesError> {
        Ok(self.tables(&db_name))
    }

    fn get_all_tables(
        &self,
        db_name: String,
    ) -> Result<Vec<String>, hive::MetastoreGetAllTablesError> {
        Ok(self.tables(&db_name))
    }

    fn get_fields(
        &self,
        db_name: String,
        table_name: String,
    ) -> Result<Vec<Column>, hive::MetastoreGetFieldsError> {
        Ok(self.columns(db_name, table_name))
    }

    fn get_schema(
        &self,
        db_name: String,
        table_name: String,
    ) -> Result<Vec<Column>, hive::MetastoreGetSchemaError> {
        Ok(self.columns(db_name, table_name))
    }

    fn get_role_names(&self) -> Result<Vec<String>, hive::MetastoreGetRoleNamesError> {
        Ok(vec!["admin".to_owned()])
    }
}

fn main() {
    let server = BlockingServer::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    thread::spawn(move || server.serve(MetastoreProcessor::blocking(Store::default())));
    let client = MetastoreBlockingClient::new(BlockingClient::connect(address).unwrap());

    let text = |text: &str| text.to_owned();
    assert_eq!(client.name().unwrap(), "metastore");
    client.set_conf(text("a"), text("b")).unwrap();
    assert_eq!(client.conf(text("a")).unwrap(), "b");
    let database = Database { name: text("sales"), ..Default::default() };
    client.create_database(database.clone()).unwrap();
    assert!(matches!(
        client.create_database(database.clone()),
        Err(hive::MetastoreCreateDatabaseError::O1(_))
    ));
    assert_eq!(client.get_database(text("sales")).unwrap(), database);
    assert_eq!(client.get_databases(text("s*")).unwrap(), ["sales"]);
    assert_eq!(client.get_all_databases().unwrap(), ["sales"]);
    client.alter_database(text("sales"), database).unwrap();
    let table = Table { db_name: text("sales"), name: text("orders"), ..Default::default() };
    client.create_table(table.clone()).unwrap();
    assert_eq!(client.get_table(text("sales"), text("orders")).unwrap(), table);
    let error = client.get_table(text("sales"), text("gone")).unwrap_err();
    assert!(error.to_string().contains("gone is not there"), "{error}");
    client.alter_table(text("sales"), text("orders"), table).unwrap();
    assert_eq!(client.get_tables(text("sales"), text("*")).unwrap(), ["orders"]);
    assert_eq!(client.get_all_tables(text("sales")).unwrap(), ["orders"]);
    assert!(client.get_fields(text("sales"), text("orders")).unwrap().is_empty());
    assert!(client.get_schema(text("sales"), text("orders")).unwrap().is_empty());
    assert_eq!(client.get_role_names().unwrap(), ["admin"]);
    client.drop_table(text("sales"), text("orders"), true).unwrap();
    client.drop_database(text("sales"), true, true).unwrap();
    // One of the many that are left out.
    match client.get_type(text("t")).unwrap_err() {
        hive::MetastoreGetTypeError::Other(error) => {
            let unknown = error.as_application().unwrap();
            assert_eq!(unknown.kind(), ApplicationErrorKind::UNKNOWN_METHOD);
        }
        error => panic!("{error}"),
    }
    fn is_async<H: Metastore>() {}
    is_async::<hive::MetastoreBlockingHandler<Store>>();
}
