//! Structs that are sent in only one direction.

use super::table::check;

#[test]
fn ways() {
    check(WAYS);
}

pub(super) const WAYS: &str = "
# a required field of what only clients send is added | fails
-struct A { 1: i32 a }
+struct A { 1: i32 a, 2: required i32 b }
 service S { void f(1: A a) }
= error 1:22 < 1:8 required field `b` of `A` was added: new servers cannot read the calls of old clients

# a required field of what only servers send is added | fails
-struct A { 1: i32 a }
+struct A { 1: i32 a, 2: required i32 b }
 service S { A f() }
= error 1:22 < 1:8 required field `b` of `A` was added: new clients cannot read the replies of old servers

# a required field of what both send is added | fails
-struct A { 1: i32 a }
+struct A { 1: i32 a, 2: required i32 b }
 service S { A f(1: A a) }
= error 1:22 < 1:8 required field `b` of `A` was added: new programs cannot read what old ones write

# a required field of what only clients send is removed | fails
-struct A { 1: required i32 a }
+struct A {}
 service S { void f(1: A a) }
= error 1:8 < 1:12 required field `a` of `A` was removed: old servers cannot read the calls of new clients

# a required field of what only servers send is removed | fails
-struct A { 1: required i32 a }
+struct A {}
 service S { A f() }
= error 1:8 < 1:12 required field `a` of `A` was removed: old clients cannot read the replies of new servers

# a client may leave out what new servers do not require | fails
-struct A { 1: required i32 a }
+struct A { 1: optional i32 a }
 service S { void f(1: A a) }
= warning 1:12 < 1:12 field `a` of `A` is no longer required: old servers cannot read the calls of new clients if it is missing

# a server may not leave out what old clients require | fails
-struct A { 1: required i32 a }
+struct A { 1: optional i32 a }
 service S { list<A> f() }
= error 1:12 < 1:12 field `a` of `A` is no longer required: old clients cannot read the replies of new servers if it is missing

# a union that only clients send gets a member | accepts
-union U { 1: i32 a }
+union U { 1: i32 a, 2: i32 b }
 service S { void f(1: U u) }

# a union that only servers send gets a member | accepts
-union U { 1: i32 a }
+union U { 1: i32 a, 2: i32 b }
 service S { map<i32, U> f() }
= warning 1:21 < 1:7 member `b` of `U` was added: old clients do not know it

# a union that only clients send loses a member | fails
-union U { 1: i32 a, 2: i32 b }
+union U { 1: i32 a }
 service S { void f(1: U u) }
= error 1:7 < 1:21 member `b` of `U` was removed: new servers cannot read the calls of old clients

# the way goes through structs and typedefs | accepts
-union U { 1: i32 a } typedef U V struct A { 1: optional list<V> v }
+union U { 1: i32 a, 2: i32 b } typedef U V struct A { 1: optional list<V> v }
 service S { void f(1: A a) }

# what is thrown is a result | fails
-exception E { 1: required i32 a }
+exception E { 1: i32 a }
 service S { void f() throws (1: E e) }
= error 1:15 < 1:15 field `a` of `E` is no longer required: old clients cannot read the replies of new servers if it is missing

# an enum that only servers send loses a member | fails
-enum E { A, B }
+enum E { A }
 service S { E f() }
= error 1:6 < 1:13 `B` of `E` was removed: new clients cannot read the replies of old servers

# an enum that only clients send loses a member | fails
-enum E { A, B }
+enum E { A }
 service S { void f(1: E e) }
= error 1:6 < 1:13 `B` of `E` was removed: new servers cannot read the calls of old clients

# a field of what only servers send is removed | fails
-struct A { 1: i32 a }
+struct A {}
 service S { A f() }
= warning 1:8 < 1:12 field `a` of `A` was removed: old clients may rely on it
";
