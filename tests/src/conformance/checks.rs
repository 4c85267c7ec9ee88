//! What a client of the conformance service relies on.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Debug,
    future::Future,
};

use thrift_runtime::{ApplicationErrorKind, Bytes, Error, OrderedFloat, Uuid};
use tokio::task::JoinSet;

use super::idl::{
    Beyond, NOBODY, Unusual,
    base::{Color, MiddleRefuseError, Point},
    conformance::{
        Chicken, Choice, ConformanceFailError, ConformanceFindError, Containers, Defaults,
        EVERYTHING, Egg, Empty, Everything, NotFound, Scalars, Tree,
    },
};
use super::report::{Outcome, Report, same, wrong};

/// Runs every check.
pub(super) async fn run(client: impl Beyond + Clone + 'static) -> Report {
    let mut report = Report::default();
    scalars(&client, &mut report).await;
    containers(&client, &mut report).await;
    structs(&client, &mut report).await;
    methods(&client, &mut report).await;
    exceptions(&client, &mut report).await;
    report.check("calls at once", at_once(&client)).await;
    // The last ones, since some servers close the connection.
    beyond(&client, &mut report).await;
    report.check("a failure that nobody declared", undeclared(&client)).await;
    report
}

async fn scalars(client: &impl Beyond, report: &mut Report) {
    let long = "long ".repeat(50_000);
    let texts = ["", "plain", "żółć ☃ 𝄞 \0 \r\n \"'\\", &long].map(str::to_owned);
    let every_byte: Vec<u8> = (0..=255).collect();
    let binaries = [vec![], every_byte, [0xff, 0xfe].repeat(50_000)].map(Bytes::from);
    let doubles = [0.0, -0.0, 1e-308, -1.7e308, 0.1];
    let not_finite = [f64::INFINITY, -f64::INFINITY, f64::NAN];
    // An enum of a newer peer has members that this one does not know.
    let colors = [Color::RED, Color::GREEN, Color::BLACK, Color::from(77)];

    report.check("echoBool", echo([true, false], |it| client.echo_bool(it))).await;
    report.check("echoByte", echo([0, 1, -1, 127, -128], |it| client.echo_byte(it))).await;
    report.check("echoI16", echo([0, i16::MAX, i16::MIN], |it| client.echo_i16(it))).await;
    report.check("echoI32", echo([0, i32::MAX, i32::MIN], |it| client.echo_i32(it))).await;
    report.check("echoI64", echo([0, i64::MAX, i64::MIN], |it| client.echo_i64(it))).await;
    report.check("echoDouble", echo_doubles(client, doubles)).await;
    report.check("echoDouble, not finite", echo_doubles(client, not_finite)).await;
    report.check("echoString", echo(texts, |it| client.echo_string(it))).await;
    report.check("echoBinary", echo(binaries, |it| client.echo_binary(it))).await;
    report.check("echoColor", echo(colors, |it| client.echo_color(it))).await;
    let times = [-1, 1_700_000_000_000];
    report.check("echoTimestamp", echo(times, |it| client.echo_timestamp(it))).await;
}

async fn containers(client: &impl Beyond, report: &mut Report) {
    let lists = [vec![], vec![1, -1], (0..10_000).collect()];
    report.check("echoList", echo(lists, |it| client.echo_list(it))).await;
    let sets = [0, 1, 100].map(|size| (0..size).map(|n| n.to_string()).collect());
    report.check("echoSet", echo(sets, |it| client.echo_set(it))).await;
    let maps = [0, 1, 1000].map(|size| (0..size).map(|n| (-n, n.to_string())).collect());
    report.check("echoMap", echo(maps, |it| client.echo_map(it))).await;
    let inner = BTreeMap::from([(1, BTreeSet::new()), (2, words(["x", "y"]))]);
    let nested =
        BTreeMap::from([("a".to_owned(), vec![]), ("b".to_owned(), vec![BTreeMap::new(), inner])]);
    report.check("echoNested", echo([BTreeMap::new(), nested], |it| client.echo_nested(it))).await;

    let Everything { scalars, containers, .. } = EVERYTHING.clone();
    let keyed = Containers {
        points: BTreeSet::from([point(1, 2), point(-1, -2)]),
        words_by_point: BTreeMap::from([(point(0, 0), "origin".to_owned())]),
        library: BTreeMap::from([
            ("shelf".to_owned(), vec![scalars.clone(), scalars]),
            ("none".to_owned(), vec![]),
        ]),
        path: vec![point(3, 4), point(5, 6)],
        measures: [0.5, -0.0, 1e300].map(OrderedFloat).into(),
        ..containers.clone()
    };
    let values = [Containers::default(), containers, keyed];
    report.check("echoContainers", echo(values, |it| client.echo_containers(it))).await;
}

