// What of the metastore's service the example does not use.

struct Database {
  1: string name
  3: string locationUri
}

struct Table { 4: i32 createTime }

exception AlreadyExistsException { 1: string message }
exception InvalidObjectException { 1: string message }
exception MetaException { 1: string message }

service ThriftHiveMetastore {
  void create_database(1: Database database)
    throws (1: AlreadyExistsException o1, 2: InvalidObjectException o2, 3: MetaException o3)
  Database get_database(1: string name)
  Table get_table(1: string dbname, 2: string tbl_name)
}
