//! The calculator's client and server, and the gateway between them.

#[path = "../calculator/handler.rs"]
mod calculator;
mod gateway;

use calculator::{
    Calculator, CalculatorService, CalculatorServiceClient, CalculatorServiceProcessor,
};
use gateway::Gateway;
use thrift_runtime::{
    AnyProtocol, BinaryProtocol, Client, CompactProtocol, Framing, JsonProtocol, Multiplexed,
    Server,
};

#[tokio::test]
async fn a_calculator_is_called_through_a_gateway() -> thrift_runtime::Result<()> {
    let calculator = || CalculatorServiceProcessor::new(Calculator);
    let services = Multiplexed::new().service("Calculator", calculator());
    let services = services.default_service(calculator());
    let server = Server::bind("127.0.0.1:0").await?.only::<BinaryProtocol>();
    let client = Client::connect(server.local_addr()?).await?;
    tokio::spawn(server.serve(services));
    let gateway = Server::bind("127.0.0.1:0").await?;
    let address = gateway.local_addr()?;
    tokio::spawn(gateway.serve(Gateway { server: client }));

    for protocol in [
        AnyProtocol::from(BinaryProtocol::STRICT),
        BinaryProtocol::NON_STRICT.into(),
        CompactProtocol.into(),
        JsonProtocol.into(),
    ] {
        for framing in [Framing::Buffered, Framing::Framed] {
            let builder = Client::builder().protocol(protocol).framing(framing);
            let client = builder.connect(address).await?;
            for client in [client.clone(), client.to_service("Calculator")] {
                let calculator = CalculatorServiceClient::new(client);
                assert_eq!(calculator.add(5, 3).await?, 8);
                let error = calculator.add(i32::MAX, 1).await.unwrap_err();
                let text = error.as_application().map(|exception| exception.message());
                assert_eq!(text, Some("2147483647 + 1 does not fit an i32"));
            }
            let nobody = CalculatorServiceClient::new(client.to_service("Nobody"));
            let error = nobody.add(5, 3).await.unwrap_err();
            let text = error.as_application().map(|exception| exception.message());
            assert_eq!(text, Some("there is no service Nobody"));
        }
    }
    Ok(())
}
