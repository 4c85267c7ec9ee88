//! Names of generic parameters.

use proc_macro2::TokenStream;
use quote::quote;

use crate::codegen::parameter::parameter;

#[test]
fn a_letter_that_may_mean_something_else_is_not_taken() {
    let name = |scope: &TokenStream| parameter("C", [scope]).to_string();
    assert_eq!(name(&quote!(Result<Vec<Cat>, C1>)), "C");
    for scope in [quote!(C), quote!(r#C), quote!(Vec<(C,)>), quote!(C::Kind), quote!(kind!())] {
        assert_eq!(name(&scope), "__C", "{scope}");
    }
}
