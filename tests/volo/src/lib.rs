//! The same service by this library and by Volo.

use thrift_runtime::{
    ApplicationErrorKind, ApplicationException, Context, Error, Processor, ttheader,
};
use volo_thrift::{BizError, MaybeException, ServerError};

/// This library's code of the IDL.
pub mod ours {
    thrift_runtime::thrift!("../idl/stock.thrift");
}

/// Volo's code of the IDL.
#[allow(warnings, clippy::all)]
pub mod theirs {
    include!(concat!(env!("OUT_DIR"), "/volo.rs"));
    pub use self::volo::stock::*;
}

/// What there is of everything.
const COUNT: i32 = 10;

/// This library's service.
pub fn processor() -> impl Processor {
    ours::StockProcessor::per_call(|cx: &Context| Ours(cx.clone()))
}

struct Ours(Context);

impl ours::Stock for Ours {
    async fn take(&self, item: String, count: i32) -> Result<i32, ours::StockTakeError> {
        if count > COUNT {
            return Err(ours::OutOfStock { item }.into());
        }
        if count < 0 {
            // Volo tells business errors so.
            self.0.set_reply_header(ttheader::BIZ_STATUS, "400");
            self.0.set_reply_header(ttheader::BIZ_MESSAGE, "a negative count");
            let kind = ApplicationErrorKind::INTERNAL_ERROR;
            return Err(Error::from(ApplicationException::new(kind, "a negative count")).into());
        }
        Ok(COUNT - count)
    }

    async fn header(&self, name: String) -> thrift_runtime::Result<String> {
        Ok(self.0.headers().get(&name).unwrap_or_default().into())
    }

    async fn blob(&self, text: String) -> thrift_runtime::Result<String> {
        Ok(text)
    }
}

/// Volo's service.
pub struct Theirs;

impl theirs::Stock for Theirs {
    async fn take(
        &self,
        item: pilota::FastStr,
        count: i32,
    ) -> Result<MaybeException<i32, theirs::StockTakeException>, ServerError> {
        if count > COUNT {
            let gone = theirs::OutOfStock { item };
            return Ok(MaybeException::Exception(theirs::StockTakeException::Gone(gone)));
        }
        match count {
            ..0 => Err(BizError::new(400, "a negative count".into()).into()),
            _ => Ok(MaybeException::Ok(COUNT - count)),
        }
    }

    async fn header(&self, name: pilota::FastStr) -> Result<pilota::FastStr, ServerError> {
        // What it keeps of the headers has the start of its name cut off.
        let value = metainfo::METAINFO.with(|metainfo| {
            use metainfo::Forward;

            metainfo.borrow().get_persistent(&*name)
        });
        Ok(value.unwrap_or_default())
    }

    async fn blob(&self, text: pilota::FastStr) -> Result<pilota::FastStr, ServerError> {
        Ok(text)
    }
}