async fn structs(client: &impl Beyond, report: &mut Report) {
    let Everything { scalars, defaults, .. } = EVERYTHING.clone();
    let scalars = [Scalars::default(), scalars];
    report.check("echoScalars", echo(scalars, |it| client.echo_scalars(it))).await;
    let choices = [
        Choice::Truth(false),
        Choice::Number(5),
        Choice::Text(String::new()),
        Choice::Point(point(1, 2)),
        Choice::Several(vec![Choice::Number(1), Choice::Several(vec![])]),
        Choice::default(),
    ];
    report.check("echoChoice", echo(choices, |it| client.echo_choice(it))).await;
    let deep = (0..20).fold(tree("leaf"), |inner, depth| Tree {
        shadow: (depth % 2 == 1).then(|| Box::new(tree("shadow"))),
        children: vec![inner],
        ..tree(&depth.to_string())
    });
    report.check("echoTree", echo([tree("alone"), deep], |it| client.echo_tree(it))).await;
    let inner = Chicken { number: 2, egg: None };
    let egg = Egg { chicken: Some(Box::new(inner)), mark: "inner".to_owned() };
    let chickens = [Chicken { number: 1, egg: Some(Box::new(egg)) }];
    report.check("echoChicken", echo(chickens, |it| client.echo_chicken(it))).await;
    report.check("echoEmpty", echo([Empty {}], |it| client.echo_empty(it))).await;
    let everything = [Everything::default(), EVERYTHING.clone()];
    let full = everything.map(|it| Everything { defaults: defaults.clone(), ..it });
    report.check("echoEverything", echo(full, |it| client.echo_everything(it))).await;

    report.check("echoDefaults", echo([defaults], |it| client.echo_defaults(it))).await;
    let unset = Defaults { name: "n".to_owned(), limit: None, ..Defaults::default() };
    let filled = Defaults { limit: Some(10), ..unset.clone() };
    let answer = async { same(filled, client.echo_defaults(unset).await?) };
    report.check("echoDefaults, with one unset", answer).await;
}

async fn methods(client: &impl Beyond, report: &mut Report) {
    report.check("nothing", async { same((), client.nothing().await?) }).await;
    let joined = async { same("-1 2 3".to_owned(), client.join(-1, 2, 3).await?) };
    report.check("join", joined).await;
    report.check("sample", async { same(&*EVERYTHING, &client.sample().await?) }).await;
    let is_sample = async {
        same(false, client.is_sample(Everything::default()).await?)?;
        same(true, client.is_sample(EVERYTHING.clone()).await?)
    };
    report.check("isSample", is_sample).await;
    let remembered = async {
        // Not one that another client is just now.
        let who = || format!("process {}", std::process::id());
        let before = client.remembered(who()).await?;
        for number in 0..10 {
            client.remember(who(), number).await?;
        }
        same(before + 45, client.remembered(who()).await?)
    };
    report.check("remember, which is oneway", remembered).await;
}

async fn exceptions(client: &impl Beyond, report: &mut Report) {
    let refuse = async {
        for code in [7, 0, -7] {
            match (code, client.refuse(code).await) {
                (0, Ok(())) => {}
                (_, Err(MiddleRefuseError::Refused(refused))) => same(code, refused.code)?,
                (_, other) => return wrong(code, other),
            }
        }
        Ok(())
    };
    report.check("refuse, which may raise", refuse).await;
    let find = async {
        match client.find("something".to_owned()).await {
            Err(ConformanceFindError::NotFound(NotFound { what, nearest })) => {
                same("something", &*what)?;
                same(Some(vec!["anything".to_owned()]), nearest)?;
            }
            other => return wrong("not found", other),
        }
        match client.find("anything".to_owned()).await {
            Ok(found) => same("anything", &*found),
            other => wrong("anything", other),
        }
    };
    report.check("find, which may raise", find).await;
    for what in ["refused", "not found", "nothing", "application", "not at all"] {
        let answer = async {
            use ConformanceFailError::{NotFound, Nothing, Other, Refused};
            match (what, client.fail(what.to_owned()).await) {
                ("refused", Err(Refused(it))) => same((what, 7), (&*it.reason, it.code)),
                ("not found", Err(NotFound(it))) => same((what, None), (&*it.what, it.nearest)),
                ("nothing", Err(Nothing(_))) => Ok(()),
                ("application", Err(Other(error)))
                    if is(&error, ApplicationErrorKind::INTERNAL_ERROR) =>
                {
                    Ok(())
                }
                ("not at all", Ok(text)) => same(what, &*text),
                (_, other) => wrong(what, other),
            }
        };
        report.check(&format!("fail: {what}"), answer).await;
    }
}

