//! Just enough of the IDL's syntax to find what a file defines.
//!
//! The macro's own parser is what the tests try, so they do not rely on it to know what to expect.

/// What a file defines, as far as the tests need it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Outline {
    /// The names of typedefs, enums, structs, unions, exceptions and services, in this order.
    pub types: Vec<String>,
    /// The names of structs, unions and exceptions.
    pub structs: Vec<String>,
    /// The services.
    pub services: Vec<Service>,
}

/// A service.
#[derive(Debug, PartialEq, Eq)]
pub struct Service {
    /// Its name.
    pub name: String,
    /// Its own functions.
    pub functions: Vec<Function>,
}

/// A function of a service.
#[derive(Debug, PartialEq, Eq)]
pub struct Function {
    /// Its name.
    pub name: String,
    /// What it gives, `void` included.
    pub returns: String,
    /// The text between the parentheses.
    pub args: String,
    /// The text between the parentheses of `throws`, empty without.
    pub throws: String,
}

impl Outline {
    /// Reads an IDL file that is known to be right.
    pub fn of(text: &str) -> Outline {
        let tokens = tokens(text);
        let mut outline = Outline::default();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let name = tokens.get(at + 1).cloned().unwrap_or_default();
            match token.as_str() {
                "typedef" => {
                    at = after_type(&tokens, at + 1);
                    outline.types.extend(tokens.get(at).cloned());
                    continue;
                }
                "enum" | "senum" => outline.types.push(name),
                "struct" | "union" | "exception" => {
                    outline.types.push(name.clone());
                    outline.structs.push(name);
                }
                "service" => {
                    let start = at + tokens[at..].iter().position(|t| t == "{").unwrap_or(0);
                    let end = closing(&tokens, start);
                    let functions = functions(&tokens[start + 1..end]);
                    outline.types.push(name.clone());
                    outline.services.push(Service { name, functions });
                }
                _ => {
                    at += 1;
                    continue;
                }
            }
            let Some(start) = tokens[at..].iter().position(|t| t == "{") else { break };
            at = closing(&tokens, at + start);
        }
        outline
    }
}

fn functions(tokens: &[String]) -> Vec<Function> {
    let mut functions = Vec::new();
    let mut begin = 0;
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at] != "(" {
            at += 1;
            continue;
        }
        let arguments_end = closing(tokens, at);
        let mut end = arguments_end + 1;
        let mut throws = String::new();
        if tokens.get(end).is_some_and(|token| token == "throws") {
            let close = closing(tokens, end + 1);
            throws = tokens[end + 2..close].join(" ");
            end = close + 1;
        }
        if tokens.get(end).is_some_and(|token| token == "(") {
            end = closing(tokens, end) + 1;
        }
        if tokens.get(end).is_some_and(|token| token == "," || token == ";") {
            end += 1;
        }
        let words = &tokens[begin..at - 1];
        let words = words.strip_prefix(&["oneway".to_owned()]).unwrap_or(words);
        functions.push(Function {
            name: tokens[at - 1].clone(),
            returns: words.join(" "),
            args: tokens[at + 1..arguments_end].join(" "),
            throws,
        });
        begin = end;
        at = end;
    }
    functions
}

/// Where a type ends that starts at `at`: a name or a container, with annotations.
fn after_type(tokens: &[String], mut at: usize) -> usize {
    let next = |at: usize| tokens.get(at).map_or("", String::as_str);
    at += 1;
    loop {
        match next(at) {
            "<" => {
                let mut depth = 0;
                loop {
                    match next(at) {
                        "<" => depth += 1,
                        ">" => depth -= 1,
                        _ => {}
                    }
                    at += 1;
                    if depth == 0 || at >= tokens.len() {
                        break;
                    }
                }
            }
            "(" => at = closing(tokens, at) + 1,
            "cpp_type" => at += 2,
            _ => return at,
        }
        if next(at - 1) == "cpp_type" || next(at).starts_with(['"', '\'']) {
            at += 1;
        }
    }
}

/// Where the bracket that opens at `open` is closed.
fn closing(tokens: &[String], open: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.as_str() {
            "{" | "(" => depth += 1,
            "}" | ")" => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    tokens.len()
}

/// Words, strings and single signs; comments are left out.
fn tokens(text: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = if rest.starts_with("//") || first == '#' {
            rest.find('\n').unwrap_or(rest.len())
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.find("*/").map_or(rest.len(), |end| end + 4)
        } else if first.is_whitespace() {
            first.len_utf8()
        } else {
            let word = |c: char| c.is_ascii_alphanumeric() || "_.-+".contains(c);
            let length = match first {
                '"' | '\'' => string_length(rest, first),
                c if word(c) => rest.find(|c| !word(c)).unwrap_or(rest.len()),
                c => c.len_utf8(),
            };
            tokens.push(rest[..length].to_owned());
            length
        };
        rest = &rest[length..];
    }
    tokens
}

fn string_length(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            c if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outline() {
        let outline = Outline::of(
            r#"struct A { 1: string a = "struct \" { B", } (x = "y")
               // union C {}
               /* exception D {} */ exception E {} enum struct_ { union_ }
               typedef list<map<i32, A> (k = ">")> (x) L
               service S extends T {
                   map<i32, i32> f(1: i32 a, 2: A b) throws (1: E e) (z = "1"); oneway void g()
               }
               union F {}"#,
        );
        assert_eq!(outline.structs, ["A", "E", "F"]);
        assert_eq!(outline.types, ["A", "E", "struct_", "L", "S", "F"]);
        let [service] = &outline.services[..] else { panic!("{outline:?}") };
        let [f, g] = &service.functions[..] else { panic!("{service:?}") };
        assert_eq!((&f.returns[..], &f.throws[..]), ("map < i32 , i32 >", "1 : E e"));
        assert_eq!(f.args, "1 : i32 a , 2 : A b");
        assert_eq!((&g.name[..], &g.returns[..]), ("g", "void"));
    }
}
