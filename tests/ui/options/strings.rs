thrift_runtime::thrift! {
    idl: r#"
        typedef string Word
        typedef i64 Number
        typedef string Own (rust.type = "thrift_runtime::Str")
        struct Inner { 1: string text }
        struct Counts { 1: i32 count, 2: list<Number> counts, 3: Inner inner }
        struct Texts { 1: Word word, 2: list<Word> words, 3: Own own, 4: string chosen }
        service Counter { i32 count(1: i32 more), Word word() }
        service Other { void f() }
    "#,
    types: {
        "Counts.count": &str,
        "Counts.counts": LossyStr,
        "Counts.inner": Str,
        "Counts": Str,
        "Number": Str,
        "Texts.own": Str,
        "Texts.chosen": Str,
        "Texts.chosen": std::string::String,
        "Counter.count": Str,
        "Counter.count.more": ByteStr,
        "Other": Str,
        // These have an effect.
        "Texts.word": Str,
        "Texts.words": Str,
        "Texts": LossyStr,
        "Word": ByteStr,
        "Counter.word": Str,
        "Counter": LossyStr,
    },
}

fn main() {}
