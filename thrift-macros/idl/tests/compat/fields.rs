//! Fields of structs: ids, names, requiredness, defaults.

use super::table::check;

#[test]
fn fields() {
    check(FIELDS);
}

pub(super) const FIELDS: &str = "
# nothing is edited | accepts
 struct A { 1: required i32 a, 2: optional string b = 'x' }

# comments, order, separators and annotations | accepts
-struct A { 1: i32 a, 2: string b }
+/** An A. */ struct A { 2: string b (key = 'value'); 1: i32 a }

# a field is added | accepts
-struct A { 1: i32 a }
+struct A { 1: i32 a, 2: i32 b, 3: optional i32 c }

# a field is added between two others | fails
-struct A { 1: i32 a, 3: i32 c }
+struct A { 1: i32 a, 2: i32 b, 3: i32 c }

# a required field is added | fails
-struct A { 1: i32 a }
+struct A { 1: i32 a, 2: required i32 b }
= error 1:22 < 1:8 required field `b` of `A` was added: new programs cannot read what old ones write

# a required field with a default is added | fails
-struct A { 1: i32 a }
+struct A { 1: i32 a, 2: required i32 b = 3 }
= error 1:22 < 1:8 required field `b` of `A` was added: new programs cannot read what old ones write

# a required field is removed | fails
-struct A { 1: i32 a, 2: required i32 b }
+struct A { 1: i32 a }
= error 1:8 < 1:22 required field `b` of `A` was removed: old programs cannot read what new ones write

# a field is removed | fails
-struct A { 1: i32 a, 2: i32 b }
+struct A { 1: i32 a }
= warning 1:8 < 1:22 field `b` of `A` was removed: old programs may rely on it

# the first field is removed, and the last | fails
-struct A { 1: i32 a, 2: i32 b, 3: i32 c }
+struct A { 2: i32 b }
= warning 1:8 < 1:12 field `a` of `A` was removed: old programs may rely on it
= warning 1:8 < 1:32 field `c` of `A` was removed: old programs may rely on it

# an optional field is removed | fails
-struct A { 1: i32 a, 2: optional i32 b }
+struct A { 1: i32 a }

# an id is used for something else | fails
-struct A { 1: i32 a, 2: optional i32 count }
+struct A { 1: i32 a, 2: optional string title }
= error 1:22 < 1:22 the id 2 of `A` is used for something else: it was field `count`

# an id is used for another struct | fails
 struct B { 1: i32 a }
 struct C { 1: string a }
-struct A { 1: optional B b }
+struct A { 1: optional C c }
= error 3:12 < 3:12 the id 1 of `A` is used for something else: it was field `b`

# a field is renamed | warns
-struct A { 1: i32 a }
+struct A { 1: i32 b }
= warning 1:12 < 1:12 the name of field `a` of `A` changed to `b`

# a field gets another id | fails
-struct A { 1: i32 a, 2: i32 b }
+struct A { 1: i32 a, 3: i32 b }
= error 1:22 < 1:22 the id of field `b` of `A` changed from 2 to 3

# a field is inserted, and the others are counted on | warns
-struct A { 1: i32 a, 2: i32 b }
+struct A { 1: i32 a, 2: i32 new_one, 3: i32 b }
= error 1:38 < 1:22 the id of field `b` of `A` changed from 2 to 3

# ids are exchanged | warns
-struct A { 1: i32 a, 2: i32 b }
+struct A { 1: i32 b, 2: i32 a }
= error 1:12 < 1:22 the id of field `b` of `A` changed from 2 to 1
= error 1:22 < 1:12 the id of field `a` of `A` changed from 1 to 2

# a field without ids is inserted | fails
-struct A { i32 a, i32 b }
+struct A { i32 a, i32 x, i32 b }
= error 1:26 < 1:19 the id of field `b` of `A` changed from -2 to -3

# a field makes place for its successor | warns
-struct A { 1: i32 size }
+struct A { 1: i32 deprecated_size, 2: i64 size }
= warning 1:12 < 1:12 the name of field `size` of `A` changed to `deprecated_size`

# a field becomes required | fails
-struct A { 1: optional i32 a }
+struct A { 1: required i32 a }
= error 1:12 < 1:12 field `a` of `A` is required now: new programs cannot read what old ones write if it is missing

# a field of neither requiredness becomes required | fails
-struct A { 1: i32 a }
+struct A { 1: required i32 a }
= error 1:12 < 1:12 field `a` of `A` is required now: new programs cannot read what old ones write if it is missing

# a required field becomes optional | fails
-struct A { 1: required i32 a }
+struct A { 1: optional i32 a }
= error 1:12 < 1:12 field `a` of `A` is no longer required: old programs cannot read what new ones write if it is missing

# a required field is just written | fails
-struct A { 1: required i32 a }
+struct A { 1: i32 a }
= error 1:12 < 1:12 field `a` of `A` is no longer required: old programs cannot read what new ones write if it is missing

# a field becomes optional | accepts
-struct A { 1: i32 a, 2: optional i32 b }
+struct A { 1: optional i32 a, 2: i32 b }

# a default changes | warns
-struct A { 1: i32 a = 1, 2: optional string b = 'x', 3: list<i32> c = [1, 2] }
+struct A { 1: i32 a = 2, 2: optional string b = 'y', 3: list<i32> c = [2, 1] }
= warning 1:12 < 1:12 the default of field `a` of `A` changed: if it is not sent, old and new programs read different values
= warning 1:26 < 1:26 the default of field `b` of `A` changed: if it is not sent, old and new programs read different values
= warning 1:54 < 1:54 the default of field `c` of `A` changed: if it is not sent, old and new programs read different values

# a default is given and another taken | warns
-struct A { 1: i32 a, 2: string b = 'x' }
+struct A { 1: i32 a = 1, 2: string b }
= warning 1:12 < 1:12 the default of field `a` of `A` changed: if it is not sent, old and new programs read different values
= warning 1:26 < 1:22 the default of field `b` of `A` changed: if it is not sent, old and new programs read different values

# a default of a required field changes | accepts
-struct A { 1: required i32 a = 1 }
+struct A { 1: required i32 a = 2 }

# defaults that say the same | warns
-enum E { X = 1 } const i32 N = 7
+enum E { X = 1 } const i32 N = 7
-struct A { 1: E a = 1, 2: i32 b = 7, 3: map<i32, i32> c = {1: 2, 3: 4}, 4: double d = 1 }
+struct A { 1: E a = E.X, 2: i32 b = N, 3: map<i32, i32> c = {3: 4, 1: 2}, 4: double d = 1.0 }

# a default that is a struct | warns
 struct B { 1: i32 a, 2: i32 b }
-struct A { 1: B b = {'a': 1, 'b': 2}, 2: B c = {'a': 1} }
+struct A { 1: B b = {'b': 2, 'a': 1}, 2: B c = {'b': 1} }
= warning 2:39 < 2:39 the default of field `c` of `A` changed: if it is not sent, old and new programs read different values

# a field of an exception | fails
-exception A { 1: string a, 2: required i32 b }
+exception A { 1: i64 a }
= error 1:11 < 1:28 required field `b` of `A` was removed: old programs cannot read what new ones write
= error 1:15 < 1:15 the type of field `a` of `A` changed from `string` to `i64`
";
