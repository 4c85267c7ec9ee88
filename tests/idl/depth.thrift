// Types that contain themselves in every way there is; reading one level of a wide one takes the most
// stack.

struct Chain {
    1: optional Chain next
    2: i32 number
}

union Expression {
    1: i64 number
    2: Expression negated
    3: list<Expression> sum
    4: map<string, Expression> named
    5: set<Expression> choice
    6: map<Expression, i32> weighted
    7: list<map<string, list<Expression>>> nested
    8: Wide wide
}

struct Wide {
    1: required bool bool_1
    2: required i8 i8_2
    3: required i16 i16_3
    4: required i32 i32_4
    5: required i64 i64_5
    6: required double double_6
    7: required string string_7
    8: required binary binary_8
    9: required uuid uuid_9
    10: required list<i32> list_10
    11: required set<string> set_11
    12: required map<string, i64> map_12
    13: optional bool bool_13
    14: optional i8 i8_14
    15: optional i16 i16_15
    16: optional i32 i32_16
    17: optional i64 i64_17
    18: optional double double_18
    19: optional string string_19
    20: optional binary binary_20
    21: optional uuid uuid_21
    22: optional list<i32> list_22
    23: optional set<string> set_23
    24: optional map<string, i64> map_24
    25: bool bool_25
    26: i8 i8_26
    27: i16 i16_27
    28: i32 i32_28
    29: i64 i64_29
    30: double double_30
    31: string string_31
    32: binary binary_32
    33: uuid uuid_33
    34: list<i32> list_34
    35: set<string> set_35
    36: map<string, i64> map_36
    37: optional Wide next
    38: optional Expression expression
}
