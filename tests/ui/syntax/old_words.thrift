php_namespace tutorial
senum Animals { "cat", "dog" }
struct S { 1: slist words }
