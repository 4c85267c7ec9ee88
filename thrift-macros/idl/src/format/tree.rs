//! The lossless tree: tokens, by their index, in items and lists according to the grammar.

/// The nodes between two separators, and the separator after them if there is one.
#[derive(Debug, Default)]
pub(super) struct Item {
    pub(super) nodes: Vec<Node>,
    /// The index of the `,` or `;` token.
    pub(super) separator: Option<usize>,
}

/// A part of an item.
#[derive(Debug)]
pub(super) enum Node {
    /// A token, by its index.
    Token(usize),
    /// A list in brackets.
    List(List),
}

/// Items in brackets.
#[derive(Debug)]
pub(super) struct List {
    pub(super) kind: Kind,
    /// The index of the token that opens it.
    pub(super) open: usize,
    pub(super) items: Vec<Item>,
    /// The index of the token that closes it.
    pub(super) close: usize,
}

/// The kind of a list, which determines its layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Fields or functions in braces: each on its own line, without separators.
    Body,
    /// Members of an enum: each on its own line, with a comma.
    Members,
    /// Arguments or exceptions.
    Arguments,
    /// Annotations.
    Annotations,
    /// Elements or entries of a constant.
    Values,
}

impl Kind {
    /// Whether every item has its own line, however short it is.
    pub(super) fn is_tall(self) -> bool {
        matches!(self, Kind::Body | Kind::Members)
    }
}

impl Item {
    /// Whether it is a definition with something in its braces.
    pub(super) fn is_tall(&self) -> bool {
        self.nodes.iter().any(
            |node| matches!(node, Node::List(list) if list.kind.is_tall() && !list.items.is_empty()),
        )
    }
}
