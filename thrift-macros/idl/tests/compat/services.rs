//! Methods and services.

use super::table::check;

#[test]
fn methods() {
    check(METHODS);
}

#[test]
fn services() {
    check(SERVICES);
}

pub(super) const METHODS: &str = "
# a method is added | accepts
-service S { void a() }
+service S { void a(), i32 b(1: required i32 x) }

# a method is removed | fails
-service S { void a(), void b() }
+service S { void a() }
= error 1:9 < 1:28 method `b` of `S` was removed

# a method becomes oneway | fails
-service S { void a() }
+service S { oneway void a() }
= error 1:25 < 1:18 method `a` became oneway: old clients wait for replies that new servers do not send

# a method is no longer oneway | fails
-service S { oneway void a() }
+service S { void a() }
= error 1:18 < 1:25 method `a` is no longer oneway: old clients do not expect the replies of new servers

# a result is another type | fails
-service S { string a(), list<i32> b() }
+service S { double a(), list<i16> b() }
= error 1:20 < 1:20 the result of `a` changed from `string` to `double`
= error 1:35 < 1:35 the result of `b` changed from `list<i32>` to `list<i16>`

# a result is given | fails
-service S { void a() }
+service S { i32 a() }
= error 1:17 < 1:18 the result of `a` changed from `void` to `i32`

# a result is taken | fails
-service S { i32 a() }
+service S { void a() }
= error 1:18 < 1:17 the result of `a` changed from `i32` to `void`

# the result is another enum | fails
 enum E { A, B, C } enum F { A, B }
-service S { E a() }
+service S { F a() }
= error 2:15 < 2:15 the result of `a` changed from `E` to `F`; the two types differ: `C` of `E` was removed: new clients cannot read the replies of old servers

# the result is another struct | fails
 struct A { 1: i32 x } struct B { 1: list<i32> x }
-service S { A a(), map<A, B> b() }
+service S { B a(), map<A, A> b() }
= error 2:15 < 2:15 the result of `a` changed from `A` to `B`; the two types differ: the type of field `x` of `A` changed from `i32` to `list<i32>`
= error 2:30 < 2:30 the result of `b` changed from `map<A, B>` to `map<A, A>`; the two types differ: the type of field `x` of `B` changed from `list<i32>` to `i32`

# an argument is another type | fails
-service S { void a(1: i64 x, 2: list<string> y, 3: map<i64, double> z) }
+service S { void a(1: double x, 2: string y, 3: list<i64> z) }
= error 1:20 < 1:20 the type of argument `x` of `a` changed from `i64` to `double`
= error 1:33 < 1:30 the type of argument `y` of `a` changed from `list<string>` to `string`
= error 1:46 < 1:49 the type of argument `z` of `a` changed from `map<i64, double>` to `list<i64>`

# an argument is added | accepts
-service S { void a(1: i32 x) }
+service S { void a(1: i32 x, 2: i32 y) }

# an argument that is required is added | fails
-service S { void a(1: i32 x) }
+service S { void a(1: i32 x, 2: required i32 y) }
= error 1:30 < 1:18 required argument `y` of `a` was added: new servers cannot read the calls of old clients

# an argument is removed | fails
-service S { void a(1: i32 x, 2: i32 y) }
+service S { void a(1: i32 x) }
= warning 1:18 < 1:30 argument `y` of `a` was removed: old servers may rely on it

# arguments are exchanged | warns
-service S { void a(1: string from_, 2: string to) }
+service S { void a(1: string to, 2: string from_) }
= error 1:20 < 1:37 the id of argument `to` of `a` changed from 2 to 1
= error 1:34 < 1:20 the id of argument `from_` of `a` changed from 1 to 2

# an argument is another enum | fails
 enum E { X = 1, Y = 2 } enum F { X = 1 }
