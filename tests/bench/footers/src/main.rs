//! Footers of Parquet files, beside the crate `parquet`, whose parser is made by hand:
//! `cargo run --release -p thrift-bench-footers [FOLDER]`.
//!
//! In a folder are the footers that `pyarrow_footers.py` has written. Without one, `parquet` writes the files, says what stands in them, and reads them in turns with this library, into
//! types that keep all data or some. It builds its own types from what it has parsed, such as a tree of
//! the schema.

mod compare;
mod files;
mod types;

use std::{env, error::Error, fs, hint::black_box};

use bytes::Bytes;
use parquet::file::metadata::{ParquetMetaData, ParquetMetaDataOptions, ParquetMetaDataReader};
use thrift_bench::{Operation, Table, instructions, measure, nanoseconds, read};
use thrift_runtime::{CompactProtocol, Limits, Protocol, protocol::Input};

use self::{
    files::{Footer, Written},
    types::{blob, borrowed, lean, plain, projected, short},
};

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What is compared: the second is what the others are measured by.
const OPERATIONS: [&str; 12] = [
    "`parquet`, full",
    "`parquet`, default",
    "`String`, `Bytes`",
    "`Str`, `Bytes`",
    "`String`, `Blob`",
    "lean, all data",
    "lean, all data, shared",
    "lean, all data, borrowed",
    "lean, all data, in place",
    "projected",
    "`clone()` of `String`, `Bytes`",
    "`clone()` of lean",
];

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    if let [operation, path, runs] = &arguments[..] {
        let footer = fs::read(path)?;
        let mut operations = operations(&footer);
        let at = OPERATIONS.iter().position(|name| name == operation).ok_or("no operation")?;
        for _ in 0..runs.parse()? {
            (operations[at])();
        }
        return Ok(());
    }
    let footers = match &arguments[..] {
        [folder] => files::by_pyarrow(folder.as_ref())?,
        _ => files::all()?,
    };
    for footer in footers {
        verify(&footer);
        print!("{}", table(&footer));
    }
    Ok(())
}

fn verify(footer: &Footer) {
    let plain: plain::FileMetaData = CompactProtocol.decode(&footer.bytes).expect("a footer");
    match &footer.written {
        Written::Parquet(written) => compare::with_writer(written, &plain),
        Written::Pyarrow(told) => compare::with_lines(told, &plain),
    }
    let bytes = CompactProtocol.encode(&plain).expect("a footer");
    // What is written by other means than this library's is as long, and reads the same.
    assert_eq!(bytes.len(), footer.bytes.len(), "{}", footer.name);
    compare::with_bytes::<short::FileMetaData>(footer, &bytes);
    compare::with_bytes::<blob::FileMetaData>(footer, &bytes);
    compare::with_bytes::<lean::FileMetaData>(footer, &bytes);
    compare::with_bytes::<borrowed::FileMetaData<'_>>(footer, &bytes);
    compare::with_part(&plain, &CompactProtocol.decode(&footer.bytes).expect("a footer"));
}

fn parquet(footer: &[u8], options: &ParquetMetaDataOptions) -> ParquetMetaData {
    ParquetMetaDataReader::decode_metadata_with_options(footer, Some(options)).expect("a footer")
}

/// The operations in their order.
fn operations(footer: &[u8]) -> Vec<Box<dyn FnMut()>> {
    let bytes = Bytes::copy_from_slice(footer);
    let plain: plain::FileMetaData = CompactProtocol.decode(&bytes).expect("a footer");
    let lean: lean::FileMetaData = CompactProtocol.decode(&bytes).expect("a footer");
    let default = ParquetMetaDataOptions::new();
    let full = ParquetMetaDataOptions::new().with_encoding_stats_as_mask(false);
    macro_rules! operation {
        ($run:expr) => {{
            let bytes = bytes.clone();
            let run = $run;
            Box::new(move || _ = black_box(run(&bytes))) as Box<dyn FnMut()>
        }};
    }
    let mut kept = lean::FileMetaData::default();
    let in_place = bytes.clone();
    let limits = Limits::default;
    vec![
        operation!(move |bytes: &Bytes| parquet(bytes, &full)),
        operation!(move |bytes: &Bytes| parquet(bytes, &default)),
        operation!(move |bytes: &Bytes| read::<plain::FileMetaData>(
            CompactProtocol,
            bytes,
            &limits()
        )),
        operation!(move |bytes: &Bytes| read::<short::FileMetaData>(
            CompactProtocol,
            bytes,
            &limits()
        )),
        operation!(move |bytes: &Bytes| read::<blob::FileMetaData>(
            CompactProtocol,
            bytes,
            &limits()
        )),
        operation!(move |bytes: &Bytes| read::<lean::FileMetaData>(
            CompactProtocol,
            bytes,
            &limits()
        )),
        operation!(move |bytes: &Bytes| {
            let mut footer = lean::FileMetaData::default();
            CompactProtocol
                .read_value(Input::shared(bytes), &limits(), &mut footer)
                .map(|_| footer)
                .expect("a footer")
        }),
        operation!(move |bytes: &Bytes| {
            let footer: borrowed::FileMetaData<'_> = read(CompactProtocol, bytes, &limits());
            drop(black_box(footer));
        }),
        Box::new(move || {
            let input = Input::from(&in_place);
            CompactProtocol.read_value(input, &limits(), &mut kept).expect("a footer");
            black_box(&kept);
        }),
        operation!(move |bytes: &Bytes| read::<projected::FileMetaData>(
            CompactProtocol,
            bytes,
            &limits()
        )),
        operation!(move |_: &Bytes| plain.clone()),
        operation!(move |_: &Bytes| lean.clone()),
    ]
}

fn table(footer: &Footer) -> Table {
    let title = format!("{}, {} bytes", footer.name, footer.bytes.len());
    let columns = ["types", "time", "to `parquet`, full", "to its default", "M instructions"];
    let mut table = Table::new(&title, &columns);
    let operations = operations(&footer.bytes).into_iter().zip(OPERATIONS);
    let measured =
        measure(operations.map(|(mut run, name)| Operation::new(name, move || run())).collect());
    for name in OPERATIONS {
        let Some(times) = measured.get(name) else { continue };
        let ratio = |of: &str| {
            measured.get(of).map_or_else(String::new, |of| format!("{:.2}", times.ratio(of)))
        };
        let instructions = instructions(&[name.as_ref(), footer.path.as_os_str()]);
        table.row(vec![
            name.to_owned(),
            nanoseconds(times.median()),
            ratio(OPERATIONS[0]),
            ratio(OPERATIONS[1]),
            instructions.map_or_else(String::new, |count| format!("{:.2}", count / 1e6)),
        ]);
    }
    table
}
