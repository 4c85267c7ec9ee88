//! Prints the rows of a query that HiveServer2 answers, or Spark's Thrift server:
//! `cargo run --bin hive-query localhost:10000 USER PASSWORD 'SELECT * FROM cities'`.

mod answers;

use std::error::Error;

use answers::{cells, check};
use thrift_runtime::{Channel, Client, sasl::Plain};

// Of Hive's IDL, there is nothing to be mended here.
thrift_runtime::thrift! { path: "./TCLIService.thrift", services: [client], warnings: off }

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [address, user, password, statement] = &*arguments else {
        return Err("hive-query ADDRESS USER PASSWORD STATEMENT".into());
    };
    let login = Plain::new(user, password);
    let client = Client::builder().sasl(login).connect(address.as_str()).await?;
    let hive = TcliServiceClient::new(client);
    let opened = hive.open_session(TOpenSessionReq::default()).await?;
    check(opened.status)?;
    let session_handle = opened.session_handle.ok_or("no session was opened")?;
    let printed = print(&hive, session_handle.clone(), statement).await;
    check(hive.close_session(TCloseSessionReq { session_handle }).await?.status)?;
    printed
}

/// Asks, and prints each row in a line, tabs between its columns.
async fn print(
    hive: &TcliServiceClient<impl Channel>,
    session_handle: TSessionHandle,
    statement: &str,
) -> Result<(), Box<dyn Error>> {
    let statement = statement.to_owned();
    let query = TExecuteStatementReq { session_handle, statement, ..Default::default() };
    let executed = hive.execute_statement(query).await?;
    check(executed.status)?;
    let operation = executed.operation_handle.ok_or("nothing was executed")?;
    // Whether there are more rows, Hive does not say: the last answer has none.
    let mut more = operation.has_result_set;
    while more {
        let operation_handle = operation.clone();
        let request = TFetchResultsReq { operation_handle, max_rows: 1000, ..Default::default() };
        let fetched = hive.fetch_results(request).await?;
        check(fetched.status)?;
        let columns = fetched.results.and_then(|it| it.columns).unwrap_or_default();
        let columns = columns.into_iter().map(cells).collect::<Result<Vec<_>, _>>()?;
        let count = columns.iter().map(Vec::len).min().unwrap_or(0);
        more = count > 0;
        for row in 0..count {
            let cells: Vec<&str> = columns.iter().map(|it| it[row].as_str()).collect();
            println!("{}", cells.join("\t"));
        }
    }
    Ok(())
}
