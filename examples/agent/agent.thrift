service Agent {
    oneway void count(1: string name, 2: i64 by)
}
