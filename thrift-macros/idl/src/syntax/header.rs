//! A whole file: headers, then definitions.

use super::ast::{Document, Include, Namespace};
use super::dialect;
use super::keyword::Keyword;
use super::parser::{Parsed, Parser};
use super::problem::Problem;
use super::token::TokenKind;

const DEFINITION: &str = "a definition (const, typedef, enum, struct, union, exception or service)";

impl Parser<'_> {
    /// Reads the file to its end.
    pub(super) fn document(mut self) -> (Document, Vec<Problem>) {
        while !self.at_end() {
            let mark = self.mark();
            self.defining = None;
            let begins_header = matches!(
                self.kind(),
                TokenKind::Keyword(Keyword::Include | Keyword::CppInclude | Keyword::Namespace)
            );
            if self.header_or_definition().is_err() {
                let failed = self.mark();
                self.recover_definition(mark);
                let passed = if begins_header { failed } else { mark };
                match self.defining.take() {
                    Some(name) => self.document.unreadable.push(name),
                    None => self.document.lost |= self.defined_since(passed),
                }
            }
        }
        self.into_parts()
    }

    fn header_or_definition(&mut self) -> Parsed<()> {
        let keyword = match *self.kind() {
            TokenKind::Keyword(keyword) => keyword,
            _ => self.no_definition()?,
        };
        match keyword {
            Keyword::Include | Keyword::CppInclude | Keyword::Namespace => self.header(keyword),
            _ if keyword.begins_definition() => {
                self.claim_file_doc(false);
                let definition = self.definition(keyword)?;
                self.document.definitions.push(definition);
                // Constants and typedefs have taken their separator, of which there is one at most.
                if !matches!(keyword, Keyword::Const | Keyword::Typedef) {
                    self.eat(b';');
                }
                Ok(())
            }
            _ => Err(self.expected(DEFINITION)),
        }
    }

    fn header(&mut self, keyword: Keyword) -> Parsed<()> {
        self.claim_file_doc(true);
        self.claim_doc();
        if !self.document.definitions.is_empty() {
            let text = keyword.text();
            let message = format!("unexpected token `{text}` after a definition");
            let problem = Problem::error(self.peek().span, message);
            let help = "headers (`include`, `namespace`) come before the first definition";
            self.report(problem.help(help));
        }
        self.bump();
        match keyword {
            Keyword::Include => {
                self.note_unquoted();
                let (path, span) = self.text("a file name in quotes (a string)")?;
                if let TokenKind::Name("as") = self.kind() {
                    return Err(self.refuse_dialect(self.peek().span, "`include ... as`"));
                }
                self.document.includes.push(Include { path, span });
            }
            Keyword::CppInclude => {
                let (text, _) = self.text("a file name in quotes (a string)")?;
                self.document.cpp_includes.push(text);
            }
            _ => self.namespace()?,
        }
        self.eat(b';');
        Ok(())
    }

    /// An include without quotes is an error. Names from that file cause no further errors.
    fn note_unquoted(&mut self) {
        if let TokenKind::Name(_) = self.kind() {
            let rest = self.lexed.source.get(self.peek().span.start..).unwrap_or_default();
            let line = rest.split(|&byte| b"\r\n \t;".contains(&byte)).next().unwrap_or_default();
            self.document.unread.push(String::from_utf8_lossy(line).into_owned());
        }
    }

    /// `namespace language name`. It is for other languages, and is not used here.
    fn namespace(&mut self) -> Parsed<()> {
        let of_all = self.eat(b'*');
        let language = match of_all {
            true => "*".to_owned(),
            false => self.reference("an identifier to name the language of the namespace")?.text,
        };
        let name = match *self.kind() {
            TokenKind::Text(_) | TokenKind::Bytes(_) if !self.peek().starts_line => {
                let shown = self.source(self.peek().span);
                let message = format!("unexpected token `{shown}`, expected an identifier");
                let problem = Problem::error(self.peek().span, message);
                let help = "namespaces in quotes belong to fbthrift, Meta's dialect of Thrift";
                return Err(self.report(problem.help(help)));
            }
            // Some tools accept keywords here.
            TokenKind::Keyword(keyword) if !self.peek().starts_line => {
                self.bump();
                keyword.text().to_owned()
            }
            TokenKind::Name(name) => {
                self.bump();
                name.to_owned()
            }
            _ => return Err(self.missing("the namespace's name")),
        };
        if of_all && self.is(b'(') {
            let message = "unexpected token `(`, expected a header or a definition";
            let problem = Problem::error(self.peek().span, message);
            self.report(
                problem.help("a namespace for all languages (`*`) cannot have annotations"),
            );
        }
        let annotations = self.annotations()?;
        self.document.namespaces.push(Namespace { language, name, annotations });
        Ok(())
    }

    /// Reports that neither a header nor a definition begins here. If its keyword is only misspelt,
    /// parsing continues with the keyword that was meant.
    fn no_definition(&mut self) -> Parsed<Keyword> {
        let token = self.peek();
        let TokenKind::Name(word) = token.kind else {
            return Err(self.expected(DEFINITION));
        };
        if let Some(construct) = dialect::definition(word) {
            return Err(self.refuse_dialect(token.span, construct));
        }
        let next = self.peek_at(1);
        if let TokenKind::Name(name) = next.kind
            && !next.starts_line
        {
            self.defining = Some(name.to_owned());
        }
        let no_longer = format!("unexpected token `{word}`, which is no longer supported");
        if word == "senum" {
            let problem = Problem::error(token.span, no_longer);
            return Err(self.report(problem.help("use `enum`, or constants of type `string`")));
        }
        if let Some(language) = old_namespace(word) {
            let problem = Problem::error(token.span, no_longer);
            return Err(self.report(problem.help(format!("write `namespace {language} ...`"))));
        }
        let begins = |keyword: &Keyword| keyword.begins_definition();
        match Keyword::meant(word, begins).filter(|_| !next.starts_line) {
            Some(meant) => {
                self.misspelt(meant, DEFINITION);
                Ok(meant)
            }
            None => Err(self.expected(DEFINITION)),
        }
    }
}

/// The language that a namespace keyword of early versions stands for.
fn old_namespace(word: &str) -> Option<&str> {
    match word {
        "php_namespace" | "cpp_namespace" | "csharp_namespace" | "ruby_namespace"
        | "xsd_namespace" | "delphi_namespace" => word.strip_suffix("_namespace"),
        "java_package" | "perl_package" => word.strip_suffix("_package"),
        "py_module" => Some("py"),
        "cocoa_prefix" => Some("cocoa"),
        "smalltalk_category" | "smalltalk_prefix" => Some("smalltalk"),
        _ => None,
    }
}
