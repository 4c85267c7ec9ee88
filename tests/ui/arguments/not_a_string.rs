const PATH: &str = "./fine.thrift";

thrift_runtime::thrift!(PATH);
thrift_runtime::thrift!(fine.thrift);
thrift_runtime::thrift!(include_str!("./fine.thrift"));

fn main() {}