-service S { void a(1: list<E> e) }
+service S { void a(1: list<F> e) }
= error 2:20 < 2:20 the type of argument `e` of `a` changed from `list<E>` to `list<F>`; the two types differ: `Y` of `E` was removed: new servers cannot read the calls of old clients

# an argument is renamed | warns
-service S { void a(1: i32 x) }
+service S { void a(1: i32 y) }
= warning 1:20 < 1:20 the name of argument `x` of `a` changed to `y`

# an argument's default changes | warns
-service S { void a(1: i32 x = 1) }
+service S { void a(1: i32 x = 2) }
= warning 1:20 < 1:20 the default of argument `x` of `a` changed: if it is not sent, old and new programs read different values

# an exception is added to a method with a result | accepts
 exception E { 1: string why }
-service S { i32 a() }
+service S { i32 a() throws (1: E e) }
= warning 2:29 < 2:17 exception `e` of `a` was added: old clients report a different error instead

# an exception is added to a method without a result | accepts
 exception E { 1: string why }
-service S { void a() }
+service S { void a() throws (1: E e) }
= error 2:30 < 2:18 exception `e` of `a` was added: old clients read a reply with it as success

# an exception is removed from a method with a result | fails
 exception E { 1: string why }
-service S { i32 a() throws (1: E e) }
+service S { i32 a() }
= error 2:17 < 2:29 exception `e` of `a` was removed: new clients cannot read the replies of old servers

# an exception is removed from a method without a result | fails
 exception E { 1: string why }
-service S { void a() throws (1: E e) }
+service S { void a() }
= error 2:18 < 2:30 exception `e` of `a` was removed: new clients read a reply with it as success

# an exception is another of the same form | fails
 exception E { 1: i32 code } exception F { 1: i32 code }
-service S { void a() throws (1: E e) }
+service S { void a() throws (1: F e) }
= warning 2:30 < 2:30 the type of exception `e` of `a` changed from `E` to `F`, which has the same form on the wire

# an exception is another of another form | fails
 exception E { 1: i32 code } exception F { 1: string code }
-service S { void a() throws (1: E e) }
+service S { void a() throws (1: F e) }
= error 2:30 < 2:30 the type of exception `e` of `a` changed from `E` to `F`; the two types differ: the type of field `code` of `E` changed from `i32` to `string`
";

pub(super) const SERVICES: &str = "
# a service is added | accepts
-service S {}
+service S {} service T { void a() }

# a service is removed | fails
-service S {} service T { void a() }
+service S {}
= error < 1:22 service `T` was removed

# a parent is removed, and its methods | fails
 service P { void a(), void b() }
-service S extends P { void c() }
+service S { void c() }
= error 2:9 < 2:9 `S` no longer extends `P`, and so no longer has `a`, `b`

# a parent is removed, but not its methods | fails
 service P { void a() }
-service S extends P { void c() }
+service S { void a(), void c() }
= warning 2:9 < 2:9 `S` no longer extends `P`, but still has all of its methods

# a parent is removed, and its method is another | fails
 service P { i32 a() }
-service S extends P { void c() }
+service S { i64 a(), void c() }
= warning 2:9 < 2:9 `S` no longer extends `P`, but still has all of its methods
= error 2:17 < 1:17 the result of `a` changed from `i32` to `i64`

# a parent is added | accepts
 service P { void a() }
-service S { void c() }
+service S extends P { void c() }

# a parent gets between | fails
 service P { void a() } service Q extends P {}
-service S extends P { void c() }
+service S extends Q { void c() }
= warning 2:9 < 2:9 `S` no longer extends `P`, but still has all of its methods

# a method moves to the parent | fails
-service P { void a() } service S extends P { void b() }
+service P { void a(), void b() } service S extends P {}

# a parent loses a method, which is told once | fails
-service P { void a(), void b() } service S extends P {} service T extends S {}
+service P { void a() } service S extends P {} service T extends S {}
= error 1:9 < 1:28 method `b` of `P` was removed
";
