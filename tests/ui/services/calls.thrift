service Calls {
  void ping()
}
