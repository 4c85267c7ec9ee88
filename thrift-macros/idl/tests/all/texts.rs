//! Texts that no author would write.

/// Texts without mistakes that together contain almost every construct.
pub(crate) const RIGHT: [&str; 5] = [
    "namespace rs a.b (x = 'y')\n/** doc */\nstruct S {\n  1: required map<string, list<i32>> m = {'a': [1, 2]} (k = \"v\"),\n  2: optional S & s;\n  i32 three\n} (a)\n",
    "enum E { A = 1, B = -2; C }\nconst E X = E.A\nconst map<E, double> M = {E.A: 1.5e3, 2: .5}\ntypedef set<E> Es\nunion U { 1: Es es, 2: U u }\n",
    "exception Oops { 1: string why }\nservice P { oneway void a() }\nservice S extends P {\n  i32 f(1: i32 a, 2: list<i8> b) throws (1: Oops o),\n  async void g();\n}\n",
    "/* c */ // d\n# e\nconst string T = \"a\\n\\\"b\"\nconst i64 H = -0xFF\nconst uuid I = '00112233-4455-6677-8899-aabbccddeeff'\n",
    "cpp_include 'x'\n/**\n * Lines\n *   of\n */\nstruct Q xsd_all {\n\tlist<i32> cpp_type 'v' a xsd_optional xsd_attrs { 1: i32 b }\n\tset<i8 (a = 'b')> c\n\n}\nconst Q R = {'a': [1, 2], 'c': {}}\n",
];

/// Texts that mistakes are put into: those above, and two that refer to missing things.
const SEEDS: [&str; 7] = [
    RIGHT[0],
    RIGHT[1],
    RIGHT[2],
    RIGHT[3],
    RIGHT[4],
    "include 'a.thrift'\nnamespace rs a.b (x = 'y')\n/** doc */\nstruct S {\n  1: required map<string, list<i32>> m = {'a': [1, 2]} (k = \"v\"),\n  2: optional S & s;\n  i32 three\n} (a)\n",
    "/* c */ // d\n# e\nconst string T = \"a\\n\\\"b\"\nconst i64 H = -0xFF\nconst uuid I = '00112233-4455-6677-8899-aabbccddeeff'\n@x.Y{a = 1}\nstruct float {}\n",
];

/// A fixed sequence of pseudo-random numbers (xorshift).
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % limit.max(1) as u64) as usize
    }
}

/// The seeds, cut off at any position.
pub(crate) fn cut_off(mut found: impl FnMut(&[u8])) {
    for seed in SEEDS {
        for end in 0..seed.len() {
            found(&seed.as_bytes()[..end]);
            found(&seed.as_bytes()[end..]);
        }
    }
}

/// Pairs of seeds with up to nine changes to each.
pub(crate) fn mutated(rounds: usize, mut found: impl FnMut(&[u8])) {
    const SPICE: &[u8] = b"{}()[]<>:;,=*&@'\"\\/#\n \0\x0c\xC3\xFF.-+019ax_";
    let mut chance = Chance(0x2545_F491_4F6C_DD1D);
    for round in 0..rounds {
        let mut text = SEEDS[round % SEEDS.len()].as_bytes().to_vec();
        text.extend_from_slice(SEEDS[chance.below(SEEDS.len())].as_bytes());
        for _ in 0..=chance.below(8) {
            let at = chance.below(text.len());
            match chance.below(4) {
                0 => text[at] = SPICE[chance.below(SPICE.len())],
                1 => text.insert(at, SPICE[chance.below(SPICE.len())]),
                2 => drop(text.drain(at..(at + chance.below(12)).min(text.len()))),
                _ => {
                    let piece = text[at..(at + chance.below(40)).min(text.len())].to_vec();
                    let to = chance.below(text.len());
                    text.splice(to..to, piece);
                }
            }
        }
        found(&text);
    }
}