async fn undeclared(client: &impl Beyond) -> Outcome {
    match client.fail("panic".to_owned()).await {
        Err(ConformanceFailError::Other(error))
            if error.is_closed() || is(&error, ApplicationErrorKind::INTERNAL_ERROR) =>
        {
            Ok(())
        }
        other => wrong("an internal error", other),
    }
}

async fn beyond(client: &impl Beyond, report: &mut Report) {
    match client.beyond().await {
        // thriftpy2's multiplexed server closes the connection.
        Err(error) if error.is_closed() || is(&error, ApplicationErrorKind::UNKNOWN_METHOD) => {
            println!("left out what is in beyond.thrift, which the server does not have");
            report.left_out += 1;
            return;
        }
        answer => report.check("beyond", async { Ok(answer?) }).await,
    }
    let id = Uuid::from_bytes(*b"\x00\x11\x22\x33\x44\x55\x66\x77\x88\x99\xaa\xbb\xcc\xdd\xee\xff");
    report.check("echoUuid", echo([NOBODY, id], |it| client.echo_uuid(it))).await;
    let measured = BTreeMap::from([(OrderedFloat(0.5), Choice::Number(1))]);
    let unusual = Unusual {
        id,
        others: vec![NOBODY, id],
        names: BTreeMap::from([(id, "somebody".to_owned())]),
        parent: Some(NOBODY),
        groups: BTreeSet::from([BTreeSet::new(), BTreeSet::from([1, 2])]),
        phrases: BTreeSet::from([vec!["hello".to_owned(), "world".to_owned()]]),
        words_by_path: BTreeMap::from([(vec![1, 2], words(["x"]))]),
        choices: BTreeMap::from([(BTreeMap::from([(1, 2)]), measured)]),
        forest: BTreeSet::from([tree("oak"), tree("elm")]),
    };
    let unusual = [Unusual::default(), unusual];
    report.check("echoUnusual", echo(unusual, |it| client.echo_unusual(it))).await;
}

async fn at_once(client: &(impl Beyond + Clone + 'static)) -> Outcome {
    let mut calls = JoinSet::new();
    for number in 0..100 {
        let client = client.clone();
        calls.spawn(async move { same(number, client.echo_i32(number).await?) });
    }
    calls.join_all().await.into_iter().collect()
}

/// Checks that `call` gives every value back.
async fn echo<T, F>(values: impl IntoIterator<Item = T>, call: impl Fn(T) -> F) -> Outcome
where
    T: Clone + PartialEq + Debug,
    F: Future<Output = Result<T, Error>>,
{
    for value in values {
        same(value.clone(), call(value).await?)?;
    }
    Ok(())
}

/// The same for doubles, by their bits, as a NaN is not equal to itself.
async fn echo_doubles<const N: usize>(client: &impl Beyond, values: [f64; N]) -> Outcome {
    let echo_bits =
        |bits| async move { client.echo_double(f64::from_bits(bits)).await.map(f64::to_bits) };
    echo(values.map(f64::to_bits), echo_bits).await
}

fn is(error: &Error, kind: ApplicationErrorKind) -> bool {
    error.as_application().is_some_and(|exception| exception.kind() == kind)
}

fn point(x: i32, y: i32) -> Point {
    Point { x, y }
}

fn tree(label: &str) -> Tree {
    Tree { label: label.to_owned(), ..Tree::default() }
}

fn words<const N: usize>(words: [&str; N]) -> BTreeSet<String> {
    words.map(str::to_owned).into()
}
