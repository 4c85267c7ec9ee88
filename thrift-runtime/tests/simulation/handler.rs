//! The service, and middleware around it.

use std::{panic::resume_unwind, sync::Arc, time::Duration};

use thrift_runtime::{
    ApplicationErrorKind, BoxProcessor, Bytes, Call, Error, Processed, Processor, Protocol, Result,
};
use tokio::{
    task::yield_now,
    time::{sleep, timeout},
};

use crate::{
    content,
    plan::{Conclusion, Method, Order, ProcessorKind},
    service::{Answer, Desk, DeskProcessor, DeskWorkError, Nest, Refusal},
    world::World,
};

/// The kind of the application exception that a failing handler answers with.
pub(crate) const FAILED: ApplicationErrorKind = ApplicationErrorKind(42);

/// How long calls wait for one another.
const MEETING: Duration = Duration::from_secs(30);

#[derive(Clone)]
pub(crate) struct Handler(pub(crate) Arc<World>);

impl Handler {
    /// Does what the call with this number is to do, if it carries what it should.
    async fn run(
        &self,
        number: i64,
        method: Method,
        intact: impl FnOnce(usize, &Order) -> bool,
    ) -> Result<usize, DeskWorkError> {
        let world = &self.0;
        let number = number as usize;
        let _run = world.begin(number, method == Method::Note);
        // Others are not planned, and only counted.
        let Some(order) = world.plan.orders.get(number) else { return Ok(number) };
        if order.method != method || !intact(number, order) {
            world.wrong(format_args!("call {number} arrives with other arguments"));
        }
        for _ in 0..order.yields {
            yield_now().await;
        }
        if !order.pause.is_zero() {
            sleep(order.pause).await;
        }
        match order.conclusion {
            Conclusion::Return => Ok(number),
            Conclusion::Throw => {
                let refusal = Refusal { number: number as i64, reason: "as planned".into() };
                Err(refusal.into())
            }
            Conclusion::Fail => Err(Error::application(FAILED, number.to_string()).into()),
            Conclusion::Panic => resume_unwind(Box::new("as planned")),
        }
    }

    fn answered(&self, number: usize) -> usize {
        self.0.plan.orders.get(number).map_or(0, |order| order.answered)
    }
}

fn other(error: DeskWorkError) -> Error {
    match error {
        DeskWorkError::Other(error) => error,
        DeskWorkError::Refusal(refusal) => Error::application(FAILED, refusal.reason),
    }
}

impl Desk for Handler {
    async fn work(&self, number: i64, bytes: Bytes) -> Result<Answer, DeskWorkError> {
        let intact = |number, order: &Order| bytes == content::bytes(number, order.asked);
        let number = self.run(number, Method::Work, intact).await?;
        // Not the bytes that came.
        let bytes = content::bytes(number + 1, self.answered(number));
        Ok(Answer { number: number as i64, bytes })
    }

    async fn tell(&self, number: i64, text: String) -> Result<String> {
        let intact = |number, order: &Order| text == content::text(number, order.asked);
        let number = self.run(number, Method::Tell, intact).await.map_err(other)?;
        Ok(content::told(number, self.answered(number)))
    }

    async fn count(&self, number: i64) -> Result<i64> {
        let number = self.run(number, Method::Count, |_, _| true).await.map_err(other)?;
        Ok(content::counted(number))
    }

    async fn settle(&self, number: i64, bytes: Bytes) -> Result<()> {
        let intact = |number, order: &Order| bytes == content::bytes(number, order.asked);
        self.run(number, Method::Settle, intact).await.map_err(other)?;
        Ok(())
    }

    async fn note(&self, number: i64, bytes: Bytes) -> Result<()> {
        let intact = |number, order: &Order| bytes == content::bytes(number, order.asked);
        self.run(number, Method::Note, intact).await.map_err(other)?;
        Ok(())
    }

    async fn nest(&self, number: i64, nest: Nest) -> Result<Nest> {
        let intact = |_, order: &Order| content::levels(&nest) == order.asked;
        let number = self.run(number, Method::Nest, intact).await.map_err(other)?;
        Ok(content::nest(self.answered(number)))
    }

    async fn meet(&self, number: i64) -> Result<i64> {
        let _run = self.0.begin(number as usize, false);
        let meeting = self.0.log().meeting.clone();
        if let Some(meeting) = meeting
            && timeout(MEETING, meeting.attend()).await.is_err()
        {
            return Err(Error::application(FAILED, "the others have not come"));
        }
        Ok(content::counted(number as usize))
    }
}

/// The server's processor: a generated one, and perhaps something around it.
enum Front<T> {
    Generated(T),
    Boxed(BoxProcessor),
    Middleware(T, Arc<World>),
}

pub(crate) fn processor(world: &Arc<World>) -> impl Processor {
    let handler = Handler(Arc::clone(world));
    match world.plan.processor {
        ProcessorKind::Generated => Front::Generated(DeskProcessor::new(handler)),
        ProcessorKind::Boxed => Front::Boxed(BoxProcessor::new(DeskProcessor::new(handler))),
        ProcessorKind::PerCall => {
            let processor = DeskProcessor::per_call(move |_| handler.clone());
            Front::Boxed(BoxProcessor::new(processor))
        }
        ProcessorKind::Middleware => {
            Front::Middleware(DeskProcessor::new(handler), Arc::clone(world))
        }
    }
}

impl<T: Processor> Processor for Front<T> {
    async fn process<P: Protocol>(&self, mut call: Call<'_, P>) -> Processed {
        match self {
            Front::Generated(processor) => processor.process(call).await,
            Front::Boxed(processor) => processor.process(call).await,
            Front::Middleware(processor, world) => {
                world.log().passed[1] += 1;
                let processed = processor.process(call.reborrow()).await;
                crate::trace!("{}: {}", call.method_name(), call.outcome());
                processed
            }
        }
    }

    fn speculates(&self) -> bool {
        match self {
            Front::Generated(processor) => processor.speculates(),
            Front::Boxed(processor) => processor.speculates(),
            Front::Middleware(..) => false,
        }
    }
}
