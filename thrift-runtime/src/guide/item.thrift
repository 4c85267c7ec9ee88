struct Details {
    1: string maker
    2: map<string, string> notes
}

struct Item {
    1: string name
    2: list<string> tags
    3: binary image
    4: optional Details details
}
