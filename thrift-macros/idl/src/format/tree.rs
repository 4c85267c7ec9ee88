//! The lossless tree: tokens by their number, in the items and lists that the grammar gives.

/// What stands between two separators, and the separator after it if there is one.
#[derive(Debug, Default)]
pub(super) struct Item {
    pub(super) nodes: Vec<Node>,
    /// The number of the `,` or `;` token.
    pub(super) separator: Option<usize>,
}

/// A part of an item.
#[derive(Debug)]
pub(super) enum Node {
    /// A token by its number.
    Token(usize),
    /// What stands in brackets.
    List(List),
}

/// Items in brackets.
#[derive(Debug)]
pub(super) struct List {
    pub(super) kind: Kind,
    /// The number of the token that opens it.
    pub(super) open: usize,
    pub(super) items: Vec<Item>,
    /// The number of the token that closes it.
    pub(super) close: usize,
}

/// What a list is of, on which its looks depend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Fields or functions in braces: each on its line, without separator.
    Body,
    /// Members of an enum: each on its line, with a comma.
    Members,
    /// Arguments or exceptions.
    Arguments,
    /// Annotations.
    Annotations,
    /// Elements or entries of a constant.
    Values,
}

impl Kind {
    /// Whether every item has a line of its own, however short it is.
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
