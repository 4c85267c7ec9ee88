thrift_runtime::thrift! {
    path: "./useless_key.thrift",
    derive: {
        "Number": [Hash], "LIMIT": [Hash], "Numbers": [Hash], "Mesage": [Hash],
        "Message.number": [Hash], "Message": [Eq],
    },
    attr: {
        "Number": #[doc(alias = "n")], "LIMIT": #[doc(alias = "l")],
        "Numbers": #[doc(alias = "s")], "Numbers.next": #[doc(alias = "m")],
    },
}

fn main() {}
