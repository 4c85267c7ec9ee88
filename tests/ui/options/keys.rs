thrift_runtime::thrift! {
    path: "./keys.thrift",
    rename: {
        "Lin": Row,
        "Line.txt": body,
        "Line.zzzzzz": body,
        "Librari.find": search,
        "Library.fnd.title": name,
        "Library.find.titel": name,
        "Library.find.a.b": name,
        "shred.Stamp": Moment,
        "shared.Stmp": Moment,
        "Stamp": Moment,
        "Line.Stamp": Moment,
        "shared.Stamp": Moment,
        "twin.Twin": Pair,
        "twin.thrift": pair,
        "gone.thrift": gone,
        structs: Row,
        "*": Row,
        "Tag": Label,
        "Tag": Name,
    },
}

fn main() {}
