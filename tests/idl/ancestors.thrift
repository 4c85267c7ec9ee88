// Services that extend one another, many levels deep.

exception Refused { 1: i32 level }

service Level1 { i32 at1(1: i32 number) throws (1: Refused refused) }
service Level2 extends Level1 { i32 at2(1: i32 number) }
service Level3 extends Level2 { i32 at3(1: i32 number) }
service Level4 extends Level3 { i32 at4(1: i32 number) }
service Level5 extends Level4 { i32 at5(1: i32 number) }
service Level6 extends Level5 { i32 at6(1: i32 number) }
service Level7 extends Level6 { i32 at7(1: i32 number) }
service Level8 extends Level7 { i32 at8(1: i32 number) }
service Level9 extends Level8 { i32 at9(1: i32 number) }
service Level10 extends Level9 { i32 at10(1: i32 number) }
service Level11 extends Level10 { i32 at11(1: i32 number) }
service Level12 extends Level11 { i32 at12(1: i32 number) }
service Level13 extends Level12 { i32 at13(1: i32 number) }
service Level14 extends Level13 { i32 at14(1: i32 number) }
service Level15 extends Level14 { i32 at15(1: i32 number) }
service Level16 extends Level15 { i32 at16(1: i32 number) }
service Level17 extends Level16 { i32 at17(1: i32 number) }
service Level18 extends Level17 { i32 at18(1: i32 number) }
service Level19 extends Level18 { i32 at19(1: i32 number) }
service Level20 extends Level19 { i32 at20(1: i32 number) }
service Level21 extends Level20 { i32 at21(1: i32 number) }
service Level22 extends Level21 { i32 at22(1: i32 number) }
service Level23 extends Level22 { i32 at23(1: i32 number) }
service Level24 extends Level23 { i32 at24(1: i32 number) }
service Level25 extends Level24 { i32 at25(1: i32 number) }
service Level26 extends Level25 { i32 at26(1: i32 number) }
service Level27 extends Level26 { i32 at27(1: i32 number) }
service Level28 extends Level27 { i32 at28(1: i32 number) }
service Level29 extends Level28 { i32 at29(1: i32 number) }
service Level30 extends Level29 { i32 at30(1: i32 number) }
service Level31 extends Level30 { i32 at31(1: i32 number) }
service Level32 extends Level31 { i32 at32(1: i32 number) }
service Level33 extends Level32 { i32 at33(1: i32 number) }
service Level34 extends Level33 { i32 at34(1: i32 number) }
service Level35 extends Level34 { i32 at35(1: i32 number) }
service Level36 extends Level35 { i32 at36(1: i32 number) }
service Level37 extends Level36 { i32 at37(1: i32 number) }
service Level38 extends Level37 { i32 at38(1: i32 number) }
service Level39 extends Level38 { i32 at39(1: i32 number) }
service Level40 extends Level39 { i32 at40(1: i32 number) }
service Level41 extends Level40 { i32 at41(1: i32 number) }
service Level42 extends Level41 { i32 at42(1: i32 number) }
service Level43 extends Level42 { i32 at43(1: i32 number) }
service Level44 extends Level43 { i32 at44(1: i32 number) }
service Level45 extends Level44 { i32 at45(1: i32 number) }
service Level46 extends Level45 { i32 at46(1: i32 number) }
service Level47 extends Level46 { i32 at47(1: i32 number) }
service Level48 extends Level47 { i32 at48(1: i32 number) }
service Level49 extends Level48 { i32 at49(1: i32 number) }
service Level50 extends Level49 { i32 at50(1: i32 number) }
service Level51 extends Level50 { i32 at51(1: i32 number) }
service Level52 extends Level51 { i32 at52(1: i32 number) }
service Level53 extends Level52 { i32 at53(1: i32 number) }
service Level54 extends Level53 { i32 at54(1: i32 number) }
service Level55 extends Level54 { i32 at55(1: i32 number) }
service Level56 extends Level55 { i32 at56(1: i32 number) }
service Level57 extends Level56 { i32 at57(1: i32 number) }
service Level58 extends Level57 { i32 at58(1: i32 number) }
service Level59 extends Level58 { i32 at59(1: i32 number) }
service Level60 extends Level59 { i32 at60(1: i32 number) }

// Others that go on from the midst of them.
service Side1 extends Level5 { i32 aside1(1: i32 number, 3: string unit, 2: bool down) }
service Side2 extends Side1 { i32 aside2(1: i32 number, 3: string unit, 2: bool down) }
service Side3 extends Side2 { i32 aside3(1: i32 number, 3: string unit, 2: bool down) }
service Side4 extends Side3 { i32 aside4(1: i32 number, 3: string unit, 2: bool down) }
service Side5 extends Side4 { i32 aside5(1: i32 number, 3: string unit, 2: bool down) }
service Side6 extends Side5 { i32 aside6(1: i32 number, 3: string unit, 2: bool down) }
service Side7 extends Side6 { i32 aside7(1: i32 number, 3: string unit, 2: bool down) }
service Side8 extends Side7 { i32 aside8(1: i32 number, 3: string unit, 2: bool down) }
service Side9 extends Side8 { i32 aside9(1: i32 number, 3: string unit, 2: bool down) }
service Side10 extends Side9 { i32 aside10(1: i32 number, 3: string unit, 2: bool down) }
service Side11 extends Side10 { i32 aside11(1: i32 number, 3: string unit, 2: bool down) }
service Side12 extends Side11 { i32 aside12(1: i32 number, 3: string unit, 2: bool down) }
