/** What a library lends. */
enum Kind { NOVEL = 1, ATLAS = 5 }

typedef string Title
typedef list<Title> Titles

struct Author {
  1: required string name
  2: optional i16 born
  3: optional Author teacher
}

union Place {
  1: i32 shelf
  2: string reader
}

struct Book {
  1: required Title title
  2: Kind kind = Kind.NOVEL
  3: optional i64 pages
  4: list<Author> authors
  5: map<string, double> prices
  6: map<Kind, i32> copies
  7: set<i8> rooms
  8: binary cover
  9: uuid id
  10: Place place
  11: optional bool lent = false
  12: map<Author, list<string>> quotes
  13: byte rating
}

exception NotFound {
  1: string title
  2: Titles near
}

const Book ATLAS = { 'title': 'Maps', 'kind': Kind.ATLAS, 'place': { 'shelf': 7 } }

service Base {
  void ping()
}

service Library extends Base {
  Book find(1: Title title) throws (1: NotFound missing)
  i32 count(1: Kind kind, 2: i32 least = 1)
  oneway void forget(1: Title title)
}
