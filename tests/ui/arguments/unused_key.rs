thrift_runtime::thrift! {
    path: "./fine.thrift",
    derive: { "Fin": [Hash] },
    attr: { "Fine.y": #[doc(hidden)] },
    with: { "shared.thrift": crate::shared },
}

fn main() {}
