// What of the metastore's service gives back what it gets.

service ThriftHiveMetastore {
  string get_config_value(1: string name, 2: string defaultValue)
}
